"""``manage.py remind_tomorrow``: tell everybody who has a class tomorrow. For cron, every afternoon; repeatable."""

from django.core.management.base import BaseCommand

from enrolments.services.reminders import remind_tomorrow


class Command(BaseCommand):
    help = "提醒明天有课的学员。可以重复运行，同一次课只提醒一次。"

    def handle(self, *args, **options):
        self.stdout.write(f"提醒了 {remind_tomorrow()} 人次。")

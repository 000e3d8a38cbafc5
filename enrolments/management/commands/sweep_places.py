"""``manage.py sweep_places``: makes visible what has run out (offers, counter quotas). For cron, every few minutes."""

from django.core.management.base import BaseCommand

from enrolments.services.waiting import sweep


class Command(BaseCommand):
    help = "收回过时的候补名额，轮给下一位；放出到期的窗口名额。可以重复运行。"

    def handle(self, *args, **options):
        self.stdout.write(f"处理了 {len(sweep())} 个班。")

"""``manage.py freeze_draws``: freeze every list of entries whose window has closed. For cron, each minute."""

from django.core.management.base import BaseCommand

from core.errors import DomainError
from enrolments.selectors_draws import runs_to_freeze
from enrolments.services.draws import freeze


class Command(BaseCommand):
    help = "报名一截止就封存抽签名单并公布封条。可以反复运行，适合定时任务每分钟一次。"

    def handle(self, *args, **options):
        failed = False
        for run in runs_to_freeze():
            try:
                draw = freeze(run)
            except DomainError as error:
                failed = True
                self.stderr.write(f"{run.code}：{error.message}")
            else:
                count = draw.entries.count()
                self.stdout.write(f"{run.code}：{count} 份报名，{draw.places} 个名额，名单封条 {draw.entries_hash}")
        if failed:
            raise SystemExit(1)

"""``manage.py commit_draws``: publish the commitment of every draw run that has none yet and is not open."""

from django.core.management.base import BaseCommand

from core.errors import DomainError
from enrolments.selectors_draws import runs_to_commit
from enrolments.services.draws import commit_draw


class Command(BaseCommand):
    help = "给还没有公布抽签办法的抽签班公布承诺（报名开始以前才行）。可以反复运行。"

    def handle(self, *args, **options):
        failed = False
        for run in runs_to_commit():
            try:
                draw = commit_draw(run)
            except DomainError as error:
                failed = True
                self.stderr.write(f"{run.code}：{error.message}")
            else:
                self.stdout.write(f"{run.code}：已公布，种子封条 {draw.seed_hash}")
        if failed:
            raise SystemExit(1)

"""``manage.py audit_places``: exit 2 with a list when anything about places is not as it must be. For every night."""

import sys

from django.core.management.base import BaseCommand

from enrolments.audit import audit
from enrolments.models import Enrolment, Seat


class Command(BaseCommand):
    help = "核对座位、报名、候补、抽签和公布的数字；有不对的就列出来，退出码 2。"

    def add_arguments(self, parser):
        parser.add_argument("--most", type=int, default=200, help="最多列几条")

    def handle(self, *args, most, **options):
        broken = 0
        for sentence in audit():
            broken += 1
            if broken <= most:
                self.stderr.write(sentence)
        if broken:
            self.stderr.write(f"{broken} 处不对。")
            sys.exit(2)
        self.stdout.write(f"核对完毕：{Seat.objects.count()} 个座位，{Enrolment.objects.count()} 条报名，没有不对的。")

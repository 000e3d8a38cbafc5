"""``manage.py audit_bookings``: exit 2 with a list when a room or a teacher is booked twice or not as the sessions say."""

import sys

from django.core.management.base import BaseCommand

from timetable.models import Booking
from timetable.services.bookings import audit


class Command(BaseCommand):
    help = "核对还没上的课占用的教室和教师；有冲突或漏记的就列出来，退出码 2。"

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
        self.stdout.write(f"核对完毕：{Booking.objects.count()} 条占用，没有不对的。")

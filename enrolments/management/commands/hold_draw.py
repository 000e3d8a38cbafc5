"""``manage.py hold_draw CODE --public-value X``: the draw itself, where the desk cannot be reached."""

from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from enrolments.enums import DrawResult
from enrolments.services.draws import hold
from timetable.models import ClassRun


class Command(BaseCommand):
    help = "按公开数值给一个班抽签。一个班只抽一次，不能重来。"

    def add_arguments(self, parser):
        parser.add_argument("code", help="班号")
        parser.add_argument(
            "--public-value", help="公开数值，照公布的原样写，用引号括起来；在“抽签”里已经公布过的不用写"
        )

    def handle(self, *args, code, public_value, **options):
        run = ClassRun.objects.filter(code=code).first()
        if run is None:
            raise CommandError(f"没有班号是“{code}”的班。")
        try:
            draw = hold(run, public_value)
        except DomainError as error:
            raise CommandError(error.message) from error
        seated = draw.entries.filter(result=DrawResult.SEATED).count()
        self.stdout.write(f"公开数值：{draw.public_value}")
        self.stdout.write(f"{run.code}：{draw.entries.count()} 份报名，{seated} 人抽中。")

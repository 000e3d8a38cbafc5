"""manage.py load_calendar [YEARS]: seed public holidays and make-up workdays."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from timetable.services.calendar import seed_calendar


class Command(BaseCommand):
    help = "写入国家公布的放假和调休日（默认今年和明年），不改编辑已经写好的日子。"

    def add_arguments(self, parser):
        parser.add_argument("years", nargs="*", type=int, metavar="年份")

    def handle(self, *args, years, verbosity, **options):
        result = seed_calendar(years or None)
        if verbosity:
            self.stdout.write(
                _("放假与调休：新增 %(created)d 天，已有 %(kept)d 天。")
                % {"created": result.created, "kept": result.kept}
            )
            for year in result.unknown:
                self.stdout.write(_("%(year)d 年的放假安排还没有资料，先按平常的周次排课。") % {"year": year})

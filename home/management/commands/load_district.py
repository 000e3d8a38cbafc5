"""manage.py load_district [FOLDER] [--dry-run]: found the site and import a folder of tables."""

import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from core.importing.runner import folder_sources, run_import
from home.importing import label_as_sample_site
from home.services import found_site
from search.index import services as indexing
from timetable.services.calendar import seed_calendar

CHANGES_SHOWN = 20  # of each file, with -v 2 all


class Command(BaseCommand):
    help = "建立网站骨架并导入一个文件夹里的表格（.csv、.xlsx）。可以反复运行：没有变化就什么都不改。"

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, default=settings.DISTRICT_DATA, metavar="文件夹")
        parser.add_argument("--dry-run", action="store_true", help="只看会改什么，不写数据库")

    def handle(self, *args, folder, dry_run, verbosity, **options):
        self.verbosity = verbosity
        if not folder.is_dir():
            raise CommandError(_("找不到文件夹：%(folder)s") % {"folder": folder})
        sources = folder_sources(folder)
        if not sources:
            raise CommandError(_("文件夹里没有可以导入的文件：%(folder)s") % {"folder": folder})
        started = time.monotonic()
        with transaction.atomic():
            with indexing.batch():
                founded = found_site()
                calendar = seed_calendar()
                report = run_import(sources, progress=self.progress)
            report.dry_run = dry_run
            if founded and folder.resolve() == settings.DISTRICT_DATA.resolve():
                label_as_sample_site()
            if dry_run:
                transaction.set_rollback(True)
        self.say(_("网站骨架：新建 %(count)d 页。") % {"count": len(founded)})
        self.say(_("放假与调休：新增 %(count)d 天。") % {"count": calendar.created})
        self.print_report(report)
        self.say(_("用时 %(seconds).1f 秒。") % {"seconds": time.monotonic() - started})
        if report.problems:
            raise SystemExit(1)

    def say(self, line):
        if self.verbosity:
            self.stdout.write(line)

    def progress(self, name, done, total):
        """One line a file that counts up; a line for every hundred rows where the output is not a screen."""
        if not self.verbosity:
            return
        end = "\n" if done == total else ""
        if self.stdout.isatty():
            self.stdout.write(f"\r{name} {done}/{total}", ending=end)
            self.stdout.flush()
        elif done == total or done % 100 == 0:
            self.stdout.write(f"{name} {done}/{total}")

    def print_report(self, report):
        if report.dry_run:
            self.say(_("试运行：下面是会发生的变化，数据库没有改。"))
        for file in report.files:
            self.say(file.summary)
            shown = file.changes if self.verbosity > 1 else (file.changes[:CHANGES_SHOWN] if report.dry_run else [])
            for change in shown:
                self.say(f"  {change}")
            if report.dry_run and len(file.changes) > len(shown):
                self.say(_("  ……还有 %(count)d 处，用 -v 2 全部列出。") % {"count": len(file.changes) - len(shown)})
            for note in file.notes:
                self.say(f"  {note}")
        for problem in report.problems:  # told even when quiet: they are why the command fails
            self.stderr.write(str(problem))
        if not report.has_changes:
            self.say(_("没有变化。"))

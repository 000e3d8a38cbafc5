"""manage.py verify_search: compare the index with the pages. Changes nothing; exit code 1 and a line for each problem."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from search.index import services


class Command(BaseCommand):
    help = "核对搜索的索引和页面是否一致；不一致时每处一行，退出码 1。用 rebuild_search 重做。"

    def handle(self, *args, verbosity, **options):
        problems = services.verify()
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            self.stderr.write(_("共 %(count)d 处。运行 manage.py rebuild_search 重做索引。") % {"count": len(problems)})
            raise SystemExit(1)
        if verbosity:
            self.stdout.write(_("索引和页面一致。"))

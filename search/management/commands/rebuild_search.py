"""manage.py rebuild_search: make the whole index anew from the pages, in one transaction. May run at any time, twice too."""

import time

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from search.index import services


class Command(BaseCommand):
    help = "把全站搜索的索引重新做一遍（可以反复运行；运行时网站照常搜索）。"

    def handle(self, *args, verbosity, **options):
        started = time.monotonic()
        count = services.rebuild(progress=self.progress if verbosity > 1 else None)
        if verbosity:
            words = {"count": count, "seconds": time.monotonic() - started}
            self.stdout.write(_("索引重做完毕：%(count)d 条，用时 %(seconds).1f 秒。") % words)

    def progress(self, done):
        self.stdout.write(_("看过 %(count)d 页") % {"count": done})

"""Who may touch a class run: its course's page decides; what the public has seen needs the right to publish.

A street's editor plans (drafts); the street's lead, who may publish the course's page,
publishes, changes and cancels what residents were told. So the tables follow the same
rule as the pages, without a permission of their own.
"""

from django.db.models import Q
from django.utils.translation import gettext as _

from core.scoping import PageScopedPolicy, below, granted_paths
from timetable.enums import ClassRunStatus
from timetable.models import ClassRun, LearningPage, Session


class TimetablePolicy(PageScopedPolicy):
    """``run`` is the lookup from the row to its class run: "" for the run itself, else ending in ``__``."""

    def __init__(self, model, run=""):
        super().__init__(model, page=f"{run}learning")
        self.run = run

    def scope(self, user, action):
        scope = super().scope(user, action)
        if action in ("change", "delete"):
            draft = Q(**{f"{self.run}status": ClassRunStatus.DRAFT})
            scope &= draft | below(self.page, granted_paths(user, {"publish"}))
        return scope


class_run_policy = TimetablePolicy(ClassRun)
session_policy = TimetablePolicy(Session, run="class_run__")


def refusal_to_delete(page):
    """Return the sentence that refuses to delete ``page`` and its branch because classes depend on it, or ""."""
    runs = ClassRun.objects.filter(below("learning", [page.path]) | below("centre", [page.path])).distinct().count()
    if not runs:
        return ""
    if LearningPage.objects.filter(pk=page.pk).exists():
        return _("“%(page)s”已经开了 %(runs)d 个班，不能删除。请改为“取消发布”，或先删除还没公布的班。") % {
            "page": page.title,
            "runs": runs,
        }
    return _("“%(page)s”有 %(runs)d 个班在这里上课或属于这里，不能删除。请改为“取消发布”。") % {
        "page": page.title,
        "runs": runs,
    }

"""Who may see and change the development of a course: its page decides, as for class runs (core/scoping.py)."""

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from core.scoping import PageScopedPolicy, below, granted_paths
from courses.models import CourseAward, CourseProject, CourseReviewTask, ReviewRound

project_policy = PageScopedPolicy(CourseProject, page="course")
award_policy = PageScopedPolicy(CourseAward, page="course")


def colleagues(user):
    """Return the staff whom ``user`` may put in charge: those who edit pages in ``user``'s own part of the tree."""
    editing = below("groups__page_permissions__page", granted_paths(user, {"change"}))
    codename = Q(groups__page_permissions__permission__codename="change_page")
    found = User.objects.filter(editing & codename).values("pk")
    return User.objects.filter(Q(pk__in=found) | Q(pk=user.pk), is_active=True).order_by("last_name", "username")


def is_reviewer(user):
    """True for members of a group that scores courses."""
    return CourseReviewTask.objects.filter(active=True, groups__user=user).exists()


def refusal_to_delete(page):
    """Return the sentence that refuses to delete ``page`` and its branch because courses were reviewed or awarded, or ""."""
    rounds = ReviewRound.objects.filter(below("course", [page.path])).count()
    awards = CourseAward.objects.filter(below("course", [page.path])).count()
    if not rounds and not awards:
        return ""
    return _("“%(page)s”有 %(rounds)d 次评审、%(awards)d 项奖励的记录，不能删除。请改为“取消发布”。") % {
        "page": page.title,
        "rounds": rounds,
        "awards": awards,
    }

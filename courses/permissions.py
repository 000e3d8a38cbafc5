"""Who may see and change the development of a course: its page decides, as for class runs (core/scoping.py)."""

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from core.scoping import PageScopedPolicy, below, granted_paths
from courses.enums import Stage
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


def refusal_to_publish(page):
    """Return the sentence that refuses to publish ``page`` past its review, or "".

    Only what residents have never seen: a page that is public already may be mended while it is developed further.
    """
    if page.live or page.first_published_at:
        return ""
    project = CourseProject.objects.filter(course_id=page.pk).exclude(stage__in=(Stage.AWARD, Stage.DONE)).first()
    if project is None:
        return ""
    return _(
        "“%(page)s”正在开发，现在是“%(stage)s”，还没有通过评审，不能直接发布。内容已存为草稿，请到课程开发的看板上继续。"
    ) % {
        "page": page.title,
        "stage": project.get_stage_display(),
    }


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

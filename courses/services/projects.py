"""Writes of course projects: one function per verb, each in one transaction, refusing with core.errors.DomainError."""

from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from courses.enums import STEPS, Stage
from courses.models import CourseMilestone, CourseProject

#: stage → (what the course's page must say before the next one, code, sentence)
WORDS_NEEDED = {
    Stage.AIM: ("aims", "no_aim", gettext_lazy("课程页面还没有写“课程目标”。先把学完能做到什么写清楚，再往下走。")),
    Stage.CONTENT: ("outline", "no_content", gettext_lazy("课程页面还没有写“内容大纲”，写好再往下走。")),
    Stage.GUIDE: ("guide", "no_guide", gettext_lazy("课程页面还没有写“实施指导方案”，写好再送评审。")),
}


@transaction.atomic
def save_project(project, plan):
    """Save ``project`` and its milestones. ``plan``: {stage: (owner or None, due date or None)}.

    Raises DomainError ``other_course`` when a project that has begun is given to another course.
    """
    before = CourseProject.objects.filter(pk=project.pk).first() if project.pk else None
    if before and before.course_id != project.course_id:
        raise DomainError("other_course", _("立项以后不能换课。请为另一门课新立一个项目。"))
    project.full_clean()
    project.save()
    for stage in STEPS:
        owner, due_on = plan.get(stage, (None, None))
        CourseMilestone.objects.update_or_create(
            project=project, stage=stage, defaults={"owner": owner, "due_on": due_on}
        )
    return project


@transaction.atomic
def move_forward(project, stage):
    """Move ``project`` from ``stage``, where the caller saw it, to the next one and return it.

    Raises DomainError ``moved`` when it stands elsewhere by now, ``no_aim``, ``no_content``, ``no_guide`` when
    the course's draft lacks the stage's words, ``review_decides`` in review, ``finished`` at the end.
    """
    project = _locked(project, stage)
    if stage == Stage.DONE:
        raise DomainError("finished", _("这个项目已经完成，没有下一步。"))
    if stage == Stage.REVIEW:
        raise DomainError("review_decides", _("评审通过后会自动进入“奖励”，不能手工往下走。"))
    if needed := WORDS_NEEDED.get(stage):
        field, code, sentence = needed
        draft = project.course.get_latest_revision_as_object()
        if not strip_tags(getattr(draft, field)).strip():
            raise DomainError(code, sentence)
    return _enter(project, _neighbour(stage, 1))


@transaction.atomic
def move_back(project, stage, reason):
    """Move ``project`` from ``stage`` to the one before, for a ``reason`` that its people read, and return it.

    Raises DomainError ``moved``, ``no_reason``, ``first_stage``, and ``under_review`` while reviewers score.
    """
    project = _locked(project, stage)
    if stage == Stage.AIM:
        raise DomainError("first_stage", _("已经是第一步，不能再往回退。"))
    if not reason.strip():
        raise DomainError("no_reason", _("请写明为什么退回，负责人会看到。"))
    refuse_under_review(project)
    back_to = _neighbour(stage, -1)
    reopened = STEPS[STEPS.index(back_to) :]
    project.milestones.filter(stage__in=reopened).update(done_on=None)
    project.stage, project.back_reason = back_to, reason.strip()
    project.save(update_fields=["stage", "back_reason", "updated_at"])
    return project


@transaction.atomic
def delete_project(project):
    """Delete ``project``; the course and what was decided about it stay. Raises DomainError ``under_review``."""
    refuse_under_review(_locked(project, project.stage))
    project.delete()


@transaction.atomic
def pass_review(course):
    """The reviewers let ``course`` pass: its project goes on to the award."""
    project = CourseProject.objects.select_for_update().filter(course=course, stage=Stage.REVIEW).first()
    if project:
        _enter(project, Stage.AWARD)


def refuse_under_review(project):
    if project.course.review_rounds.open().exists():
        raise DomainError("under_review", _("评审正在打分，不能动这个项目。请先在课程页面取消提交，或者等评审出结果。"))


def _locked(project, stage):
    locked = CourseProject.objects.select_for_update().filter(pk=project.pk).first()
    if locked is None or locked.stage != stage:
        raise DomainError("moved", _("这个项目刚才已经被别人移动过了，请看看它现在在哪一步。"))
    return locked


def _neighbour(stage, step):
    order = list(Stage)
    return order[order.index(Stage(stage)) + step]


def _enter(project, stage):
    """Put ``project`` into ``stage``; the milestone that it leaves is done today."""
    project.milestones.filter(stage=project.stage).update(done_on=timezone.localdate())
    project.stage, project.back_reason = stage, ""
    project.save(update_fields=["stage", "back_reason", "updated_at"])
    return project

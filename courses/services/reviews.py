"""Writes of course reviews: a round is opened by the workflow's task, scored by reviewers, decided by the last of them."""

from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import AbstractPage, TaskState

from core.errors import DomainError
from courses.enums import Outcome, Principle, Stage
from courses.models import CourseProject, CourseReview, ReviewRound
from courses.services import projects

CENT = Decimal("0.01")


def is_to_be_reviewed(thing):
    """True where ``thing``, a page or anything else in a workflow, is a course whose project has come to the review."""
    return (
        isinstance(thing, AbstractPage)
        and CourseProject.objects.filter(course_id=thing.pk, stage=Stage.REVIEW).exists()
    )


def open_round(task_state, task):
    """Begin a round for the course of ``task_state`` under the rules of ``task`` as they are now."""
    return ReviewRound.objects.create(
        course_id=int(task_state.workflow_state.object_id),
        task_state=task_state,
        required_reviews=task.required_reviews,
        pass_mean=task.pass_mean,
    )


@transaction.atomic
def score(task_state, reviewer, *, comment="", **scores):
    """Record ``reviewer``'s scores (1 to 5 for each Principle) and decide the round if they complete it.

    Reviewers of one round stand in line at the task's state, so that only one of them decides. Raises DomainError
    ``closed`` when the round is over, ``not_reviewer``, ``own_course``, ``already`` for a second time;
    ValidationError for scores out of range.
    """
    state = TaskState.objects.select_for_update().get(pk=task_state.pk)
    round_ = ReviewRound.objects.select_related("course", "task_state").filter(task_state=state).first()
    refuse(round_, state, reviewer)
    review = CourseReview(round=round_, reviewer=reviewer, comment=comment.strip(), **scores)
    review.full_clean()
    review.save()
    reviews = list(round_.reviews.all())
    if len(reviews) >= round_.required_reviews:
        _decide(round_, reviews, state, reviewer)
    return review


def refuse(round_, state, reviewer):
    """Raise the DomainError that keeps ``reviewer`` from scoring in ``round_`` (None where there is none)."""
    if round_ is None or not round_.is_open:
        raise DomainError("closed", REFUSALS["closed"])
    if not state.task.specific.groups.filter(user=reviewer).exists():
        raise DomainError("not_reviewer", REFUSALS["not_reviewer"])
    if CourseProject.objects.filter(course=round_.course, owner=reviewer).exists():
        raise DomainError("own_course", REFUSALS["own_course"])
    if round_.reviews.filter(reviewer=reviewer).exists():
        raise DomainError("already", REFUSALS["already"])


REFUSALS = {
    "closed": gettext_lazy("这一轮评审已经结束，您的分没有记下。"),
    "not_reviewer": gettext_lazy("您不是这门课的评审人。"),
    "own_course": gettext_lazy("这门课是您负责开发的，请别的评审打分。"),
    "already": gettext_lazy("这一轮您已经打过分了，不能再打。"),
}


def _decide(round_, reviews, state, reviewer):
    totals = {name: sum(getattr(review, name) for review in reviews) for name in Principle.values}
    count = len(reviews)
    # Not the rounded mean: 2.996 is less than 3.
    weak = [name for name, total in totals.items() if total < round_.pass_mean * count]
    for name, total in totals.items():
        setattr(round_, f"mean_{name}", (Decimal(total) / count).quantize(CENT, ROUND_HALF_UP))
    round_.outcome = Outcome.SENT_BACK if weak else Outcome.PASSED
    round_.decided_at = timezone.now()
    round_.save()
    if weak:
        state.reject(user=reviewer, comment=_reasons(round_, weak, reviews))
    else:
        projects.pass_review(round_.course)
        state.approve(user=reviewer, comment=_("评审通过：%(means)s。") % {"means": means_words(round_)})


@transaction.atomic
def forget_sample_development(pages):
    """Delete the rounds and the projects of sample courses (``pages``) that are about to go."""
    samples = pages.filter(is_sample=True)
    ReviewRound.objects.filter(course__in=samples).delete()
    CourseProject.objects.filter(course__in=samples).delete()


def means_words(round_):
    """科学性 4.33，特色性 4.00 …"""
    return "，".join(f"{word} {mean}" for word, mean in round_.means)


def comments_of(reviews):
    """What reviewers wrote, in an order that does not tell who wrote what."""
    return sorted(review.comment for review in reviews if review.comment)


def _reasons(round_, weak, reviews):
    """Say which principles fell short and what the reviewers wrote."""
    below = "；".join(
        _("%(principle)s平均 %(mean)s 分，不到 %(needed)s 分")
        % {"principle": Principle(name).label, "mean": getattr(round_, f"mean_{name}"), "needed": round_.pass_mean}
        for name in weak
    )
    said = "\n".join(f"{number}. {words}" for number, words in enumerate(comments_of(reviews), start=1))
    sentence = _("评审没有通过：%(below)s。") % {"below": below}
    return f"{sentence}\n{_('评审意见：')}\n{said}" if said else sentence

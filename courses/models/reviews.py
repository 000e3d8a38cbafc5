"""课程评审 (domain.md C17, C23): the workflow's task, a round of it for one course, and each reviewer's scores.

A TaskState goes with its revision when old revisions are purged, so what was decided is kept in ReviewRound.
"""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.locks import WorkflowLock
from wagtail.models import AbstractGroupApprovalTask, TaskState

from core.errors import DomainError
from courses.enums import DECIDED, Outcome, Principle
from courses.models.pages import CoursePage
from courses.querysets import ReviewRoundQuerySet

LOWEST, HIGHEST = 1, 5
PRINCIPLES = tuple(Principle.values)
MEANS = tuple(f"mean_{principle}" for principle in PRINCIPLES)


def mean_field(principle):
    return models.DecimalField(
        Principle(principle).label, max_digits=3, decimal_places=2, null=True, blank=True, editable=False
    )


def score_field(principle, help_text):
    return models.PositiveSmallIntegerField(
        Principle(principle).label,
        validators=[MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)],
        help_text=help_text,
    )


class ReviewLock(WorkflowLock):
    """Nobody changes what is being scored."""

    def get_message(self, user):
        return _("这门课正在评审，评审结束前不能改。提交的人可以取消提交，改好再送。")


class CourseReviewTask(AbstractGroupApprovalTask):
    """Reviewers score a course that is under development; every other page goes on to the next task."""

    required_reviews = models.PositiveSmallIntegerField(
        _("几位评审打分"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("打够这么多份就出结果：通过或退回。改了以后，只对新送来的课程有效。"),
    )
    pass_mean = models.DecimalField(
        _("通过的平均分"),
        max_digits=2,
        decimal_places=1,
        default=Decimal("3.0"),
        validators=[MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)],
        help_text=_("四项各自的平均分都要达到，有一项不到就退回。1 到 5 分。"),
    )

    lock_class = ReviewLock
    admin_form_fields = [*AbstractGroupApprovalTask.admin_form_fields, "required_reviews", "pass_mean"]

    class Meta:
        verbose_name = _("课程评审")
        verbose_name_plural = _("课程评审")

    @classmethod
    def get_description(cls):
        return _(
            "评审给科学性、特色性、多样性、实用性打分，够了人数自动通过或退回。只评正在开发的课程，别的页面直接到下一步。"
        )

    def start(self, workflow_state, user=None):
        from courses.services import reviews

        if not reviews.is_to_be_reviewed(workflow_state.content_object):
            return self._pass_on(workflow_state)
        task_state = super().start(workflow_state, user=user)
        reviews.open_round(task_state, self)
        return task_state

    def _pass_on(self, workflow_state):
        return TaskState.objects.create(
            workflow_state=workflow_state,
            revision=workflow_state.content_object.get_latest_revision(),
            task=self,
            status=TaskState.STATUS_SKIPPED,
        )

    def on_action(self, task_state, user, action_name, **kwargs):
        from courses.services import reviews

        if action_name != "score":
            return super().on_action(task_state, user, action_name, **kwargs)
        address = reverse("course_reviews:index")
        try:
            reviews.score(task_state, user, **kwargs)
        except DomainError as error:
            return f"{address}?refused={error.code}"
        return address

    def get_form_for_action(self, action):
        from courses.forms import ScoreForm

        return ScoreForm if action == "score" else super().get_form_for_action(action)

    def get_actions(self, obj, user):
        actions = []
        state = obj.current_workflow_task_state
        if state is not None and self._to_score(user).filter(pk=state.pk).exists():
            actions.append(("score", _("打分"), True))
        if user.is_superuser:
            actions.append(("reject", _("不评了，退回"), True))
        return actions

    def _to_score(self, user):
        """The states in which ``user`` has still to score: a member of the groups, not the owner, not twice."""
        if not self._user_in_groups(user):
            return TaskState.objects.none()
        waiting = ReviewRound.objects.waiting_for(user).filter(task_state__task=self)
        return self.task_states.filter(pk__in=waiting.values("task_state"))

    def get_task_states_user_can_moderate(self, user, **kwargs):
        if user.is_superuser:
            return self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        return self._to_score(user)

    def user_can_access_editor(self, obj, user):
        return False

    def locked_for_user(self, obj, user):
        return True

    def user_can_lock(self, obj, user):
        return False


class ReviewRound(models.Model):
    """One time that a course was before the reviewers. Rules as they stood when it began; the means once decided."""

    course = models.ForeignKey(
        CoursePage, verbose_name=_("课程"), on_delete=models.PROTECT, related_name="review_rounds"
    )
    task_state = models.OneToOneField(
        TaskState, verbose_name=_("审核"), null=True, on_delete=models.SET_NULL, related_name="course_review_round"
    )
    required_reviews = models.PositiveSmallIntegerField(_("几位评审打分"))
    pass_mean = models.DecimalField(_("通过的平均分"), max_digits=2, decimal_places=1)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    opened_at = models.DateTimeField(_("送审时间"), auto_now_add=True)
    decided_at = models.DateTimeField(_("评定时间"), null=True, blank=True)
    mean_science = mean_field(Principle.SCIENCE)
    mean_character = mean_field(Principle.CHARACTER)
    mean_variety = mean_field(Principle.VARIETY)
    mean_usefulness = mean_field(Principle.USEFULNESS)

    objects = ReviewRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("评审")
        verbose_name_plural = _("评审")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="decided_round_has_means",
                condition=Q(outcome__in=DECIDED, decided_at__isnull=False, **{f"{m}__isnull": False for m in MEANS})
                | Q(outcome=Outcome.OPEN, decided_at__isnull=True, **{f"{m}__isnull": True for m in MEANS}),
            ),
        ]

    def __str__(self):
        return _("“%(course)s”的评审") % {"course": self.course.title}

    @property
    def is_open(self):
        """True while scores are taken: not decided, and the submission was not withdrawn."""
        state = self.task_state
        return self.outcome == Outcome.OPEN and state is not None and state.status == TaskState.STATUS_IN_PROGRESS

    @property
    def is_passed(self):
        return self.outcome == Outcome.PASSED

    @property
    def outcome_words(self):
        return _("已撤回") if self.outcome == Outcome.OPEN and not self.is_open else self.get_outcome_display()

    @property
    def means(self):
        """[(词, mean)] of the four principles, in their order; empty before the decision."""
        if self.outcome not in DECIDED:
            return []
        return [(Principle(name).label, getattr(self, f"mean_{name}")) for name in PRINCIPLES]


class CourseReview(models.Model):
    """One reviewer's scores in one round; written once."""

    round = models.ForeignKey(ReviewRound, verbose_name=_("评审"), on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("评审人"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="course_reviews",
    )
    science = score_field(Principle.SCIENCE, _("知识准确，安排合乎学习规律。"))
    character = score_field(Principle.CHARACTER, _("有本地、本单位的特点。"))
    variety = score_field(Principle.VARIETY, _("内容和形式多样，不同的人都能学。"))
    usefulness = score_field(Principle.USEFULNESS, _("学了用得上。"))
    comment = models.TextField(
        _("意见"), max_length=500, blank=True, help_text=_("退回时，编写人会看到意见，看不到是谁写的。")
    )
    decided_at = models.DateTimeField(_("打分时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("评审打分")
        verbose_name_plural = _("评审打分")
        constraints = [
            models.UniqueConstraint(
                name="one_review_a_reviewer",
                fields=["round", "reviewer"],
                violation_error_message=_("这一轮您已经打过分了。"),
            ),
            *(
                models.CheckConstraint(
                    name=f"score_{name}_1_to_5", condition=Q(**{f"{name}__gte": LOWEST, f"{name}__lte": HIGHEST})
                )
                for name in PRINCIPLES
            ),
        ]

    def __str__(self):
        return f"{self.round} {self.decided_at:%Y-%m-%d}"

    @property
    def scores(self):
        return [getattr(self, name) for name in PRINCIPLES]

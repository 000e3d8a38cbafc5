"""What residents tell us. A survey's answer belongs to nobody; a question belongs to its asker until it is forgotten.

Nothing here is saved outside feedback/services.py.
"""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from accounts.models import Resident
from enrolments.models import Enrolment
from network.models import CentrePage
from timetable.models import ClassRun

LOWEST, HIGHEST = 1, 5
COMMENT_LENGTH = QUESTION_LENGTH = 500
ANSWER_LENGTH = 2000


class SurveyInvitation(models.Model):
    """Somebody who was in a class that is over may answer, once, until ``closes_on``. That they did is all it says."""

    enrolment = models.OneToOneField(
        Enrolment, verbose_name=_("报名"), on_delete=models.CASCADE, related_name="survey_invitation"
    )
    closes_on = models.DateField(_("答到哪天"))
    answered = models.BooleanField(_("答过"), default=False)

    class Meta:
        verbose_name = _("问卷邀请")
        verbose_name_plural = _("问卷邀请")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.enrolment_id} {self.closes_on}"

    @property
    def is_open(self):
        return not self.answered and timezone.localdate() <= self.closes_on


def score_field(label):
    return models.PositiveSmallIntegerField(label, validators=[MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)])


class SurveyAnswer(models.Model):
    """One answer about a class. No person, no hour; the random key says nothing of the order in which answers came."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    class_run = models.ForeignKey(
        ClassRun, verbose_name=_("班"), on_delete=models.CASCADE, related_name="survey_answers"
    )
    day = models.DateField(_("日期"), default=timezone.localdate)
    satisfaction = score_field(_("满意"))
    usefulness = score_field(_("有用"))
    comment = models.CharField(_("想说的话"), max_length=COMMENT_LENGTH, blank=True)

    class Meta:
        verbose_name = _("问卷回答")
        verbose_name_plural = _("问卷回答")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name=f"survey_{name}_1_to_5", condition=Q(**{f"{name}__gte": LOWEST, f"{name}__lte": HIGHEST})
            )
            for name in ("satisfaction", "usefulness")
        ]

    def __str__(self):
        return f"{self.satisfaction}/{self.usefulness}"


class PublicAnswer(models.Model):
    """常见问题: a question and its answer as an editor wrote them for everybody, on the page they are about."""

    page = models.ForeignKey(
        Page, verbose_name=_("放在哪一页"), on_delete=models.CASCADE, related_name="public_answers"
    )
    question = models.CharField(_("问题"), max_length=200, help_text=_("用自己的话重写，不留能认出提问人的内容。"))
    answer = models.TextField(_("答复"), max_length=ANSWER_LENGTH)
    published_on = models.DateField(_("公开日期"), default=timezone.localdate)

    class Meta:
        verbose_name = _("常见问题")
        verbose_name_plural = _("常见问题")
        ordering = ["-published_on", "-pk"]

    def __str__(self):
        return self.question


class Question(models.Model):
    """居民的提问: asked on ``page``, answered by the desk of ``centre`` until ``due_on``.

    ``asker`` goes when the person goes, and the question with them. ``from_minor``: never made public.
    """

    centre = models.ForeignKey(CentrePage, verbose_name=_("谁答复"), on_delete=models.PROTECT, related_name="questions")
    page = models.ForeignKey(
        Page, verbose_name=_("关于"), null=True, on_delete=models.SET_NULL, related_name="residents_questions"
    )
    asker = models.ForeignKey(Resident, verbose_name=_("提问人"), on_delete=models.CASCADE, related_name="questions")
    from_minor = models.BooleanField(_("未成年人问的"), default=False)
    text = models.CharField(_("问题"), max_length=QUESTION_LENGTH)
    asked_at = models.DateTimeField(_("提问时间"), default=timezone.now)
    due_on = models.DateField(_("答复期限"))
    answer = models.TextField(_("答复"), max_length=ANSWER_LENGTH, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("答复人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    public_answer = models.OneToOneField(
        PublicAnswer, verbose_name=_("公开的答复"), null=True, on_delete=models.SET_NULL, related_name="asked_as"
    )

    class Meta:
        verbose_name = _("居民提问")
        verbose_name_plural = _("居民提问")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(
                fields=["centre", "due_on"], condition=Q(answered_at__isnull=True), name="question_open_by_deadline"
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="question_answered_with_words",
                condition=Q(answered_at__isnull=True, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="minors_question_not_public", condition=Q(from_minor=False) | Q(public_answer__isnull=True)
            ),
        ]

    def __str__(self):
        return self.text[:40]

    @property
    def is_open(self):
        return self.answered_at is None

    @property
    def is_overdue(self):
        return self.is_open and self.due_on < timezone.localdate()

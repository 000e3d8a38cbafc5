"""What this room holds about a person: that they may answer a survey, and what they asked. Answers belong to nobody."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import retention
from accounts.privacy import Expiry, Holding, register
from core.dates import moment_words
from feedback import services
from feedback.models import Question, SurveyAnswer, SurveyInvitation


def export(resident):
    """The surveys of ``resident`` (answered or not; what was answered nobody knows) and their questions."""
    invitations = SurveyInvitation.objects.filter(enrolment__resident=resident)
    questions = Question.objects.filter(asker=resident)
    return {
        _("结课问卷"): [
            {_("课程"): one.enrolment.class_run.learning.title, _("答过"): _("是") if one.answered else _("否")}
            for one in invitations.select_related("enrolment__class_run__learning")
        ],
        _("提问"): [
            {
                _("问题"): one.text,
                _("提问时间"): moment_words(one.asked_at),
                _("答复"): one.answer,
                _("答复时间"): moment_words(one.answered_at) if one.answered_at else "",
            }
            for one in questions
        ],
    }


def erase(resident, now):
    """Invitations and questions go with the person. What an editor rewrote for everybody stays: it names nobody."""
    services.forget_person(resident)


def _closed(now):
    before = retention.days_before(timezone.localdate(now), retention.INVITED_DAYS)
    return SurveyInvitation.objects.filter(closes_on__lt=before)


def _old_words(now):
    before = retention.years_before(timezone.localdate(now), retention.SURVEY_YEARS)
    return SurveyAnswer.objects.filter(day__lt=before).exclude(comment="")


def _old_questions(now):
    return Question.objects.filter(answered_at__lt=retention.years_before(now, retention.QUESTION_YEARS))


EXPIRIES = (
    Expiry("survey", gettext_lazy("删除的问卷邀请"), _closed, services.delete_invitations),
    Expiry("survey", gettext_lazy("删除的问卷留言"), _old_words, services.blank_comments),
    Expiry("questions", gettext_lazy("删除的旧提问"), _old_questions, services.delete_questions),
)


def register_holding():
    register(Holding("feedback", gettext_lazy("问卷和提问"), export, erase, lambda resident: [], EXPIRIES))

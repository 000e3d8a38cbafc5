"""The home's question about questions: what residents asked and nobody answered, by deadline."""

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.dates import date_words
from desk.panels import SHOWN, Panel, Row, count
from feedback.models import Question
from feedback.permissions import question_policy


def open_questions(user):
    """待答的问题: what is overdue first, marked; who asked is not shown."""
    if not question_policy.user_has_permission(user, "change"):
        return None
    waiting = Question.objects.filter(question_policy.scope(user, "change"), answered_at__isnull=True)
    today = timezone.localdate()
    return Panel(
        key="questions",
        heading=_("待答的问题"),
        empty=_("居民的提问都答复了。"),
        total=count(waiting),
        rows=[
            _row(question, today)
            for question in waiting.select_related("page", "centre").order_by("due_on", "pk")[:SHOWN]
        ],
        more=reverse("questions:index"),
    )


def _row(question, today):
    due = _("%(day)s前答复") % {"day": date_words(question.due_on, year=False)}
    if question.is_overdue:
        late = _("已过期 %(days)d 天") % {"days": (today - question.due_on).days}
    else:
        late = _("今天到期") if question.due_on == today else ""
    return Row(
        title=Truncator(question.text).chars(40),
        words=f"{question.page.title if question.page else question.centre.title} · {due}",
        action=_("答复"),
        address=reverse("questions:question", args=[question.pk]),
        late=late,
    )

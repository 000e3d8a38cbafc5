"""Every write of this room: inviting and answering, asking, answering a question, making an answer public."""

import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from accounts.enums import NoticeKind
from accounts.services.notices import notify
from core.dates import date_words
from core.errors import DomainError
from feedback.deadlines import ANSWER_DAYS, working_days_later
from feedback.models import PublicAnswer, Question, SurveyAnswer, SurveyInvitation
from network.models import AcademyPage
from network.services import street_of

#: How long a survey is open, in days.
OPEN_DAYS = 30


@transaction.atomic
def invite(run, enrolments):
    """Ask everybody of a class that is over for three answers, by a notice that stays in the inbox."""
    closes_on = timezone.localdate() + datetime.timedelta(days=OPEN_DAYS)
    there = set(SurveyInvitation.objects.filter(enrolment__in=enrolments).values_list("enrolment", flat=True))
    new = [enrolment for enrolment in enrolments if enrolment.pk not in there]
    SurveyInvitation.objects.bulk_create(
        SurveyInvitation(enrolment=enrolment, closes_on=closes_on) for enrolment in new
    )
    for enrolment in new:
        notify(
            enrolment.resident,
            NoticeKind.SURVEY,
            _("上完了，说两句：%(course)s") % {"course": run.learning.title},
            _("三个问题，不记名，%(until)s前都可以答。") % {"until": date_words(closes_on)},
            address=reverse("feedback:survey", args=[enrolment.receipt]),
            inbox_only=True,
        )


@transaction.atomic
def answer_survey(invitation, satisfaction, usefulness, comment=""):
    """Count an answer, and apart from it that this invitation is used up. Raises DomainError ``already``, ``closed``."""
    invitation = SurveyInvitation.objects.select_for_update().select_related("enrolment").get(pk=invitation.pk)
    if invitation.answered:
        raise DomainError("already", _("这个班您已经答过了。不记名，所以不能改，也查不到是哪一份。"))
    if not invitation.is_open:
        raise DomainError(
            "closed",
            _("问卷%(day)s已经截止。想说的话，可以在课程页上“问一句”。") % {"day": date_words(invitation.closes_on)},
        )
    invitation.answered = True
    invitation.save(update_fields=["answered"])
    return SurveyAnswer.objects.create(
        class_run_id=invitation.enrolment.class_run_id,
        satisfaction=satisfaction,
        usefulness=usefulness,
        comment=comment,
    )


def forget_surveys(runs):
    """Delete invitations and answers of sample class ``runs`` (keys) that are about to go."""
    SurveyInvitation.objects.filter(enrolment__class_run__in=runs).delete()
    SurveyAnswer.objects.filter(class_run__in=runs).delete()


@transaction.atomic
def forget_sample_questions():
    """Delete what sample residents asked, what was made public of it, and what the log says of it."""
    asked = Question.objects.filter(asker__is_sample=True)
    PublicAnswer.objects.filter(asked_as__in=asked).delete()
    ModelLogEntry.objects.get_for_model(Question).filter(
        object_id__in=[str(pk) for pk in asked.values_list("pk", flat=True)]
    ).delete()
    return asked.delete()[1].get(Question._meta.label, 0)


@transaction.atomic
def forget_person(resident):
    """Delete the invitations and questions of ``resident``."""
    SurveyInvitation.objects.filter(enrolment__resident=resident).delete()
    Question.objects.filter(asker=resident).delete()


def delete_invitations(pks, now):
    """Delete invitations that are past their period; return how many rows went (accounts.privacy.Expiry)."""
    return SurveyInvitation.objects.filter(pk__in=pks).delete()[0]


def delete_questions(pks, now):
    """Delete questions that are past their period; return how many rows went."""
    return Question.objects.filter(pk__in=pks).delete()[0]


def blank_comments(pks, now):
    """Take the words out of old answers, the scores stay; return how many."""
    return SurveyAnswer.objects.filter(pk__in=pks).update(comment="")


def desk_of(page):
    """Return the centre whose desk answers questions about ``page``: its street, or the academy; None elsewhere."""
    return (
        street_of(page)
        or AcademyPage.objects.filter(
            path__in=[page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]
        ).first()
    )


def ask(page, asker, text, at=None):
    """Hand a question about ``page`` to its desk; return it with its deadline, counted from ``at`` (now, but for sample data).

    Raises DomainError ``no_desk``, ``child``.
    """
    at = at or timezone.now()
    centre = desk_of(page)
    if centre is None:
        raise DomainError("no_desk", _("这一页没有人值守答复。请打电话问。"))
    if asker.is_child:
        raise DomainError("child", _("未满 14 周岁，请家长登录自己的账号来问。"))
    return Question.objects.create(
        centre=centre,
        page=page,
        asker=asker,
        from_minor=asker.is_minor,
        text=text,
        asked_at=at,
        due_on=working_days_later(timezone.localdate(at), ANSWER_DAYS),
    )


@transaction.atomic
def answer(question, text, by):
    """Write or mend the answer of ``question`` and tell its asker."""
    question = Question.objects.select_for_update().select_related("asker").get(pk=question.pk)
    mended = not question.is_open
    question.answer, question.answered_at, question.answered_by = text, timezone.now(), by
    question.save(update_fields=["answer", "answered_at", "answered_by"])
    title = _("答复改过了：%(question)s") if mended else _("有答复了：%(question)s")
    notify(
        question.asker,
        NoticeKind.ANSWER,
        title % {"question": question},
        text,
        address=f"{reverse('feedback:my_questions')}#question-{question.pk}",
        inbox_only=True,
    )
    log(instance=question, action="feedback.answer", user=by, title=_("居民提问 %(pk)d") % {"pk": question.pk})
    return question


@transaction.atomic
def publish(question, asked, answered, by):
    """Show the rewritten ``asked`` and ``answered`` on the question's page. Raises DomainError ``minor``, ``open``, ``no_page``."""
    question = Question.objects.select_for_update().get(pk=question.pk)
    if question.from_minor:
        raise DomainError("minor", _("这是未成年人问的，不能公开，答复只给本人看。"))
    if question.is_open:
        raise DomainError("open", _("还没有答复提问的人，请先答复，再公开。"))
    if question.page_id is None:
        raise DomainError("no_page", _("提问的那一页已经删除，没有地方公开。"))
    shown = question.public_answer or PublicAnswer(page_id=question.page_id)
    shown.question, shown.answer = asked, answered
    shown.save()
    Question.objects.filter(pk=question.pk).update(public_answer=shown)
    log(instance=shown, action="feedback.publish", user=by, content_changed=True)
    return shown


@transaction.atomic
def withdraw(shown, by):
    """Take a public answer off its page; the answer that the asker has stays."""
    log(instance=shown, action="feedback.withdraw", user=by, deleted=True)
    shown.delete()


def mend_public(shown, asked, answered, by):
    """Change the words of a public answer."""
    shown.question, shown.answer = asked, answered
    shown.save()
    log(instance=shown, action="wagtail.edit", user=by, content_changed=True)
    return shown

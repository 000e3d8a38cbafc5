"""通知全班: words of the desk to everybody in a class, sent once, a few times a day at most."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from core.errors import DomainError
from enrolments import notices
from enrolments.models import ClassMessage, Enrolment
from enrolments.services.core import lock_run

LOG_ACTION = "enrolments.message"
#: Messages to one class on one day. Who is told too often stops reading.
MOST_A_DAY = 3
#: A class that ended longer ago than this is told nothing any more: people left their numbers for the class.
DAYS_AFTER = 60


def checked_words(title, text):
    """Return title and text as they will be sent. Raises DomainError ``title`` or ``text``."""
    title, text = " ".join(title.split()), text.replace("\r\n", "\n").replace("\0", "").strip()
    for name, value, empty in (
        ("title", title, _("请写标题。短信里只有标题，要让人一看就懂，例如：下次带剪刀。")),
        ("text", text, _("请写内容。")),
    ):
        longest = ClassMessage._meta.get_field(name).max_length
        if not value:
            raise DomainError(name, empty)
        if len(value) > longest:
            raise DomainError(
                name, _("最多 %(most)d 个字，现在 %(now)d 个，请写短些。") % {"most": longest, "now": len(value)}
            )
    return title, text


def receivers(run):
    """The claims of those who are told: everybody in the class."""
    people = Enrolment.objects.filter(class_run=run, resident__erased_at=None).taking_part()
    return people.select_related("resident")


@transaction.atomic
def send_message(run, title, text, by, key):
    """Tell everybody in ``run``; return (ClassMessage, whether it went out now). The same ``key`` twice sends once.

    Raises DomainError ``title``, ``text``, ``long_over``, ``nobody``, ``too_often``.
    """
    title, text = checked_words(title, text)
    run = lock_run(run.pk)
    if sent := ClassMessage.objects.filter(request_key=key).first():
        return sent, False
    now = timezone.now()
    if run.ends_on and run.ends_on + datetime.timedelta(days=DAYS_AFTER) < timezone.localdate(now):
        raise DomainError("long_over", _("这个班结束已经超过 %(days)d 天，不再通知全班。") % {"days": DAYS_AFTER})
    people = list(receivers(run))
    if not people:
        raise DomainError("nobody", _("班里还没有人，没有人可以通知。"))
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    if ClassMessage.objects.filter(class_run=run, sent_at__gte=today).count() >= MOST_A_DAY:
        raise DomainError(
            "too_often",
            _("今天已经通知过这个班 %(most)d 次。发得太多就没有人看了，请明天再发；急事请打电话。")
            % {"most": MOST_A_DAY},
        )
    sent = ClassMessage.objects.create(
        class_run=run, title=title, text=text, request_key=key, people=len(people), sent_by=by.user, sent_at=now
    )
    for enrolment in people:
        enrolment.class_run = run
        notices.message(enrolment, title, text)
    log(instance=run, action=LOG_ACTION, user=by.user, data={"message": sent.pk, "people": len(people)})
    return sent, True

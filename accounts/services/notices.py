"""Telling residents: the inbox in the caller's transaction, SMS and e-mail after it, at waking hours only.

A notice is delivered by whoever wins its lease: a conditional update that moves ``send_after``
ahead. Nobody holds a lock or a transaction while a gateway answers, and a worker that dies
leaves a notice that another takes up when the lease is over.
"""

from collections import defaultdict
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPException

from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import sms
from accounts.enums import Channel, ConsentPurpose, DeliveryState
from accounts.models import Consent, Guardianship, Notice, NoticeDelivery, Resident, User
from accounts.services.consents import has_consent
from accounts.services.people import residents_of
from accounts.values import COUNTRY_CODE, is_mobile
from core.errors import DomainError
from core.waking import awake, next_waking

LEASE = timedelta(minutes=10)
TRIES = 3
WAIT = (timedelta(minutes=5), timedelta(minutes=30))  # before the second and the third try


@dataclass(frozen=True)
class Said:
    """What ``notify`` was asked to tell whom."""

    resident: Resident
    kind: str
    title: str
    text: str


@dataclass(frozen=True)
class Reach:
    """How many of ``people`` can read it on the site, get it as SMS or as e-mail, and how many ``nobody`` tells but a clerk."""

    people: int
    inbox: int
    sms: int
    email: int
    nobody: int


_hearing = ContextVar("hearing", default=None)


@contextmanager
def overhear():
    """Yield a list of Said that fills while the block runs: how a rehearsal that is rolled back learns who would be told what."""
    heard = []
    token = _hearing.set(heard)
    try:
        yield heard
    finally:
        _hearing.reset(token)


def ways(residents):
    """Return (keys of who can read a notice on the site, who gets it as SMS, who as e-mail): three queries however many."""
    residents = {resident.pk: resident for resident in residents}
    logins = _logins(list(residents))
    texting = Consent.objects.filter(purpose=ConsentPurpose.TEXTING, withdrawn_at=None, resident__in=list(residents))
    texting = set(texting.values_list("resident", flat=True))
    inbox = {pk for pk in residents if logins[pk]}
    sms = {pk for pk in texting if _telephones(residents[pk], logins[pk])}
    return inbox, sms, {pk for pk in residents if any(login.email for login in logins[pk])}


def reach(residents):
    """Return the Reach of a notice to ``residents``."""
    keys = {resident.pk for resident in residents}
    inbox, sms, email = ways(residents)
    return Reach(len(keys), len(inbox), len(sms), len(email), len(keys - inbox - sms - email))


@transaction.atomic(savepoint=False)  # one statement in the caller's transaction: many places are given at once
def notify(resident, kind, title, text="", address="", batch_key="", delay=timedelta(0), now=None, inbox_only=False):
    """Put a notice into the resident's inbox and let it leave after the commit; return it, None for one erased.

    ``inbox_only``: it stays there. Who agreed to texts about classes (ConsentPurpose.TEXTING) agreed to no others.

    With ``batch_key`` a notice of that key that has not left yet takes the new title and the new
    lines instead of a second one being sent; ``delay`` is how long it waits for such edits.
    """
    if resident.erased_at:
        return None
    now = now or timezone.now()
    title = title[: Notice._meta.get_field("title").max_length]
    if (heard := _hearing.get()) is not None:
        heard.append(Said(resident, kind, title, text))
    notice = _open_batch(resident, batch_key)
    if notice:
        if text and text not in notice.text:
            notice.text = f"{notice.text}\n{text}".strip()
        notice.kind, notice.title, notice.address, notice.read_at = kind, title, address or notice.address, None
        notice.save(update_fields=["kind", "title", "text", "address", "read_at"])
        return notice
    notice = Notice.objects.create(
        resident=resident,
        kind=kind,
        title=title,
        text=text,
        address=address,
        batch_key=batch_key,
        send_after=next_waking(now + delay),
        sent_at=now if inbox_only else None,
    )
    if notice.send_after <= now and not inbox_only:
        transaction.on_commit(lambda: _enqueue(notice.pk), robust=True)
    return notice


def deliver_due(now=None):
    """Deliver every notice whose time has come; return how many left. Safe beside any number of other workers."""
    now = now or timezone.now()
    if not awake(now):
        return 0
    due = Notice.objects.filter(sent_at=None, send_after__lte=now).order_by("send_after", "pk")
    return sum(deliver(pk, now) for pk in due.values_list("pk", flat=True))


def deliver(pk, now=None):
    """Deliver one notice if it is due and nobody else has it; return whether it is done."""
    now = now or timezone.now()
    if not awake(now):
        return False
    if not Notice.objects.filter(pk=pk, sent_at=None, send_after__lte=now).update(send_after=now + LEASE):
        return False
    notice = Notice.objects.select_related("resident").get(pk=pk)
    tries = max(_by_sms(notice), _by_email(notice))
    return _give_back(notice, now, tries)


def mark_read(user, notices):
    """Mark ``notices`` (of the people of ``user``) as read; return how many were new."""
    mine = notices.filter(resident__in=residents_of(user).order_by().values("pk"), read_at=None)
    return mine.update(read_at=timezone.now())


def _open_batch(resident, batch_key):
    if not batch_key:
        return None
    return Notice.objects.select_for_update().filter(resident=resident, batch_key=batch_key, sent_at=None).first()


def _enqueue(pk):
    from accounts.tasks import deliver_notice

    deliver_notice.enqueue(pk)


def sms_words(title):
    """Return what an SMS says of a notice."""
    return _("%(title)s。请到网站“我的通知”查看。") % {"title": title}


def _by_sms(notice):
    """Send to the telephones of a resident who agreed to texting; return how often it failed, 0 when done."""
    resident = notice.resident
    if not has_consent(ConsentPurpose.TEXTING, resident=resident):
        return 0
    # The whole story is in the inbox; what anybody may read over a shoulder is the title.
    params = {"text": sms_words(notice.title)}
    telephones = _telephones(resident, _logins([resident.pk])[resident.pk])
    return _send(notice, Channel.SMS, telephones, lambda phone: sms.send(phone, sms.NOTICE, params))


def _by_email(notice):
    """The same by e-mail, to those logins that gave an address."""
    addresses = [login.email for login in _logins([notice.resident_id])[notice.resident_id] if login.email]

    def send(address):
        send_mail(notice.title, notice.text or notice.title, None, [address])

    return _send(notice, Channel.EMAIL, addresses, send)


def _send(notice, channel, addresses, send):
    """Try each address once and write one NoticeDelivery; return how often this channel failed, 0 when one got through."""
    earlier = list(notice.deliveries.filter(channel=channel).values_list("state", flat=True))
    failed = earlier.count(DeliveryState.FAILED)
    if not addresses or failed >= TRIES or DeliveryState.SENT in earlier:
        return 0
    sent, trouble = False, ""
    for address in addresses:
        try:
            send(address)
            sent = True
        except DomainError as error:
            trouble = error.code
        except (OSError, SMTPException) as error:
            trouble = type(error).__name__  # never its text: that may name the address
    state = DeliveryState.SENT if sent else DeliveryState.FAILED
    NoticeDelivery.objects.create(notice=notice, channel=channel, state=state, detail=trouble)
    return 0 if sent else failed + 1


def _telephones(resident, logins):
    """The resident's own mobile number, or else the verified ones of their ``logins``."""
    if is_mobile(resident.phone):
        return [f"{COUNTRY_CODE}{resident.phone}"]
    return [login.phone for login in logins if login.phone and login.phone_verified]


def _logins(residents):
    """Who reads for each of ``residents`` (keys): {key: [User]}, their own login and those of who acts for them."""
    found = defaultdict(dict)
    for login in User.objects.filter(resident__in=residents, is_active=True).select_related("resident"):
        found[login.resident.pk][login.pk] = login
    acting = Guardianship.objects.filter(resident__in=residents, ends_on=None, guardian__is_active=True)
    for one in acting.select_related("guardian"):
        found[one.resident_id][one.guardian_id] = one.guardian
    return defaultdict(list, {key: [logins[pk] for pk in sorted(logins)] for key, logins in found.items()})


@transaction.atomic
def _give_back(notice, now, tries):
    """Close the notice, or leave it for another try; return whether it is done."""
    row = Notice.objects.select_for_update().filter(pk=notice.pk).first()
    if row is None:
        return True  # erased while it was leaving
    if (row.title, row.text) != (notice.title, notice.text):
        _split(row, notice, now)
    done = not 0 < tries < TRIES
    if done:
        row.sent_at = now
    else:
        row.send_after = next_waking(now + WAIT[tries - 1])
    row.save()
    return done


def _split(row, sent, now):
    """Words that joined the batch while it was leaving become a notice of their own; ``row`` keeps what was sent."""
    newer = Notice(
        resident_id=row.resident_id,
        kind=row.kind,
        title=row.title,
        text=row.text.removeprefix(sent.text).strip(),
        address=row.address,
        batch_key=row.batch_key,
        send_after=next_waking(now + WAIT[0]),
    )
    row.kind, row.title, row.text, row.address, row.batch_key = sent.kind, sent.title, sent.text, sent.address, ""
    row.save()  # before the newer one: a key has one open batch
    newer.save()

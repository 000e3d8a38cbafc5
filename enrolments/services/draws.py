"""The acts of a draw, each once: commit (and describe until the window opens), freeze, reveal, hold. See docs/mechanisms/draw.md."""

import secrets

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Resident
from core.dates import moment_words
from core.errors import DomainError
from enrolments import lottery, notices
from enrolments.enums import LIVE, DrawResult, Reason, SeatKind, ShareKind, Status
from enrolments.models import Draw, DrawEntry, Enrolment, Seat
from enrolments.selectors_draws import flags_of
from enrolments.services.core import SYSTEM, lock_run, lock_runs, move, next_queue_no, publish_figures
from enrolments.services.waiting import leave, open_counter_seats, promote
from timetable.enums import ClassRunStatus, EnrolMode

DEFAULT_PUBLIC_VALUE = "报名截止后第一期“双色球”开奖号码（六个红球从小到大，再加蓝球，用空格隔开）"


@transaction.atomic
def commit_draw(run, by=SYSTEM, now=None):
    """Publish rule version, seed hash and the name of the public value for ``run``; a second call changes nothing.

    Raises DomainError ``not_a_draw``, ``no_places``, ``no_window``, or ``opened`` where the
    window has opened already: a promise made after people entered is worth nothing.
    """
    run, now = lock_run(run.pk), now or timezone.now()
    draw = Draw.objects.filter(class_run=run).first()
    if draw is not None:
        return draw
    if run.mode != EnrolMode.DRAW:
        raise DomainError("not_a_draw", _("这个班不是抽签的班，请先把“怎么给名额”改成“抽签”。"))
    if run.capacity is None:
        raise DomainError("no_places", _("抽签的班要先写明名额，居民才知道抽几个。"))
    if run.enrol_opens_at is None or run.enrol_closes_at is None:
        raise DomainError("no_window", _("抽签的班要先写明报名开始和报名截止，截止以后才能抽签。"))
    if run.enrol_opens_at <= now:
        raise DomainError(
            "opened",
            _("抽签的承诺要在报名开始以前公布，而报名在%(when)s已经开始。请把报名开始改到以后，再公布。")
            % {"when": moment_words(run.enrol_opens_at)},
        )
    draw = promise(run, now)
    draw.save(force_insert=True)
    return draw


def promise(run, now):
    """Return an unsaved Draw with a fresh secret seed, its hash and the default public value."""
    seed = secrets.token_hex(lottery.SEED_BYTES)
    return Draw(
        class_run=run,
        rule_version=lottery.RULE,
        seed=seed,
        seed_hash=lottery.seed_hash(seed),
        public_value_name=DEFAULT_PUBLIC_VALUE,
        committed_at=now,
    )


@transaction.atomic
def describe_draw(run, public_value_name, shares, by=SYSTEM, now=None):
    """Name the public value and declare the shares, ``[{"kind": "N", "seats": 3}]``, until the window opens.

    Raises DomainError ``no_draw``, ``opened``, ``no_name``, ``bad_shares``.
    """
    run, now = lock_run(run.pk), now or timezone.now()
    draw = _draw_of(run)
    if run.enrol_opens_at is None or run.enrol_opens_at <= now:
        raise DomainError("opened", _("报名已经开始，抽签的规则不能再改。"))
    name = " ".join(public_value_name.split())
    if not name:
        raise DomainError("no_name", _("请写明用哪一个公开数值，要写到谁都能自己查到。"))
    if len(name) > Draw._meta.get_field("public_value_name").max_length:
        raise DomainError("no_name", _("公开数值的名称太长，请写短一些。"))
    draw.public_value_name, draw.shares = name, _checked_shares(run, shares)
    draw.save(update_fields=["public_value_name", "shares"])
    return draw


def _checked_shares(run, shares):
    kinds = [share["kind"] for share in shares]
    if len(set(kinds)) != len(kinds) or not set(kinds) <= set(ShareKind.values):
        raise DomainError("bad_shares", _("每种专项名额只能写一次。"))
    if any(share["seats"] < 1 for share in shares):
        raise DomainError("bad_shares", _("专项名额至少 1 个；不要的请空着。"))
    places = run.capacity - run.counter_quota
    if sum(share["seats"] for share in shares) > places:
        raise DomainError(
            "bad_shares", _("专项名额加起来超过了可以抽的 %(places)d 个名额，请改少一些。") % {"places": places}
        )
    return [{"kind": share["kind"], "seats": share["seats"]} for share in shares]


def refuse_broken_promise(run, before):
    """Refuse a change of ``run`` that would make its published draw impossible to recompute or unfair.

    For ``timetable.signals.class_run_saved``. Raises DomainError ``draw_promised``.
    """
    draw = Draw.objects.filter(class_run=run).first()
    if draw is None or before is None:
        return
    opened = before.enrol_opens_at is not None and before.enrol_opens_at <= timezone.now()
    if run.code != before.code and (opened or draw.frozen_at):
        raise DomainError("draw_promised", _("班号已经用在公布的抽签里，不能再改。"))
    if run.mode != before.mode and (opened or draw.frozen_at):
        raise DomainError("draw_promised", _("居民已经按抽签报名，不能再改成别的办法。"))
    if run.enrol_closes_at != before.enrol_closes_at and draw.frozen_at:
        raise DomainError("draw_promised", _("报名名单已经封存，报名截止不能再改。"))
    if run.enrol_opens_at is not None and run.enrol_opens_at < draw.committed_at:
        raise DomainError(
            "draw_promised",
            _("抽签办法在%(when)s才公布，报名开始不能早于这个时间。") % {"when": moment_words(draw.committed_at)},
        )
    if run.enrol_opens_at != before.enrol_opens_at and opened:
        raise DomainError("draw_promised", _("报名已经开始，报名开始的时间不能再改。"))


@transaction.atomic
def freeze(run, by=SYSTEM, now=None):
    """Close the list of entries and publish it with its hash and the number of places; a second call changes nothing.

    Raises DomainError ``no_draw``, ``cancelled``, ``not_closed``.
    """
    run, now = lock_run(run.pk), now or timezone.now()
    draw = _draw_of(run)
    if draw.frozen_at:
        return draw
    _refuse_cancelled(run)
    if run.enrol_closes_at is None or run.enrol_closes_at > now:
        raise DomainError("not_closed", _("报名还没有截止，截止以后才能封存名单。"))
    if open_counter_seats(run, now):
        publish_figures(run)
    entered = list(Enrolment.objects.filter(class_run=run, status=Status.ENTERED).select_related("resident"))
    flags = flags_of(entered, run, {share["kind"] for share in draw.shares})
    rows = [
        DrawEntry(draw=draw, enrolment=one, code=one.receipt, party=one.party, flags=flags[one.pk]) for one in entered
    ]
    DrawEntry.objects.bulk_create(rows)
    draw.entry_list = lottery.entry_list(lottery.Entry(row.code, row.party, row.flags) for row in rows)
    draw.entries_hash = lottery.list_hash(draw.entry_list)
    draw.places = _free_open(run).count()
    draw.frozen_at = now
    draw.save(update_fields=["entry_list", "entries_hash", "places", "frozen_at"])
    return draw


@transaction.atomic
def freeze_by_hand(run, by, now=None):
    """`freeze` for somebody at the desk: what has been done is told, not done again. Raises DomainError ``frozen`` too."""
    lock_run(run.pk)
    draw = _draw_of(run)
    if draw.frozen_at:
        raise DomainError(
            "frozen",
            _("名单在%(when)s已经封存过。一个班只封存一次，不能再加人、换人。")
            % {"when": moment_words(draw.frozen_at)},
        )
    return freeze(run, by, now)


@transaction.atomic
def reveal(run, public_value, by=SYSTEM, now=None):
    """Publish the public value, before anybody has seen a result of it.

    Raises DomainError ``no_draw``, ``revealed``, ``cancelled``, ``not_frozen``, ``no_value``, ``bad_value``.
    """
    run, now = lock_run(run.pk), now or timezone.now()
    draw = _draw_of(run)
    if draw.revealed_at:
        raise DomainError(
            "revealed",
            _("公开数值在%(when)s已经公布：%(value)s。一个班只公布一次，不能换。")
            % {"when": moment_words(draw.revealed_at), "value": draw.public_value},
        )
    _refuse_cancelled(run)
    if not draw.frozen_at:
        raise DomainError("not_frozen", _("报名名单还没有封存，封存以后才能公布公开数值、抽签。"))
    draw.public_value, draw.revealed_at = checked_public_value(public_value), now
    draw.save(update_fields=["public_value", "revealed_at"])
    return draw


@transaction.atomic
def hold(run, public_value=None, by=SYSTEM, now=None):
    """Draw: publish the seed, seat the winners, put everybody else on the waiting list in the drawn order.

    The public value is the one that was revealed; ``public_value`` reveals it in the same breath.
    Whoever wins leaves the lists of the other runs of the same course, as with an accepted
    offer. Raises DomainError ``no_draw``, ``drawn``, ``cancelled``, ``not_revealed``,
    ``seats_missing``, and what `reveal` raises.
    """
    now = now or timezone.now()
    elsewhere = _lock_for(run)
    run = elsewhere["runs"][run.pk]
    draw = _draw_of(run)
    if draw.drawn_at:
        raise DomainError(
            "drawn",
            _("这个班已经在%(when)s抽过签。一个班只抽一次，结果不能重抽。") % {"when": moment_words(draw.drawn_at)},
        )
    _refuse_cancelled(run)
    if public_value is not None:
        draw = reveal(run, public_value, by, now)
    if not draw.revealed_at:
        raise DomainError("not_revealed", _("公开数值还没有公布，公布以后才能抽签。"))
    rows = {row.code: row for row in draw.entries.select_related("enrolment__resident")}
    left = {code for code, row in rows.items() if row.enrolment.status != Status.ENTERED}
    shares = [lottery.Share(**share) for share in draw.shares]
    entries = lottery.read_list(draw.entry_list)
    drawn = lottery.draw(entries, draw.places, draw.seed, draw.public_value, run.code, shares, left)
    seats = _seats_for(run, draw, drawn)
    draw.drawn_at = now
    draw.save(update_fields=["drawn_at"])
    _give_places(run, seats, drawn, rows, by, now)
    for row in rows.values():
        if row.result == DrawResult.SEATED:
            leave(elsewhere["claims"].get(row.enrolment.resident_id, ()), elsewhere["runs"], by, now)
    promote(run, now)
    return draw


def _lock_for(run):
    """Lock, in the house's order, everybody who entered ``run``, then it and every run of its course they also wait for.

    Return ``{"runs": {pk: run}, "claims": {resident pk: [their claims on those other runs]}}``.
    """
    entered = Enrolment.objects.filter(class_run=run, status=Status.ENTERED).order_by().values("resident")
    people = list(
        Resident.objects.select_for_update(no_key=True)
        .filter(pk__in=entered)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    same_course = Enrolment.objects.filter(
        resident__in=people, class_run__learning=run.learning_id, status__in=LIVE
    ).exclude(Q(class_run=run) | Q(status=Status.ENROLLED))
    claims = {}
    for claim in same_course:
        claims.setdefault(claim.resident_id, []).append(claim)
    runs = lock_runs(run.pk, *{claim.class_run_id for rows in claims.values() for claim in rows})
    return {"runs": runs, "claims": claims}


def checked_public_value(public_value):
    """Return the normal form of ``public_value``. Raises DomainError ``no_value``, ``bad_value``."""
    value = lottery.normalise(public_value)
    if not value:
        raise DomainError("no_value", _("请填写公开数值，照公布的原样填。"))
    if not value.isprintable() or len(value) > Draw._meta.get_field("public_value").max_length:
        raise DomainError("bad_value", _("公开数值只能是一行文字，最多 100 个字，请检查有没有粘贴进别的内容。"))
    return value


def _seats_for(run, draw, drawn):
    """Return the seats for the winners, in the order of their numbers."""
    winners = sum(place.result == DrawResult.SEATED for place in drawn)
    seats = list(_free_open(run).order_by("number")[:winners])
    if len(seats) < winners:
        raise DomainError(
            "seats_missing",
            _("封存名单时公布了 %(promised)d 个名额，现在只空着 %(free)d 个。请先把名额改回去，再抽签。")
            % {"promised": draw.places, "free": len(seats)},
        )
    return seats


def _give_places(run, seats, drawn, rows, by, now):
    """Write what the lottery says: a seat in the order of the list, or the next number of the waiting list."""
    free, queue_no = iter(seats), next_queue_no(run)
    for place in drawn:
        row = rows[place.receipt]
        row.rank, row.key, row.result, row.share = place.rank, place.key, place.result, place.share
        enrolment = row.enrolment
        enrolment.class_run = run
        if place.result == DrawResult.SEATED:
            move(enrolment, Status.ENROLLED, Reason.WON, by, now, seat=next(free))
        elif place.result == DrawResult.WAITING:
            move(enrolment, Status.WAITING, Reason.NOT_DRAWN, by, now, queue_no=queue_no)
            queue_no += 1
        if place.result != DrawResult.LEFT:
            notices.drawn(enrolment)
    DrawEntry.objects.bulk_update(rows.values(), ["rank", "key", "result", "share"], batch_size=200)


def _free_open(run):
    return Seat.objects.free().filter(class_run=run, kind=SeatKind.OPEN)


def _draw_of(run):
    draw = Draw.objects.select_for_update().filter(class_run=run).first()
    if draw is None:
        raise DomainError("no_draw", _("这个班没有公布过抽签办法，不能抽签。"))
    return draw


def _refuse_cancelled(run):
    if run.status == ClassRunStatus.CANCELLED:
        raise DomainError("cancelled", _("这个班已经取消，不再抽签。"))

"""The public pages of a draw: /draws/<run code>/ for people, data.json beside it for programs. No name is ever shown."""

import unicodedata
from functools import wraps

from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from accounts.retention import DRAW_EVIDENCE_YEARS, years_before
from enrolments import lottery
from enrolments.enums import DrawResult, ShareKind
from enrolments.models import Draw
from timetable.enums import ClassRunStatus
from timetable.models import ClassRun

#: Seconds for which a page may be reused: people press "refresh" while they wait for the result.
MAX_AGE_S = 60


def public_for_a_minute(view):
    """Serve to GET and HEAD; anybody's cache may keep it for a minute, but never the page of somebody signed in."""

    @require_safe
    @conditional_page
    @wraps(view)
    def served(request, code):
        if "\0" in code:  # PostgreSQL refuses such text with an error, not with an empty answer
            raise Http404
        draw = Draw.objects.filter(class_run__in=ClassRun.objects.public(), class_run__code=code)
        draw = draw.select_related("class_run__learning", "class_run__centre", "class_run__term").first()
        if draw is None or (draw.frozen_at and draw.frozen_at < years_before(timezone.now(), DRAW_EVIDENCE_YEARS)):
            raise Http404  # the list is kept for three years, as /privacy/ says
        response = view(request, draw)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            patch_cache_control(response, private=True, max_age=0)
        else:
            patch_cache_control(response, public=True, max_age=MAX_AGE_S)
        return response

    return served


def _iso(moment):
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None


def published(draw):
    """Everything that is public about ``draw`` at its stage, as docs/mechanisms/draw.md defines it. No seed before the draw."""
    run, entries = draw.class_run, list(draw.entries.all())
    return {
        "rule": draw.rule_version,
        "class": run.code,
        "title": str(run),
        "opens_at": _iso(run.enrol_opens_at),
        "closes_at": _iso(run.enrol_closes_at),
        "committed_at": _iso(draw.committed_at),
        "seed_hash": draw.seed_hash,
        "public_value_name": draw.public_value_name,
        "shares": draw.shares,
        "frozen_at": _iso(draw.frozen_at),
        "places": draw.places,
        "entries": draw.entry_list.splitlines(),
        "entries_hash": draw.entries_hash,
        "revealed_at": _iso(draw.revealed_at),
        "drawn_at": _iso(draw.drawn_at),
        "seed": draw.seed if draw.drawn_at else "",
        "public_value": draw.public_value,
        "results": [
            {"rank": row.rank, "receipt": row.code, "key": row.key, "result": row.result, "share": row.share}
            for row in entries
        ]
        if draw.drawn_at
        else [],
        "cut_off": lottery.cut_offs(entries) if draw.drawn_at else {},
    }


@public_for_a_minute
def draw_data(request, draw):
    return JsonResponse(published(draw), json_dumps_params={"ensure_ascii": False, "indent": 1})


def typed_receipt(request):
    """What somebody typed as a receipt, the way receipts are written: ７kq3 xb9t → 7KQ3XB9T."""
    typed = unicodedata.normalize("NFKC", request.GET.get("receipt", ""))[:40]
    return "".join(character for character in typed.upper() if character.isalnum())


def answer_for(receipt, draw, rows):
    """One sentence about ``receipt``, true at the draw's present stage."""
    row = next((row for row in rows if row.code == receipt), None)
    if not draw.frozen_at:
        return _("报名还没有截止，名单还没有封存。截止以后再来查。")
    if row is None:
        return _("名单里没有回执号 %(receipt)s。请对照回执单再输一次；报名截止前退出的不在名单里。") % {
            "receipt": receipt
        }
    if not draw.drawn_at:
        return _("回执号 %(receipt)s 在名单里，等待抽签。") % {"receipt": receipt}
    words = {"receipt": receipt, "rank": row.rank}
    if row.result == DrawResult.LEFT:
        return _("回执号 %(receipt)s 在抽签前已经退出。") % words
    if row.result == DrawResult.WAITING:
        ahead = sum(other.result == DrawResult.WAITING and other.rank < row.rank for other in rows)
        return _("回执号 %(receipt)s 排在第 %(rank)d 位，没有抽中，抽签时候补第 %(place)d 位。") % {
            **words,
            "place": ahead + 1,
        }
    if row.share:
        words["share"] = ShareKind(row.share).label
        return _("回执号 %(receipt)s 排在第 %(rank)d 位，抽中了（%(share)s名额）。") % words
    return _("回执号 %(receipt)s 排在第 %(rank)d 位，抽中了。") % words


def steps_of(draw, run, count, now):
    """Return what draw_steps.html says of ``draw`` with its ``count`` entries: residents read it, and the desk beforehand."""
    return {
        "draw": draw,
        "run": run,
        "count": count,
        "cancelled": run.status == ClassRunStatus.CANCELLED,
        "opened": run.enrol_opens_at is not None and run.enrol_opens_at <= now,
        "closed": run.enrol_closes_at is not None and run.enrol_closes_at <= now,
        "shares": [(ShareKind(share["kind"]).label, share["seats"]) for share in draw.shares],
    }


@public_for_a_minute
def draw_page(request, draw):
    rows = list(draw.entries.all())
    receipt = typed_receipt(request)
    counted = {result: sum(row.result == result for row in rows) for result in DrawResult.values}
    context = steps_of(draw, draw.class_run, len(rows), timezone.now()) | {
        "rows": rows,
        "seated": counted[DrawResult.SEATED],
        "waiting": counted[DrawResult.WAITING],
        "left": counted[DrawResult.LEFT],
        "cut_offs": [
            (ShareKind(kind).label if kind else "", rank)
            for kind, rank in sorted(lottery.cut_offs(rows).items(), key=lambda pair: pair[1])
        ],
        "receipt": receipt,
        "answer": answer_for(receipt, draw, rows) if receipt else "",
        "results": DrawResult,
    }
    return render(request, "enrolments/draw.html", context)

"""A whole class run changed after people were told of it: moved to another time or place from a day on."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import date_words
from core.errors import DomainError
from timetable.enums import ClassRunStatus, SessionStatus
from timetable.models import ClassRun
from timetable.services.planning import planned_dates
from timetable.services.runs import save_class_run

#: What moves with a class.
MOVED = ("centre", "room", "weekdays", "starts_at", "ends_at")


@transaction.atomic
def move_class_run(run, since, *, note="", **to):
    """Give ``run`` another centre, room, weekdays or hours (``to``, named as in MOVED) from the date ``since`` on; return it.

    Sessions before ``since`` stay where they are, those after keep their identity (UID). Everybody with a claim is
    told once, with ``note`` as the reason. Raises DomainError ``cancelled``, ``single``, ``no_weekday``, ``past``, ``over``,
    ``moved_before``, ``house_from_next``, ``nothing``, and what save_class_run raises (``clash``).
    """
    run = ClassRun.objects.select_for_update(of=("self",)).select_related("learning", "centre", "room").get(pk=run.pk)
    before = {name: getattr(run, name) for name in MOVED}
    _refuse_move(run, since, to)
    for name, value in to.items():
        setattr(run, name, value)
    if {name: getattr(run, name) for name in MOVED} == before:
        raise DomainError("nothing", _("时间和地点都没有变，不用通知谁。请改上面的一项，或者返回。"))
    earlier = run.sessions.filter(planned_on__lt=since).exclude(status=SessionStatus.DROPPED).exists()
    run.pattern_from = since
    if not earlier:  # nobody met by the old pattern: the class begins with the new one
        run.starts_on = next(iter(planned_dates(run)), run.starts_on)
        run.pattern_from = None
    return save_class_run(run, note=note)


def _refuse_move(run, since, to):
    if run.status == ClassRunStatus.CANCELLED:
        raise DomainError("cancelled", _("这个班已经取消，不能再改时间地点。"))
    if not run.weekdays:
        raise DomainError("single", _("只上一次的班，请到“课次”里改那一次课。"))
    if not to.get("weekdays", run.weekdays):
        raise DomainError("no_weekday", _("请至少选一个星期几，不然排不出课。"))
    if since < timezone.localdate():
        raise DomainError("past", _("过去的课不能再改，请从今天或以后的一天起。"))
    if since > run.ends_on:
        raise DomainError("over", _("这个班%(last)s就结课了，请写那天以前的日期。") % {"last": date_words(run.ends_on)})
    if run.pattern_from and since < run.pattern_from:
        raise DomainError(
            "moved_before",
            _("这个班已经说好从%(day)s起换时间地点，再改请从那天或以后起。") % {"day": date_words(run.pattern_from)},
        )
    coming = run.sessions.taking_place().filter(starts_at__gt=timezone.now()).order_by("starts_at").first()
    moves_house = "centre" in to and to["centre"].pk != run.centre_id
    if moves_house and coming and coming.planned_on < since:
        raise DomainError(
            "house_from_next",
            _(
                "换场所要从下一次课（%(next)s）起，这样每个人看到的地址才都对。请把日期改成那天，或者等那几次课上完再换。"
            )
            % {"next": date_words(coming.planned_on)},
        )

"""Book the room and the teachers of every session that is still to come.

Where two of them clash already, the one that was planned first has the booking; the other keeps its hours,
which people may have been told of, without one. The list is printed, and audit_bookings repeats it.
"""

from collections import defaultdict

from django.db import migrations
from django.utils import timezone

NOT_MEETING = ("cancelled", "dropped")
CHUNK, MOST_NAMED = 5_000, 50


def forwards(apps, schema_editor):
    Session = apps.get_model("timetable", "Session")
    Booking = apps.get_model("timetable", "Booking")
    ClassRun = apps.get_model("timetable", "ClassRun")
    coming = Session.objects.filter(ends_at__gt=timezone.now()).exclude(status__in=NOT_MEETING)
    teachers = defaultdict(list)
    for run, teacher in ClassRun.teachers.through.objects.order_by("pk").values_list("classrun_id", "teacher_id"):
        teachers[run].append(teacher)
    taken, bookings, clashes = defaultdict(list), [], []
    rows = coming.order_by("class_run_id", "starts_at", "pk").values_list(
        "pk", "class_run_id", "class_run__code", "starts_at", "ends_at", "room_id", "substitute_id"
    )
    for pk, run, code, starts, ends, room, substitute in rows.iterator(CHUNK):
        things = [("room", room)] if room else []
        things += [("teacher", teacher) for teacher in ([substitute] if substitute else teachers[run])]
        for thing in things:
            days = {(*thing, moment.date()) for moment in (starts, ends)}
            if any(starts < till and since < ends for day in days for since, till in taken[day]):
                clashes.append(f"{code} {timezone.localtime(starts):%Y-%m-%d %H:%M} {thing[0]} {thing[1]}")
                continue
            for day in days:
                taken[day].append((starts, ends))
            bookings.append(Booking(session_id=pk, starts_at=starts, ends_at=ends, **{f"{thing[0]}_id": thing[1]}))
    Booking.objects.bulk_create(bookings, batch_size=CHUNK)
    if clashes:
        print(f"\n{len(clashes)} 处教室或教师重复占用，没有记占用；manage.py audit_bookings 会列出来：")
        for clash in clashes[:MOST_NAMED]:
            print(f"  {clash}")


def backwards(apps, schema_editor):
    apps.get_model("timetable", "Booking").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("timetable", "0005_bookings")]

    operations = [migrations.RunPython(forwards, backwards)]

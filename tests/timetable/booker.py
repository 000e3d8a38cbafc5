"""A process of tests/timetable/test_booking_races.py: many threads that all want one room in one hour.

``python -m tests.timetable.booker <verb> <JSON arguments>``; the answer is the last line, JSON.
"""

import datetime
import json
import sys
import threading
from collections import Counter
from pathlib import Path

import django

django.setup()

from django.db import IntegrityError, OperationalError, connection, connections  # noqa: E402
from django.utils import timezone  # noqa: E402
from wagtail.models import Page  # noqa: E402

from core.errors import DomainError  # noqa: E402
from home.services import found_site  # noqa: E402
from network.models import NetworkIndexPage, Room  # noqa: E402
from teachers.models import Teacher  # noqa: E402
from tests.factories.learning import CoursePageFactory  # noqa: E402
from tests.factories.network import RoomFactory, StreetPageFactory  # noqa: E402
from tests.factories.timetable import ClassRunFactory, days_from_today  # noqa: E402
from timetable import one_place, services  # noqa: E402
from timetable.models import Booking, Session  # noqa: E402
from timetable.services import bookings  # noqa: E402


def found(contents, runs, sessions):
    """A site with one room, one teacher and ``runs`` classes of ``sessions`` meetings that have neither.

    ``contents``: rows of the migrations, where a test emptied the tables.
    """
    if not Page.objects.exists():
        connection.creation.deserialize_db_from_string(Path(contents).read_text())
    found_site()
    street = StreetPageFactory(parent=NetworkIndexPage.objects.get(), street_name="清名桥街道")
    course = CoursePageFactory(parent=street)
    RoomFactory(centre=street)
    Teacher.objects.create(name="示例教师")
    # Dated, not counted: moving a session leaves the run as it is, and so the index of search, which would queue us up.
    dates = {"starts_on": days_from_today(7), "ends_on": days_from_today(6 + 7 * sessions), "session_count": None}
    for number in range(runs):
        ClassRunFactory(learning=course, code=f"R{number}", capacity=None, **dates)


def drop_guard():
    one_place.remove(connection)


def hour(day):
    """From two to three in the afternoon, ``day`` days from today."""
    two = timezone.localtime().replace(hour=14, minute=0, second=0, microsecond=0) + datetime.timedelta(days=day)
    return two, two + datetime.timedelta(hours=1)


def attempt(session, day):
    """Move ``session`` into the room and the hour, with the teacher; return what came of it."""
    try:
        services.move_session(session, *hour(day), room=Room.objects.get(), substitute=Teacher.objects.get())
    except DomainError as error:
        return error.code
    except IntegrityError:
        return "database"
    except OperationalError as error:
        if "locked" in str(error):  # SQLite lets one write at a time and waits 20 seconds: ask again, as anybody would
            return attempt(session, day)
        return "deadlock" if "deadlock" in str(error) else str(error)
    return "booked"


def book(day, runs, careless):
    """Say that all is ready, wait for a line, let a thread for each of ``runs`` attempt it with each of its sessions.

    Return how often what came of it.
    """
    if careless:
        bookings._lock = lambda things: None
        bookings.find_clashes = lambda *args: []
    answers, barrier = [], threading.Barrier(len(runs) + 1)

    def work(number):
        sessions = list(Session.objects.filter(class_run__code=f"R{number}").order_by("planned_on"))
        barrier.wait(60)
        answers.extend(attempt(session, day) for session in sessions)
        connections.close_all()

    workers = [threading.Thread(target=work, args=[number]) for number in runs]
    for worker in workers:
        worker.start()
    print("ready", flush=True)  # noqa: T201  the other side waits for all
    sys.stdin.readline()
    barrier.wait(60)
    for worker in workers:
        worker.join()
    return Counter(answers)


def count(day):
    """How many bookings of the room, bookings of the teacher and sessions there are in the hour."""
    starts, _ends = hour(day)
    bookings = Booking.objects.filter(starts_at=starts)
    sessions = Session.objects.filter(starts_at=starts)
    return [bookings.filter(teacher=None).count(), bookings.filter(room=None).count(), sessions.count()]


if __name__ == "__main__":
    verb, arguments = sys.argv[1:]
    print(json.dumps(globals()[verb](**json.loads(arguments))))  # noqa: T201  the answer

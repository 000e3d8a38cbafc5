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
from timetable import one_place, services, services_bookings  # noqa: E402
from timetable.models import Booking, ClassRun, LearningPage, Session  # noqa: E402


def found(contents):
    """A site with one course, one room and one teacher. ``contents``: rows of the migrations, where a test emptied the tables."""
    if not Page.objects.exists():
        connection.creation.deserialize_db_from_string(Path(contents).read_text())
    found_site()
    street = StreetPageFactory(parent=NetworkIndexPage.objects.get(), street_name="清名桥街道")
    CoursePageFactory(parent=street)
    RoomFactory(centre=street)
    Teacher.objects.create(name="示例教师")


def drop_guard():
    one_place.remove(connection)


def attempt(code, days):
    """Plan one sitting in the room, ``days`` from today at two; return what came of it."""
    day = timezone.localdate() + datetime.timedelta(days=days)
    page = LearningPage.objects.get()
    hours = {"starts_at": datetime.time(14), "ends_at": datetime.time(15)}
    run = ClassRun(learning=page, code=code, centre=page.street, room=Room.objects.get(), starts_on=day, **hours)
    try:
        services.save_class_run(run, teachers=[Teacher.objects.get()])
    except DomainError as error:
        return error.code
    except IntegrityError:
        return "database"
    except OperationalError as error:
        return "deadlock" if "deadlock" in str(error) else str(error)
    return "booked"


def book(days, first, threads, attempts, careless):
    """Say that all is ready, wait for a line, attempt it ``threads`` × ``attempts`` times; return how often what came of it."""
    if careless:
        services_bookings._lock = lambda things: None
        services_bookings.find_clashes = lambda *args: []
    answers, barrier = [], threading.Barrier(threads + 1)

    def work(number):
        connection.ensure_connection()
        barrier.wait(60)
        answers.extend(attempt(f"R{days}-{first + number * attempts + each}", days) for each in range(attempts))
        connections.close_all()

    workers = [threading.Thread(target=work, args=[number]) for number in range(threads)]
    for worker in workers:
        worker.start()
    print("ready", flush=True)  # noqa: T201  the other side waits for all
    sys.stdin.readline()
    barrier.wait(60)
    for worker in workers:
        worker.join()
    return Counter(answers)


def count(days):
    """How many bookings of the room and of the teacher, sessions and runs there are on that day."""
    day = timezone.localdate() + datetime.timedelta(days=days)
    bookings = Booking.objects.filter(session__planned_on=day)
    return [
        bookings.filter(teacher=None).count(),
        bookings.filter(room=None).count(),
        Session.objects.filter(planned_on=day).count(),
        ClassRun.objects.filter(starts_on=day).count(),
    ]


if __name__ == "__main__":
    verb, arguments = sys.argv[1:]
    print(json.dumps(globals()[verb](**json.loads(arguments))))  # noqa: T201  the answer

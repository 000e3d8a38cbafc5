"""A process of test_whole_runs.py: threads that merge, split, cancel, move and edit the same few classes while others come and go.

``python -m tests.enrolments.races.changer <verb> <JSON arguments>``; the answer is the last line, JSON.
"""

import datetime
import json
import random
import sys
import threading
import traceback
from collections import Counter
from pathlib import Path

import django

django.setup()

from django.db import OperationalError, connection, connections  # noqa: E402
from wagtail.models import Page  # noqa: E402

from accounts.models import Resident  # noqa: E402
from core.errors import DomainError  # noqa: E402
from enrolments.audit import audit  # noqa: E402
from enrolments.enums import LIVE, Reason, Status  # noqa: E402
from enrolments.models import Enrolment, EnrolmentEvent  # noqa: E402
from enrolments.services import waiting  # noqa: E402
from enrolments.services.core import SYSTEM, online  # noqa: E402
from enrolments.services.places import enrol, transfer, withdraw  # noqa: E402
from home.services import found_site  # noqa: E402
from network.models import NetworkIndexPage, Room, StreetPage  # noqa: E402
from tests.factories.enrolments import make_run  # noqa: E402
from tests.factories.learning import CoursePageFactory  # noqa: E402
from tests.factories.network import RoomFactory, StreetPageFactory  # noqa: E402
from tests.factories.people import ResidentFactory, UserFactory  # noqa: E402
from tests.factories.timetable import ClassRunFactory  # noqa: E402
from timetable import services  # noqa: E402
from timetable.enums import ClassRunStatus, SessionStatus  # noqa: E402
from timetable.models import ClassRun, Session  # noqa: E402
from timetable.services import bookings  # noqa: E402
from timetable.services.runs import copy_for_term, free_code  # noqa: E402

RUNS, SEATED, LISTED, CAPACITY, NEWCOMERS = 5, 4, 2, 12, 16


def found(contents):
    """A site with one course of RUNS classes; SEATED + LISTED people are in each (the list: the capacity grows after)."""
    if not Page.objects.exists():
        connection.creation.deserialize_db_from_string(Path(contents).read_text())
    found_site()
    StreetPageFactory(parent=NetworkIndexPage.objects.get(), street_name="清名桥街道")


def prepare(seed=0):
    """New classes and new people; return the classes' keys, those who stay where they are put, and those who come and go."""
    for factory in (ClassRunFactory, ResidentFactory, UserFactory, CoursePageFactory):
        factory.reset_sequence(seed * 1000, force=True)  # another process made the last ones
    street = StreetPage.objects.first()
    course, room, runs = (
        CoursePageFactory(parent=street),
        RoomFactory(centre=street, name=f"教室 {Room.objects.count()}"),
        [],
    )
    for number in range(RUNS):
        hours = {"starts_at": datetime.time(8 + 2 * number), "ends_at": datetime.time(9 + 2 * number)}
        runs.append(
            make_run(
                None,
                learning=course,
                room=room,
                capacity=SEATED,
                seated=SEATED,
                waiting=LISTED,
                session_count=3,
                **hours,
            )
        )
    stay = list(Enrolment.objects.filter(class_run__in=runs).values_list("resident", flat=True))
    for run in runs[: RUNS // 2]:
        run.capacity = CAPACITY
        services.save_class_run(run)
    come = [ResidentFactory(own=True).pk for _number in range(NEWCOMERS)]
    return {"runs": [run.pk for run in runs], "stay": stay, "come": come}


class Act:
    """What one thread may do; each takes its rows from the database as a view would, before the service is asked."""

    def __init__(self, rng, runs, come):
        self.rng, self.runs, self.come = rng, runs, come

    def two(self):
        one, other = self.rng.sample(self.runs, 2)
        return ClassRun.objects.get(pk=one), ClassRun.objects.get(pk=other)

    def one(self):
        return ClassRun.objects.get(pk=self.rng.choice(self.runs))

    def merge(self):
        run, into = self.two()
        services.merge_class_runs(run, into, note="人太少")

    def split(self):
        run, into = self.two()
        services.split_class_run(run, into, self.rng.randint(2, 4))

    def split_into_draft(self):
        """The draft is nobody's until it is published: the one act that makes a class."""
        run = self.one()
        draft = copy_for_term(run)
        draft.code, draft.room, draft.capacity = f"{free_code(run.starts_on)}-{self.rng.random()}"[:30], None, CAPACITY
        draft.min_to_open, draft.counter_quota = None, 0
        services.save_class_run(draft)
        services.split_class_run(run, draft, self.rng.randint(2, 4))
        self.runs.append(draft.pk)

    def cancel(self):
        services.cancel_class_run(self.one(), "停课")

    def move(self):
        run = self.one()
        services.move_class_run(run, run.starts_on, weekdays=[self.rng.randint(1, 7)])

    def edit(self):
        run = self.one()
        run.capacity = self.rng.randint(4, CAPACITY)
        services.save_class_run(run)

    def publish(self):
        services.publish_class_run(self.one())

    def enrol(self):
        resident = Resident.objects.get(pk=self.rng.choice(self.come))
        enrol(resident, self.one(), online(resident.user), wait=True)

    def leave(self):
        claim = self.some_claim()
        if claim:
            withdraw(claim, SYSTEM)

    def transfer(self):
        claim = self.some_claim(status=Status.ENROLLED)
        if claim:
            transfer(claim, self.one(), SYSTEM)

    def accept(self):
        claim = Enrolment.objects.filter(class_run__in=self.runs, status=Status.OFFERED).order_by("?").first()
        if claim:
            waiting.accept(claim, SYSTEM)

    def some_claim(self, **which):
        which = which or {"status__in": LIVE}
        return Enrolment.objects.filter(resident__in=self.come, **which).order_by("?").first()


#: Acts and how often; a class that is cancelled is over for all, so that is rare.
ACTS = {
    "merge": 3,
    "split": 4,
    "split_into_draft": 2,
    "cancel": 1,
    "move": 3,
    "edit": 4,
    "publish": 2,
    "enrol": 12,
    "leave": 4,
    "transfer": 4,
    "accept": 5,
}


def attempt(act, name):
    """Do it; return what came of it."""
    try:
        getattr(act, name)()
    except DomainError as error:
        return error.code if str(error.message).strip() else "without a sentence"
    except OperationalError as error:
        if "locked" in str(error):  # SQLite lets one write at a time and waits 20 seconds: ask again, as anybody would
            return attempt(act, name)
        raise
    return "done"


def change(seed, threads, times, runs, come):
    """Say that all is ready, wait for a line, let ``threads`` do ``times`` acts each; return how often what came of which."""
    answers, faults, barrier = Counter(), [], threading.Barrier(threads + 1)

    def work(number):
        rng = random.Random(f"{seed} {number}")  # noqa: S311
        act = Act(rng, list(runs), come)
        barrier.wait(200)
        for name in rng.choices(list(ACTS), list(ACTS.values()), k=times):
            try:
                answers[f"{name} {attempt(act, name)}"] += 1
            except Exception:  # whatever reaches the caller is what the test is about
                faults.append(f"{name}: {traceback.format_exc()[-1800:]}")
        connections.close_all()

    workers = [threading.Thread(target=work, args=[number]) for number in range(threads)]
    for worker in workers:
        worker.start()
    print("ready", flush=True)  # noqa: T201  the other side waits for all
    sys.stdin.readline()
    barrier.wait(200)
    for worker in workers:
        worker.join()
    return {"answers": answers, "faults": faults}


def findings(runs, stay):
    """Sentences about what is not as it must be after the race."""
    said = [*audit(), *(str(line) for line in bookings.audit())]
    cancelled = ClassRun.objects.filter(status=ClassRunStatus.CANCELLED)
    for run in cancelled.filter(enrolments__status__in=LIVE).distinct():
        said.append(f"{run.code}: cancelled, and somebody holds a claim on it")
    open_ = Session.objects.exclude(status__in=[SessionStatus.CANCELLED, SessionStatus.DROPPED, SessionStatus.HELD])
    said += [f"{one.class_run.code}: cancelled, but meets" for one in open_.filter(class_run__in=cancelled)]
    public = ClassRun.objects.filter(pk__in=runs, status=ClassRunStatus.PUBLISHED)
    said += [f"{run.code}: published, but never meets" for run in public if not run.sessions.taking_place().exists()]
    for resident in stay:
        claims = Enrolment.objects.filter(resident=resident)
        live = claims.filter(status__in=LIVE).count()
        if live > 1:
            said.append(f"resident {resident}: {live} claims")
        if live == 0 and not claims.filter(status=Status.CLASS_CANCELLED).exists():
            said.append(f"resident {resident}: lost: {list(claims.values_list('status', flat=True))}")
    carried = EnrolmentEvent.objects.filter(reason__in=[Reason.MERGED, Reason.SPLIT], from_status="")
    return {"said": said, "carried": carried.count()}


if __name__ == "__main__":
    verb, arguments = sys.argv[1:]
    print(json.dumps(globals()[verb](**json.loads(arguments))))  # noqa: T201  the answer

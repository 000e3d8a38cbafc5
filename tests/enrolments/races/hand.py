"""A process with Django on the races' database: makes what a race needs, acts beside the server, reads what came of it.

Run as a script; a call is one line of JSON ``[name, arguments]`` on stdin, its answer one line on stdout.
"""

import contextlib
import json
import sys
import time
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.utils import timezone  # noqa: E402
from wagtail.models import Page  # noqa: E402

from core.errors import DomainError  # noqa: E402
from enrolments.audit import audit  # noqa: E402
from enrolments.enums import SEAT_HOLDING  # noqa: E402
from enrolments.models import Enrolment, Offer, Seat  # noqa: E402
from enrolments.selectors import position  # noqa: E402
from enrolments.services.core import online  # noqa: E402
from enrolments.services.places import enrol  # noqa: E402
from enrolments.services.waiting import sweep  # noqa: E402
from home.services import found_site  # noqa: E402
from network.models import NetworkIndexPage, StreetPage  # noqa: E402
from tests.factories.learning import CoursePageFactory  # noqa: E402
from tests.factories.network import StreetPageFactory  # noqa: E402
from tests.factories.people import ResidentFactory  # noqa: E402
from tests.factories.timetable import ClassRunFactory  # noqa: E402
from timetable.models import ClassRun  # noqa: E402
from timetable.services import save_class_run  # noqa: E402


def found(contents):
    """A site with one street. ``contents``: rows of the migrations, where a test has emptied the tables."""
    if not Page.objects.exists():
        connection.creation.deserialize_db_from_string(Path(contents).read_text())
    found_site()
    StreetPageFactory(parent=NetworkIndexPage.objects.get(), street_name="清名桥街道")


def make_run(**fields):
    """The code of a new published run."""
    return ClassRunFactory(learning=CoursePageFactory(parent=StreetPage.objects.get()), **fields).code


def make_people(number):
    """Signed-in residents: ``[{"pk", "cookie"}]``."""
    people = []
    for _number in range(number):
        resident = ResidentFactory(own=True)
        session = SessionStore()
        session[SESSION_KEY] = str(resident.user_id)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = resident.user.get_session_auth_hash()
        session.create()
        people.append({"pk": resident.pk, "cookie": f"sessionid={session.session_key}; csrftoken={'c' * 32}"})
    return people


def take_places(code, people):
    """Enrol ``people`` one after the other; their receipts."""
    run = ClassRun.objects.get(code=code)
    residents = [ResidentFactory._meta.model.objects.get(pk=person["pk"]) for person in people]
    return [enrol(resident, run, online(resident.user)).receipt for resident in residents]


def expire_offers(code):
    """Let every open offer of the run be over since a minute."""
    past = timezone.now() - timedelta(minutes=1)
    return Offer.objects.filter(enrolment__class_run__code=code, closed_at=None).update(expires_at=past)


def claims(code):
    """Every claim on the run: ``[{"resident", "receipt", "status", "position", "queue_no"}]``."""
    rows = Enrolment.objects.filter(class_run__code=code)
    return [
        {
            "resident": row.resident_id,
            "receipt": row.receipt,
            "status": row.status,
            "position": position(row),
            "queue_no": row.queue_no,
        }
        for row in rows
    ]


def receipts():
    return list(Enrolment.objects.values_list("receipt", flat=True))


def findings():
    return list(audit())


def sweep_for(seconds):
    """Sweep again and again, twice at least; how often."""
    until, times = time.monotonic() + seconds, 0
    while time.monotonic() < until or times < 2:
        sweep()
        times += 1
        time.sleep(0.01)
    return times


def edit_capacity_for(seconds, code, capacities):
    """Save the run with one capacity after the other; how many edits were accepted and how many refused."""
    until, saved, refused, number = time.monotonic() + seconds, 0, 0, 0
    while time.monotonic() < until or saved < 2:
        run = ClassRun.objects.get(code=code)
        run.capacity = capacities[number % len(capacities)]
        number += 1
        try:
            save_class_run(run)
            saved += 1
        except DomainError as error:
            if error.code != "places_taken":
                raise
            refused += 1
        time.sleep(0.02)
    return {"saved": saved, "refused": refused}


def watch_for(seconds, code):
    """Look again and again; the most holders beyond the seats in any one look, and how many looks."""
    worst, looks, until = -(10**6), 0, time.monotonic() + seconds
    holders = models.Count("enrolments", filter=models.Q(enrolments__status__in=SEAT_HOLDING), distinct=True)
    look = ClassRun.objects.filter(code=code).annotate(beyond=holders - models.Count("seats", distinct=True))
    while time.monotonic() < until:
        worst, looks = max(worst, look.values_list("beyond", flat=True).get()), looks + 1
        time.sleep(0.01)
    return {"worst": worst, "looks": looks}


def drop_keys():
    """Take away what the database itself forbids: the control's world."""
    loose = models.ForeignKey(Seat, null=True, on_delete=models.PROTECT, related_name="+")
    loose.set_attributes_from_name("seat")
    loose.model = Enrolment
    if connection.vendor == "sqlite":  # a table that a trigger reads cannot be altered there
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'enrolment_event%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
    constraints, Enrolment._meta.constraints = Enrolment._meta.constraints, []
    with connection.schema_editor() as editor:
        editor.alter_field(Enrolment, Enrolment._meta.get_field("seat"), loose)  # SQLite makes the table anew, without
        for constraint in constraints if connection.vendor == "postgresql" else ():
            editor.remove_constraint(Enrolment, constraint)


CALLS = {
    call.__name__: call
    for call in (
        found,
        make_run,
        make_people,
        take_places,
        expire_offers,
        claims,
        receipts,
        findings,
        sweep_for,
        edit_capacity_for,
        watch_for,
        drop_keys,
    )
}


def main():
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        name, arguments = json.loads(line)
        with contextlib.suppress(BrokenPipeError):
            answers.write(json.dumps(CALLS[name](**arguments)) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()

"""The working half of benchmarks/enrol.py: residents and classes in bulk, client processes, our SQL as a pgbench script.

Imported once the environment names the database; never holds a connection while it forks.
"""

import contextlib
import http.client
import itertools
import multiprocessing
import re
import time
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.consents import VERSION  # noqa: E402
from accounts.models import Consent, Resident, User  # noqa: E402
from enrolments.audit import audit  # noqa: E402
from enrolments.enums import SeatKind  # noqa: E402
from enrolments.models import Seat  # noqa: E402
from enrolments.services.core import online  # noqa: E402
from enrolments.services.places import enrol  # noqa: E402
from home.services import found_site  # noqa: E402
from network.models import NetworkIndexPage, StreetPage  # noqa: E402
from tests.factories.learning import CoursePageFactory  # noqa: E402
from tests.factories.network import StreetPageFactory  # noqa: E402
from tests.factories.timetable import ClassRunFactory  # noqa: E402
from timetable.models import ClassRun  # noqa: E402

FORK = multiprocessing.get_context("fork")
#: More than any client can use up in a second, so that nobody runs dry.
FASTEST = 250
BATCH = 2000
#: Keys of eight digits that occur nowhere else in the captured SQL.
FIRST_PERSON, FIRST_RUN = 20_000_001, 50_000_001
numbers = itertools.count(FIRST_PERSON)


@dataclass
class Work:
    """What one load works on: classes by key and code, residents as (key, login's key, session)."""

    runs: list
    people: list
    seconds: float


def found():
    found_site()
    StreetPageFactory(parent=NetworkIndexPage.objects.get(), street_name="清名桥街道")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE timetable_classrun ALTER id RESTART WITH {FIRST_RUN}")
            cursor.execute("ALTER TABLE enrolments_seat ALTER id RESTART WITH 60000001")
            cursor.execute("ALTER TABLE enrolments_enrolment ALTER id RESTART WITH 70000001")
            cursor.execute("ALTER TABLE accounts_notice ALTER id RESTART WITH 80000001")


def make_people(count):
    """``count`` residents with a login, the consent and a session, in bulk."""
    keys = list(itertools.islice(numbers, count))
    now, people = timezone.now(), []
    unusable = make_password(None)
    users = [User(pk=k, username=f"b-{k}", phone=f"+86{k}", phone_verified=True, password=unusable) for k in keys]
    store, until = SessionStore(), now + timezone.timedelta(days=1)
    sessions = []
    for user in users:
        content = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        sessions.append(Session(session_key=uuid.uuid4().hex, session_data=store.encode(content), expire_date=until))
        people.append((user.pk, user.pk, sessions[-1].session_key))
    User.objects.bulk_create(users, BATCH)
    Resident.objects.bulk_create([Resident(pk=key, user_id=key, name=f"学员{key}") for key in keys], BATCH)
    consents = [Consent(resident_id=key, purpose="enrolment", version=VERSION, given_at=now) for key in keys]
    Consent.objects.bulk_create(consents, BATCH)
    Session.objects.bulk_create(sessions, BATCH)
    return people


def make_runs(count, capacity):
    """``count`` classes of one new course with ``capacity`` open seats each: made by the service with one, then widened."""
    course = CoursePageFactory(parent=StreetPage.objects.get())
    runs = [ClassRunFactory(learning=course, capacity=1) for _number in range(count)]
    keys = [run.pk for run in runs]
    seats = [Seat(class_run_id=key, number=n, kind=SeatKind.OPEN) for key in keys for n in range(2, capacity + 1)]
    Seat.objects.bulk_create(seats, BATCH)
    ClassRun.objects.filter(pk__in=keys).update(
        capacity=capacity, places_left=capacity, updated_at=timezone.now().replace(microsecond=0)
    )
    return [(run.pk, run.code) for run in runs]


def prepare(kind, clients, classes, seconds):
    """Work for one load: seats for everybody, or full classes whose lists are joined."""
    needed = int(FASTEST * seconds * min(clients, 2) + 4 * clients)
    capacity = needed // classes + 40 if kind == "seat" else 1
    runs = make_runs(classes, capacity)
    if kind == "list":
        for (key, _code), (person, _user, _session) in zip(runs, make_people(classes), strict=True):
            take(key, person, wait=True)
    people = make_people(needed)
    analyse()
    return Work(runs, people, seconds)


def analyse():
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def take(run_key, person, wait):
    resident, run = Resident(pk=person), ClassRun(pk=run_key)
    return enrol(resident, run, online(User(pk=person)), wait=wait, request_key=uuid.uuid4())


def check(work):
    """Sentences of the audit over the classes of this load: a number, 0 is right."""
    return len(list(audit(ClassRun.objects.filter(pk__in=[key for key, _code in work.runs]))))


# ---------------------------------------------------------------- (a) and (b)


def in_processes(work, clients, act):
    """Let ``clients`` processes call ``act(run, person)`` at once for the time; return every duration and the time it took."""
    close_connections()
    barrier, answers = FORK.Barrier(clients), FORK.SimpleQueue()

    def client(number):
        people, times = work.people[number::clients], []
        runs = itertools.cycle(work.runs[number % len(work.runs) :] + work.runs[: number % len(work.runs)])
        act(next(runs), people[0])  # connects and warms up; not counted
        barrier.wait()
        begun = time.perf_counter()
        for person in people[1:]:
            started = time.perf_counter()
            act(next(runs), person)
            ended = time.perf_counter()
            times.append(ended - started)
            if ended - begun > work.seconds:
                break
        answers.put((times, time.perf_counter() - begun))

    processes = [FORK.Process(target=client, args=[number]) for number in range(clients)]
    for process in processes:
        process.start()
    found = [answers.get() for _process in processes]
    for process in processes:
        process.join()
    return [one for times, _seconds in found for one in times], max(seconds for _times, seconds in found)


def close_connections():
    for one in connections.all():
        one.close()
        if one.vendor == "postgresql":
            one.close_pool()


def call_services(work, clients):
    def act(run, person):
        take(run[0], person[0], wait=True)

    return in_processes(work, clients, act)


def post(work, clients, port):
    wait_for(port)
    warm_up(port, work.runs[0][1])

    def act(run, person):
        fields = {"question": "confirm", "person": person[0], "key": uuid.uuid4(), "wait": "on"}
        body = urlencode(fields | {"csrfmiddlewaretoken": "c" * 32})
        headers = {
            "Cookie": f"sessionid={person[2]}; csrftoken={'c' * 32}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Connection": "close",
        }
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        link.request("POST", f"/enrol/{run[1]}/", body, headers)
        answer = link.getresponse()
        answer.read()
        link.close()
        if answer.status != 302 or not answer.headers["Location"].startswith("/me/enrolments/"):
            raise RuntimeError(f"{answer.status} {answer.headers.get('Location')}")

    return in_processes(work, clients, act)


def warm_up(port, code):
    """Let every thread of the server have answered something before the clock runs."""
    for _time in range(24):
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        link.request("GET", f"/enrol/{code}/")
        link.getresponse().read()
        link.close()


def wait_for(port):
    for _try in range(300):
        with contextlib.suppress(OSError):
            http.client.HTTPConnection("127.0.0.1", port, timeout=2).connect()
            return
        time.sleep(0.1)
    raise TimeoutError("the server did not answer")


# ---------------------------------------------------------------- (c) and (d)


def captured(kind):
    """The statements of one enrol call with all that goes with it, and the keys in them."""
    run, _code = make_runs(1, 40)[0] if kind == "seat" else make_runs(1, 1)[0]
    people = make_people(2)
    if kind == "list":
        take(run, people[0][0], wait=True)
    with CaptureQueriesContext(connection) as queries:
        claim = take(run, people[1][0], wait=True)
    return [query["sql"] for query in queries], run, people[1][0], claim


def counted(kind):
    """How many statements one call costs, in words."""
    statements = captured(kind)[0]
    ends = [place for place, sql in enumerate(statements) if sql.startswith("COMMIT")]
    inside = len([sql for sql in statements[: ends[0]] if not sql.startswith("BEGIN")]) if ends else len(statements)
    return (
        f"{inside} and BEGIN, COMMIT; afterwards {len(statements) - ends[0] - 1 if ends else 0} for the notice's task"
    )


def scripts(folder):
    """Write the two scripts for pgbench and the table of the first; return their paths."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_class (id int PRIMARY KEY, taken int NOT NULL DEFAULT 0)")
        cursor.execute("INSERT INTO bench_class SELECT n FROM generate_series(1, %s) n", [CLASSES])
        cursor.execute("CREATE TABLE bench_row (id bigserial PRIMARY KEY, class int REFERENCES bench_class, who int)")
    plain, replay = folder / "plain.sql", folder / "replay.sql"
    plain.write_text(
        "\\set class random(1, :classes)\n\\set who random(1, 1000000)\nBEGIN;\n"
        "UPDATE bench_class SET taken = taken + 1 WHERE id = :class;\n"
        "INSERT INTO bench_row (class, who) VALUES (:class, :who);\nEND;\n"
    )
    replay.write_text(as_script(*captured("seat")))
    return plain, replay


CLASSES = 100


def as_script(statements, run, person, claim):
    """Our own statements with the keys as variables of pgbench: a fresh resident each time, a class by chance."""
    receipt, key, seat = claim.receipt, claim.request_key.hex, claim.seat_id
    lines = [
        "\\set i :i + 1",
        "\\set person :first_person + :client_id * :slice + :i",
        "\\set run :first_run + random(0, :classes - 1)",
    ]
    for sql in statements:
        if "django_tasks" in sql:
            sql = re.sub(r"'[0-9a-f]{32}'::uuid", "gen_random_uuid()", sql)
        sql = sql.replace(receipt, "R:person").replace(key, f"{'0' * 24}:person")
        updated_at = ClassRun.objects.get(pk=run).updated_at.isoformat(" ")
        sql = sql.replace(f"'{updated_at}'", "':updated_at'")
        for old, new in ((person, ":person"), (run, ":run"), (seat, ":seat_id"), (claim.pk, ":claim_id")):
            sql = re.sub(rf"(?<![\w:]){old}\b", new, sql)
        sql = re.sub(r"\b800000\d\d\b", "80000001", sql)  # the notice that the task is to deliver
        ending = ";"
        if sql.startswith("SELECT") and 'FROM "enrolments_seat"' in sql:
            ending = " \\gset seat_"
        elif sql.startswith('INSERT INTO "enrolments_enrolment" '):
            ending = " \\gset claim_"
        lines.append(" ".join(sql.split()) + ending)
    return "\n".join(lines) + "\n"


replayed = []


def prepare_replay(clients, classes, seconds):
    """Fresh residents in a row and seats for all of them; the variables that tell pgbench where they are."""
    slice_ = int(2 * FASTEST * seconds * (1 if clients > 8 else 2))
    runs = make_runs(classes, min(30_000, 4 * FASTEST * int(seconds) * 2 // classes + 60))
    people = make_people(clients * slice_ + 1)
    analyse()
    updated_at = ClassRun.objects.get(pk=runs[0][0]).updated_at.isoformat(" ")
    replayed[:] = [key for key, _code in runs]
    values = {"i": 0, "first_person": people[0][0], "slice": slice_, "first_run": runs[0][0], "updated_at": updated_at}
    close_connections()
    return [part for name, value in values.items() for part in ("-D", f"{name}={value}")]


def check_replay():
    return len(list(audit(ClassRun.objects.filter(pk__in=replayed))))

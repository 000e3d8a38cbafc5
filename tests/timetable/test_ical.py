"""Calendar files are read back with the icalendar library and looked at byte by byte (RFC 5545)."""

import datetime
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from wagtail.models import PageViewRestriction

from teachers.models import Teacher
from tests.factories.learning import CoursePageFactory, EventPageFactory
from tests.factories.network import RoomFactory, SubCentrePageFactory
from tests.factories.timetable import ClassRunFactory, SubjectFactory
from timetable import services, views
from timetable.enums import ClassRunStatus
from timetable.models import ClassRun, Session

D = datetime.date
NASTY = 'a,b;c\\d"e：古运河，书法'


def at(month, day, hour=8, minute=0):
    return datetime.datetime(2026, month, day, hour, minute, tzinfo=timezone.get_default_timezone())


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(at(9, 1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def course(district):
    return CoursePageFactory(parent=district.street, title="书法入门")


@pytest.fixture
def run(course):
    return ClassRunFactory(learning=course, code="QM-001", starts_on=D(2026, 9, 1), session_count=4)


@pytest.fixture
def read(client):
    """Read the calendar at a named address: ``read("run_ics", "QM-001")``."""

    def fetch(name, argument):
        response = client.get(reverse(f"timetable:{name}", args=[argument]))
        assert response.status_code == 200
        return Calendar.from_ical(response.content)

    return fetch


def raw(client, run):
    return client.get(reverse("timetable:run_ics", args=[run.code])).content


def the_event(calendar, number=0):
    return sorted(calendar.events, key=lambda event: event.start)[number]


def test_one_entry_a_session_with_the_facts_of_the_page(read, run, course, district):
    calendar = read("run_ics", "QM-001")
    assert len(calendar.events) == 4
    event, session = the_event(calendar), run.sessions.order_by("starts_at")[0]
    assert event["UID"] == f"{session.uid}@session.lifelong"
    assert event["SUMMARY"] == "书法入门"
    assert event["LOCATION"] == district.street.title
    assert event["STATUS"] == "CONFIRMED"
    assert event["SEQUENCE"] == 0
    assert event["URL"] == f"http://testserver{course.url}"
    assert event.start == at(9, 2, 14)
    assert event.end == at(9, 2, 15, 30)
    assert calendar["X-WR-CALNAME"] == "书法入门"


def test_times_carry_a_zone_that_the_file_defines(client, read, run):
    text = raw(client, run).decode()
    assert "DTSTART;TZID=Asia/Shanghai:20260902T140000\r\n" in text
    calendar = read("run_ics", "QM-001")
    assert [zone.tz_name for zone in calendar.timezones] == ["Asia/Shanghai"]
    assert calendar.get_missing_tzids() == set()
    offset = calendar.timezones[0].standard[0]["TZOFFSETTO"].td
    assert offset == datetime.timedelta(hours=8)
    assert text.index("BEGIN:VTIMEZONE") < text.index("BEGIN:VEVENT")


def test_what_the_standard_and_the_phones_require_is_there(read, run):
    calendar = read("run_ics", "QM-001")
    assert (calendar["VERSION"], calendar["CALSCALE"]) == ("2.0", "GREGORIAN")
    assert calendar["PRODID"]
    assert calendar["REFRESH-INTERVAL"].dt == datetime.timedelta(hours=6)
    assert calendar["X-PUBLISHED-TTL"] == "PT6H"
    for event in calendar.events:
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "LAST-MODIFIED"} <= set(event)
        assert event["DTSTAMP"].dt.utcoffset() == datetime.timedelta(0)


def test_lines_end_with_crlf_and_fold_at_75_octets_between_characters(client, run, course):
    course.title = "很长的课名" * 20
    course.save_revision().publish()
    body = raw(client, run)
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert body.count(b"\n") == body.count(b"\r\n") == body.count(b"\r")
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert any(line.startswith(b" ") for line in lines)
    for line in lines:
        line.decode()  # a fold inside a Chinese character would fail here


def test_text_is_escaped_and_comes_back_as_it_was(client, read, run, course):
    course.title = NASTY
    course.save_revision().publish()
    session = run.sessions.order_by("starts_at")[0]
    services.move_session(session, session.starts_at, session.ends_at, note="带；笔, 墨\n和纸;")
    event = the_event(read("run_ics", "QM-001"))
    assert event["SUMMARY"] == NASTY
    assert "带；笔, 墨\n和纸;" in event["DESCRIPTION"]
    text = raw(client, run).decode().replace("\r\n ", "")
    assert r"SUMMARY:a\,b\;c\\d" in text
    assert r"墨\n和纸\;" in text


def test_a_line_break_in_a_title_cannot_start_a_property(client, read, run, course):
    """The page form would not send one; an import might."""
    course.title = "书法\r\nBEGIN:VALARM\rX:1\x07\x0b"
    course.save()
    calendar = read("run_ics", "QM-001")
    assert not calendar.walk("VALARM")
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)", raw(client, run))


def test_a_moved_session_keeps_its_uid_and_raises_its_sequence(read, run):
    session = run.sessions.order_by("starts_at")[0]
    services.move_session(session, at(9, 5, 9), at(9, 5, 10))
    event = next(e for e in read("run_ics", "QM-001").events if str(session.uid) in e["UID"])
    assert (event["SEQUENCE"], event.start, event["STATUS"]) == (1, at(9, 5, 9), "CONFIRMED")


def test_a_cancelled_session_stays_as_cancelled_and_says_so_in_words(read, run):
    services.cancel_session(run.sessions.order_by("starts_at")[0], "教师生病")
    calendar = read("run_ics", "QM-001")
    assert len(calendar.events) == 4
    event = the_event(calendar)
    assert (event["STATUS"], event["SEQUENCE"], event["TRANSP"]) == ("CANCELLED", 1, "TRANSPARENT")
    assert event["SUMMARY"] == "【已取消】书法入门"
    assert "教师生病" in event["DESCRIPTION"]


def test_a_dropped_session_is_cancelled_for_those_who_have_it(read, run):
    run.session_count = 3
    services.save_class_run(run)
    event = the_event(read("run_ics", "QM-001"), 3)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)


def test_a_cancelled_run_is_still_answered(read, run):
    services.cancel_class_run(run)
    assert {event["STATUS"] for event in read("run_ics", "QM-001").events} == {"CANCELLED"}


def test_sample_data_says_so(read, course):
    ClassRunFactory(learning=course, code="S1", is_sample=True)
    event = the_event(read("run_ics", "S1"))
    assert event["SUMMARY"] == "书法入门（示例）"
    assert event["DESCRIPTION"].startswith("示例数据")


@pytest.mark.parametrize(("accuracy", "given"), [(300, True), (20, True), (301, False), (700, False), (None, False)])
def test_a_position_is_given_only_where_it_is_known_within_300_m(read, district, course, accuracy, given):
    centre = SubCentrePageFactory(parent=district.street, accuracy_m=accuracy)
    ClassRunFactory(learning=course, code="G1", centre=centre)
    event = the_event(read("run_ics", "G1"))
    assert ("GEO" in event) is given
    if given:
        assert (event["GEO"].latitude, event["GEO"].longitude) == (31.544, 120.302)


def test_place_room_and_address_are_one_location(read, district, course):
    centre = district.sub_centre
    ClassRunFactory(learning=course, code="L1", centre=centre, room=RoomFactory(centre=centre, name="301 教室"))
    assert the_event(read("run_ics", "L1"))["LOCATION"] == f"{centre.title} 301 教室，示例路 1 号"


def test_an_online_class_has_no_place(read, district, course):
    centre = SubCentrePageFactory(parent=district.street, accuracy_m=10)
    ClassRunFactory(learning=course, code="O1", centre=centre, delivery="online")
    event = the_event(read("run_ics", "O1"))
    assert event["LOCATION"] == "线上"
    assert "GEO" not in event


def test_a_teacher_is_named_only_with_consent(read, course):
    teachers = [
        Teacher.objects.create(name="王示例", consents_to_be_named=True),
        Teacher.objects.create(name="李不愿", consents_to_be_named=False),
    ]
    ClassRunFactory(learning=course, code="T1", teachers=teachers)
    description = the_event(read("run_ics", "T1"))["DESCRIPTION"]
    assert "王示例" in description
    assert "李不愿" not in description


def test_the_subject_is_the_category(read, district):
    course = CoursePageFactory(parent=district.street, subject=SubjectFactory(name="书画, 篆刻"))
    ClassRunFactory(learning=course, code="C1")
    assert the_event(read("run_ics", "C1"))["CATEGORIES"].cats == ["书画, 篆刻"]


# What the public may see


def hidden_runs(district):
    """(why, run) for each run that the public must not find."""
    live = CoursePageFactory(parent=district.street)
    private = CoursePageFactory(parent=district.street)
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    draft_page = CoursePageFactory(parent=district.street, live=False)
    return [
        ("draft run", ClassRunFactory(learning=live, draft=True)),
        ("draft page", ClassRunFactory(learning=draft_page)),
        ("private page", ClassRunFactory(learning=private)),
    ]


def test_a_hidden_run_is_not_found_and_in_no_feed(client, read, district, run):
    for why, hidden in hidden_runs(district):
        assert client.get(reverse("timetable:run_ics", args=[hidden.code])).status_code == 404, why
    own = {f"{uid}@session.lifelong" for uid in run.sessions.values_list("uid", flat=True)}
    assert {event["UID"] for event in read("street_ics", district.street.slug).events} == own
    assert {event["UID"] for event in read("centre_ics", district.street.pk).events} == own


@pytest.mark.parametrize(
    "address",
    [
        "run/none.ics",
        "run/.ics",
        "centre/99999999.ics",
        "centre/x.ics",
        "street/none.ics",
        "street/%00.ics",
        "run/%00.ics",
    ],
)
@pytest.mark.django_db
def test_unknown_addresses_are_not_found(client, district, address):
    assert client.get(f"/calendar/{address}").status_code == 404


def test_a_draft_or_private_place_has_no_feed(client, district):
    draft = SubCentrePageFactory(parent=district.street, live=False)
    assert client.get(reverse("timetable:centre_ics", args=[draft.pk])).status_code == 404
    PageViewRestriction.objects.create(page=district.street, restriction_type="login")
    assert client.get(reverse("timetable:centre_ics", args=[district.street.pk])).status_code == 404
    assert client.get(reverse("timetable:street_ics", args=[district.street.slug])).status_code == 404


def test_a_code_with_signs_in_it_has_an_address(client, course):
    for code in ("2026/秋-1", "a b%c", "x.ics"):
        run = ClassRunFactory(learning=course, code=code)
        assert client.get(reverse("timetable:run_ics", args=[run.code])).status_code == 200


def test_feeds_are_only_read(client, run):
    assert client.post(reverse("timetable:run_ics", args=[run.code])).status_code == 405


# Centres and streets


def test_a_centre_shows_what_is_held_there_and_a_street_what_it_offers(read, district, run):
    guest = CoursePageFactory(parent=district.other_street)
    visiting = ClassRunFactory(learning=guest, centre=district.sub_centre, session_count=1)

    def runs_in(calendar):
        uids = [event["UID"].split("@")[0] for event in calendar.events]
        return set(Session.objects.filter(uid__in=uids).values_list("class_run__code", flat=True))

    assert runs_in(read("centre_ics", district.sub_centre.pk)) == {visiting.code}
    assert runs_in(read("street_ics", district.street.slug)) == {run.code}
    assert runs_in(read("street_ics", district.other_street.slug)) == {visiting.code}
    assert runs_in(read("centre_ics", district.street.pk)) == {run.code}


def test_the_window_runs_from_30_days_back_to_180_ahead(read, district):
    event = EventPageFactory(parent=district.street)
    today = D(2026, 9, 1)
    for days in (-31, -30, 0, 180, 181):
        ClassRunFactory(learning=event, starts_on=today + datetime.timedelta(days=days), single=True)
    starts = [e.start.date() for e in read("street_ics", district.street.slug).events]
    assert starts == [today + datetime.timedelta(days=days) for days in (-30, 0, 180)]


def test_too_many_sessions_leave_the_nearest(read, district, monkeypatch):
    monkeypatch.setattr(views, "AT_MOST_AHEAD", 2)
    monkeypatch.setattr(views, "AT_MOST_BACK", 1)
    event = EventPageFactory(parent=district.street)
    for day in (20, 25, 30):
        ClassRunFactory(learning=event, starts_on=D(2026, 8, day), single=True)
        ClassRunFactory(learning=event, starts_on=D(2026, 9, day), single=True)
    calendar = read("street_ics", district.street.slug)
    assert [e.start.date() for e in calendar.events] == [D(2026, 8, 30), D(2026, 9, 20), D(2026, 9, 25)]
    assert "最多收录过去 1 次、今后 2 次" in calendar["X-WR-CALDESC"]
    assert "最多收录" not in read("street_ics", district.other_street.slug)["X-WR-CALDESC"]


def test_an_empty_feed_is_still_a_valid_calendar(read, district):
    calendar = read("street_ics", district.other_street.slug)
    assert calendar.events == []
    assert calendar.subcomponents  # RFC 5545 §3.6: at least one component
    assert calendar["X-WR-CALNAME"] == "南禅寺街道"


def test_two_hundred_sessions_in_one_feed_cost_no_more_queries(client, read, district, course):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    address = reverse("timetable:street_ics", args=[district.street.slug])
    teacher = Teacher.objects.create(name="王示例", consents_to_be_named=True)
    room = RoomFactory(centre=district.street)
    kwargs = {"learning": course, "teachers": [teacher], "room": room, "starts_on": D(2026, 8, 3)}
    ClassRunFactory(session_count=2, **kwargs)
    queries()
    few = queries()
    for hour, weekdays in ((14, [1, 2, 4]), (14, [5, 6, 7]), (9, [1, 2])):
        hours = {"starts_at": datetime.time(hour), "ends_at": datetime.time(hour + 1)}
        ClassRunFactory(session_count=99, weekdays=weekdays, **hours, **kwargs)
    queries()  # what is kept of the site is read once after a change
    assert queries() == few
    calendar = read("street_ics", district.street.slug)
    assert len(calendar.events) > 190
    assert len({event["UID"] for event in calendar.events}) == len(calendar.events)


# Asking again


def test_an_unchanged_feed_is_not_sent_again(client, run, clock):
    address = reverse("timetable:run_ics", args=[run.code])
    first = client.get(address)
    assert "max-age" in first["Cache-Control"]
    clock.shift(120)
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    assert client.get(address, headers={"if-modified-since": first["Last-Modified"]}).status_code == 304


def test_a_change_is_sent(client, run, clock):
    address = reverse("timetable:run_ics", args=[run.code])
    first = client.get(address)
    clock.shift(120)
    services.cancel_session(run.sessions.order_by("starts_at")[0])
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200
    assert client.get(address, headers={"if-modified-since": first["Last-Modified"]}).status_code == 200


def test_the_next_day_is_sent_because_the_window_moved(client, district, clock):
    event = EventPageFactory(parent=district.street)
    ClassRunFactory(learning=event, starts_on=D(2026, 9, 1) + datetime.timedelta(days=181), single=True)
    address = reverse("timetable:street_ics", args=[district.street.slug])
    first = client.get(address)
    assert b"VEVENT" not in first.content
    clock.shift(86400)
    again = client.get(address, headers={"if-modified-since": first["Last-Modified"]})
    assert again.status_code == 200
    assert b"VEVENT" in again.content


def test_a_head_request_says_the_same_without_a_body(client, run):
    response = client.head(reverse("timetable:run_ics", args=[run.code]))
    assert (response.status_code, response.content) == (200, b"")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"


def test_publishing_a_draft_opens_its_feed(client, course):
    run = ClassRunFactory(learning=course, draft=True)
    services.publish_class_run(run)
    assert ClassRun.objects.get(pk=run.pk).status == ClassRunStatus.PUBLISHED
    assert client.get(reverse("timetable:run_ics", args=[run.code])).status_code == 200

"""The month calendar of /events/."""

import datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from events.calendar import month_of
from tests.factories.learning import CoursePageFactory, EventPageFactory
from tests.factories.timetable import ClassRunFactory
from timetable import services

D = datetime.date


@pytest.fixture(autouse=True)
def clock():
    now = datetime.datetime(2026, 9, 15, 8, tzinfo=timezone.get_default_timezone())
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


def month(question=""):
    return month_of(QueryDict(question))


def sitting(page, starts_on, **kwargs):
    return ClassRunFactory(learning=page, single=True, starts_on=starts_on, **kwargs)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("", D(2026, 9, 1)),
        ("month=2026-11", D(2026, 11, 1)),
        ("month=2028-09", D(2028, 9, 1)),
        ("month=2028-10", D(2026, 9, 1)),  # out of reach
        ("month=2024-09", D(2024, 9, 1)),
        ("month=2024-08", D(2026, 9, 1)),
        ("month=0000-00", D(2026, 9, 1)),
        ("month=9999-12", D(2026, 9, 1)),
        ("month=x", D(2026, 9, 1)),
        ("month=2026-13", D(2026, 9, 1)),
        ("month=%00", D(2026, 9, 1)),
    ],
)
@pytest.mark.django_db
def test_the_month_that_is_asked_or_this_one(question, first):
    assert month(question).first == first


@pytest.mark.django_db
def test_weeks_are_whole_and_start_on_monday():
    weeks = month().weeks
    assert [len(week) for week in weeks] == [7] * 5
    assert (weeks[0][0].date, weeks[-1][-1].date) == (D(2026, 8, 31), D(2026, 10, 4))
    assert [day.date for week in weeks for day in week if day.is_today] == [D(2026, 9, 15)]
    assert [day.in_month for day in weeks[0]] == [False, True, True, True, True, True, True]


@pytest.mark.django_db
def test_leafing_stops_at_the_reach():
    assert month().previous == D(2026, 8, 1)
    assert month().next == D(2026, 10, 1)
    assert month("month=2028-09").next is None
    assert month("month=2024-09").previous is None
    assert month("month=2027-01").previous == D(2026, 12, 1)


def test_live_public_events_stand_on_their_days(district):
    event = EventPageFactory(parent=district.street, title="讲座")
    sitting(event, D(2026, 9, 1))
    sitting(event, D(2026, 10, 1))  # shown in the last week, not in the list of the month
    sitting(event, D(2026, 9, 2), draft=True)
    sitting(EventPageFactory(parent=district.street, live=False), D(2026, 9, 3))
    private = EventPageFactory(parent=district.street)
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    sitting(private, D(2026, 9, 4))
    sitting(CoursePageFactory(parent=district.street), D(2026, 9, 5))
    september = month()
    assert [timezone.localdate(s.starts_at) for s in september.page] == [D(2026, 9, 1)]
    days = {day.date: len(day.sessions) for week in september.weeks for day in week if day.sessions}
    assert days == {D(2026, 9, 1): 1, D(2026, 10, 1): 1}


def test_the_first_and_the_last_minute_of_a_month_belong_to_it(district):
    event = EventPageFactory(parent=district.street)
    sitting(event, D(2026, 9, 1), starts_at=datetime.time(0), ends_at=datetime.time(1))
    sitting(event, D(2026, 9, 30), starts_at=datetime.time(23), ends_at=datetime.time(23, 59))
    assert len(month().page.object_list) == 2


def test_a_cancelled_sitting_stays_in_the_calendar(district):
    run = sitting(EventPageFactory(parent=district.street), D(2026, 9, 20))
    services.cancel_session(run.sessions.get())
    assert [session.is_cancelled for session in month().page.object_list] == [True]


def test_the_cost_does_not_grow(district):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            for session in month().page.object_list:
                assert session.class_run.learning.street.street_name
        return len(captured)

    sitting(EventPageFactory(parent=district.street), D(2026, 9, 20))
    few = queries()
    for day in range(21, 26):
        sitting(EventPageFactory(parent=district.other_street), D(2026, 9, day))
    assert queries() == few


def test_a_full_month_is_read_in_pages(district):
    page = EventPageFactory(parent=district.street)
    for _number in range(7):
        sitting(page, D(2026, 9, 20))
    for day in range(1, 31):
        sitting(page, D(2026, 9, day))
    september = month("month=2026-09")
    assert (len(september.page.object_list), september.page.paginator.count) == (30, 37)
    cell = next(day for week in september.weeks for day in week if day.date == D(2026, 9, 20))
    assert (len(cell.sessions), cell.count) == (4, 8)
    second = month("month=2026-09&page=2")
    assert len(second.page.object_list) == 7
    assert second.query == "page=2"
    assert month("month=2026-09&page=x").page.number == 1


# ---------------------------------------------------------------- the year


def test_the_year_counts_what_takes_place_in_each_month_and_leads_there(district, client):
    event = EventPageFactory(parent=district.street, title="讲座")
    for date in (D(2026, 1, 1), D(2026, 9, 30), D(2026, 9, 3), D(2026, 12, 31), D(2027, 1, 1), D(2025, 12, 31)):
        sitting(event, date)
    sitting(event, D(2026, 9, 4), draft=True)
    sitting(event, D(2026, 9, 5), cancelled=True)
    sitting(EventPageFactory(parent=district.street, live=False), D(2026, 9, 6))
    sitting(CoursePageFactory(parent=district.street), D(2026, 9, 7))
    year = month().year
    assert [cell.value for cell in year.cells] == [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 1]
    assert month().year_words == "2026年一共 4 场，9月最多，有 2 场。"
    assert [cell.label for cell in year.cells if cell.chosen] == ["2026年9月"]
    soup = BeautifulSoup(client.get("/events/").content, "html.parser")
    bars = {link["aria-label"]: link["href"] for link in soup.select("#year svg a")}
    assert bars["2026年12月 1 场"] == "?month=2026-12"
    assert len(bars) == 12
    table = [[cell.get_text() for cell in row.select("th, td")] for row in soup.select("#year table tr")]
    assert table == [[cell.label, str(cell.value)] for cell in year.cells]


def test_a_year_without_events_says_so_and_months_out_of_reach_are_no_links(district):
    assert month("month=2028-09").year_words == "2028年还没有排活动。"
    addresses = [cell.address for cell in month("month=2028-09").year.cells]
    assert addresses == [f"month=2028-{number:02}" for number in range(1, 10)] + [""] * 3


def test_a_sitting_that_was_moved_past_the_end_of_its_run_is_still_found(district):
    run = ClassRunFactory(
        learning=EventPageFactory(parent=district.street), weekdays=[3], starts_on=D(2026, 7, 1), session_count=3
    )
    last = run.sessions.order_by("starts_at").last()
    moved = datetime.datetime(2026, 9, 20, 9, tzinfo=timezone.get_default_timezone())
    services.move_session(last, moved, moved + datetime.timedelta(hours=1))
    assert [session.pk for session in month().page] == [last.pk]
    assert month().year.cells[8].value == 1


def test_a_day_of_the_calendar_leads_to_its_place_in_the_list(district, client):
    sitting(EventPageFactory(parent=district.street), D(2026, 9, 20))
    soup = BeautifulSoup(client.get("/events/").content, "html.parser")
    (link,) = soup.select("a.month-day")
    assert soup.select_one(link["href"]).select(".event")

"""The desk's reports: figures by street and term from the facts, in a constant number of queries, naming nobody."""

import csv
import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.services import sync_roles
from enrolments.enums import Status
from enrolments.reports.views import REPORTS
from tests.enrolments.classes import at, class_run, mark_all, put
from tests.factories.accounts import member
from tests.factories.learning import CoursePageFactory
from tests.factories.people import ResidentFactory
from tests.factories.timetable import ClassRunFactory, TermFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def autumn():
    starts, ends = datetime.date(2026, 9, 1), datetime.date(2027, 1, 20)
    return TermFactory(code="autumn", name="2026年秋季", starts_on=starts, ends_on=ends)


@pytest.fixture
def office(district, client):
    sync_roles()
    client.force_login(member("district_office"))
    return client


def rows(client, slug, **asked):
    """The lines of a report as its .csv has them: {(street, term): {heading: words}}."""
    answer = client.get(reverse(f"desk_reports:{slug}"), {**asked, "export": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return {(line["街道"], line["学期"]): line for line in csv.DictReader(io.StringIO(text))}


@pytest.fixture
def classes(district, autumn):
    """Ours: 4 meetings with three people, one of whom was here in spring; theirs: a class with a waiting list."""
    ours = CoursePageFactory(parent=district.street)
    run = class_run(ours, term=autumn, capacity=4, min_to_open=2)
    old = ResidentFactory()
    put(class_run(ours, code="SPRING", capacity=5), old, Status.COMPLETED)
    type(run).objects.filter(code="SPRING").update(starts_on=datetime.date(2026, 3, 4))
    for person in (old, None, None):
        put(run, person)
    theirs = ClassRunFactory(
        learning=CoursePageFactory(parent=district.other_street), term=autumn, capacity=2, min_to_open=2, full=True
    )
    for _number in range(2):
        put(theirs, status=Status.WAITING, queue_no=theirs.enrolments.count() + 1)
    type(theirs).objects.filter(pk=theirs.pk).update(waiting=2)


def test_figures_are_those_of_the_facts(district, office, classes, autumn):
    own, other, term = (district.street.street_name, district.other_street.street_name, autumn.name)
    fill = rows(office, "fill-rate")
    assert {name: fill[own, term][name] for name in ("班", "名额", "已录取", "满班率")} == {
        "班": "1", "名额": "4", "已录取": "3", "满班率": "75.0%",
    }  # fmt: skip
    assert fill[other, term]["满班率"] == "100.0%"
    waiting = rows(office, "waiting")[other, term]
    assert [waiting[name] for name in ("有人候补的班", "候补中", "够再开一个班")] == ["1", "2", "1"]
    newcomers = rows(office, "newcomers")[own, term]
    assert [newcomers[name] for name in ("学员", "新学员", "回头学员")] == ["少于 5 人", "—", "—"]


def test_a_roll_that_was_called(district, office, autumn, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at(10, 1))
    run = class_run(CoursePageFactory(parent=district.street), term=autumn)
    mark_all(run, {put(run): "PPEA", put(run): "HPAA"})
    line = rows(office, "no-shows")[district.street.street_name, autumn.name]
    assert [line[name] for name in ("点名人次", "到", "请假", "缺席", "缺席率")] == ["8", "4", "1", "3", "37.5%"]
    line = rows(office, "hours")[district.street.street_name, autumn.name]
    assert [line[name] for name in ("计划课次", "计划小时", "已上课次", "已上小时")] == ["4", "6.0", "4", "6.0"]


def test_groups_of_a_few_are_not_broken_out(district, office, autumn):
    run = class_run(CoursePageFactory(parent=district.street), term=autumn, capacity=30)
    earlier = class_run(CoursePageFactory(parent=district.street), code="SPRING")
    type(run).objects.filter(pk=earlier.pk).update(starts_on=datetime.date(2026, 3, 4))
    people = [ResidentFactory() for _number in range(11)]
    for person in people:
        put(run, person)
    for person in people[:4]:
        put(earlier, person, Status.COMPLETED)
    place = district.street.street_name, autumn.name
    line = rows(office, "newcomers")[place]
    assert [line[name] for name in ("学员", "新学员", "回头学员")] == ["11", "—", "—"]
    put(earlier, people[4], Status.COMPLETED)
    line = rows(office, "newcomers")[place]
    assert [line[name] for name in ("学员", "新学员", "回头学员")] == ["11", "6", "5"]


def test_a_street_reads_its_own_and_a_term_can_be_chosen(district, client, classes, autumn):
    sync_roles()
    client.force_login(member("street_editor", district.street))
    assert {street for street, _term in rows(client, "fill-rate")} == {district.street.street_name}
    assert set(rows(client, "fill-rate", term=autumn.pk)) == {(district.street.street_name, autumn.name)}
    foreign = rows(client, "fill-rate", street=district.other_street.pk)
    assert {street for street, _term in foreign} <= {district.street.street_name}
    client.force_login(member("host_coordinator", district.sub_centre))
    assert client.get(reverse("desk_reports:fill-rate")).status_code == 302


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_every_report_says_what_it_counts_and_asks_few_questions(district, office, autumn, report):
    address = reverse(f"desk_reports:{report.slug}")

    def asked():
        with CaptureQueriesContext(connection) as queries:
            page = office.get(address)
        assert page.status_code == 200
        return len(queries), page.content.decode()

    run = class_run(CoursePageFactory(parent=district.street), term=autumn)
    put(run)
    asked()
    few, text = asked()
    assert str(report.says) in text or "没有" in text
    for number in range(6):
        term = TermFactory(code=f"t{number}", name=f"学期{number}")
        put(class_run(CoursePageFactory(parent=district.street), term=term))
    asked()
    many, _text = asked()
    assert many == few

"""The home of the desk: each role sees what concerns it, of its own street, without a name, at a constant cost."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from accounts.models import User
from core.roles import ROLES, role
from core.services import sync_roles
from courses.enums import Stage
from courses.models import CourseProject
from desk import classes, pages
from desk.panels import Panel, count
from desk.wagtail_hooks import QUESTIONS
from enrolments.enums import Status
from enrolments.models import Offer
from feedback.services import ask
from teachers.models import Teacher
from tests.enrolments.classes import put
from tests.factories.accounts import member, place_of
from tests.factories.courses import CourseProjectFactory
from tests.factories.learning import CoursePageFactory, EventPageFactory, NewsPageFactory
from tests.factories.people import ResidentFactory
from tests.factories.timetable import ClassRunFactory, days_from_today

pytestmark = pytest.mark.django_db

HOME = reverse("wagtailadmin_home")
#: role → the panels it has, as they are listed in desk/wagtail_hooks.py
CONCERNS = {
    "administrator": "today thin drafts stale",
    "district_office": "today offers questions decisions thin drafts stale refused",
    "college": "today questions decisions thin drafts stale",
    "street_lead": "today offers questions decisions thin drafts stale",
    "street_editor": "today questions thin drafts stale",
    "counter_clerk": "today offers thin",
    "teacher": "today",
    "point_editor": "today drafts stale",
    "host_coordinator": "today drafts stale",
    "reviewer": "decisions",
    "auditor": "thin refused",
}


@pytest.fixture
def roles(district):
    sync_roles()
    return district


def user_of(key, district):
    if role(key).is_superuser:
        return User.objects.create_superuser("guanli", password="x")
    place = place_of(role(key), district)
    sync_roles()  # a teaching point that was made just now has its group too
    user = member(key, place)
    if key == "teacher":
        Teacher.objects.create(name="王老师", user=user)
    return user


def titles(panel):
    return [row.title for row in panel.rows]


def test_every_role_is_thought_of():
    assert set(CONCERNS) == {entry.key for entry in ROLES}


@pytest.mark.parametrize("key", CONCERNS)
def test_a_role_sees_what_concerns_it(roles, client, key):
    put(ClassRunFactory(learning=CoursePageFactory(parent=roles.street), starts_on=timezone.localdate(), single=True))
    user = user_of(key, roles)
    panels = [panel for question in QUESTIONS if (panel := question(user)) is not None]
    assert " ".join(panel.key for panel in panels) == CONCERNS[key]
    client.force_login(user)
    answer = client.get(HOME)
    assert answer.status_code == 200
    for panel in panels:
        assert panel.heading in answer.text
        assert panel.total or panel.empty in answer.text
    links = {row.address for panel in panels for row in panel.rows} | {panel.more for panel in panels if panel.more}
    assert not [link for link in links if client.get(link).status_code != 200], "no link of the home is a dead end"


def busy(district, parent, number):
    """``number`` of everything that the home of a lead lists, on ``parent``."""
    today, author = timezone.localdate(), User.objects.get(username=f"street_lead-{district.street.pk}")
    for index in range(number):
        run = ClassRunFactory(
            learning=CoursePageFactory(parent=parent), starts_on=today, single=True, min_to_open=9, capacity=10
        )
        put(run, ResidentFactory(name="王秀英"))
        offered = put(run, ResidentFactory(name="李小明"), Status.OFFERED)
        until = timezone.now() + datetime.timedelta(hours=3)
        Offer.objects.create(enrolment=offered, seat=offered.seat, made_at=timezone.now(), expires_at=until)
        CoursePageFactory(parent=parent, title=f"稿{index}", live=False).save_revision(user=author)
        sent = CoursePageFactory(parent=parent, title=f"送审{index}", live=False)
        sent.save_revision(user=author)
        sent.get_workflow().start(sent, author)
        old = CoursePageFactory(parent=parent, title=f"旧{index}")
        ask(old, ResidentFactory(name="王秀英"), f"问题{index}")
        Page.objects.filter(pk=old.pk).update(last_published_at=timezone.now() - datetime.timedelta(days=200))


def test_as_many_queries_for_three_rows_as_for_thirty_and_no_name(roles, client):
    lead = member("street_lead", roles.street)
    client.force_login(lead)

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.get(HOME)
        assert "王秀英" not in answer.text
        assert "李小明" not in answer.text
        return len(queries), answer.text

    busy(roles, roles.street, 3)
    cost()
    few, _text = cost()
    busy(roles, roles.street, 27)
    cost()  # what other requests keep was let go by the writes
    many, text = cost()
    assert many == few
    assert text.count('class="button button-small button-secondary"') == 5 * 7
    assert "还有 25 个" in text


def test_of_another_street_nothing_is_listed(roles):
    lead, clerk = member("street_lead", roles.street), member("counter_clerk", roles.street)
    busy(roles, roles.other_street, 1)
    EventPageFactory(parent=roles.street)
    CoursePageFactory(parent=roles.street)
    for user in (lead, clerk):
        assert not any(panel.total for question in QUESTIONS if (panel := question(user)) is not None)


def test_a_teacher_sees_own_classes_and_those_stood_in_for(roles):
    user = user_of("teacher", roles)
    today = timezone.localdate()
    runs = [
        ClassRunFactory(
            learning=CoursePageFactory(parent=street), starts_on=today, single=True, teachers=list(teachers)
        )
        for street, teachers in [(roles.street, [user.teacher]), (roles.other_street, []), (roles.other_street, [])]
    ]
    runs[1].sessions.update(substitute=user.teacher)
    assert set(titles(classes.todays_classes(user))) == {str(runs[0]), str(runs[1])}


@pytest.mark.parametrize(
    ("starts_in", "people", "is_thin"), [(0, 1, True), (14, 1, True), (15, 1, False), (5, 2, False), (-1, 1, False)]
)
def test_too_few_people_shortly_before_the_start(roles, starts_in, people, is_thin):
    run = ClassRunFactory(
        learning=CoursePageFactory(parent=roles.street), starts_on=days_from_today(starts_in), min_to_open=2,
        single=True, taken=people,
    )  # fmt: skip
    panel = classes.thin_classes(member("street_lead", roles.street))
    assert titles(panel) == ([str(run)] if is_thin else [])


def test_an_offer_is_urgent_in_its_last_day(roles):
    run = ClassRunFactory(learning=CoursePageFactory(parent=roles.street))
    for hours in (-1, 3, 30):
        claim = put(run, status=Status.OFFERED)
        until = timezone.now() + datetime.timedelta(hours=hours)
        Offer.objects.create(enrolment=claim, seat=claim.seat, made_at=timezone.now(), expires_at=until)
    panel = classes.lapsing_offers(member("counter_clerk", roles.street))
    assert panel.total == 1
    assert Offer.objects.order_by("pk")[1].enrolment.receipt in panel.rows[0].words


def test_the_two_weeks_and_the_six_months(roles):
    office = member("district_office")
    for street in (roles.street, roles.other_street):
        EventPageFactory(parent=street)
    fresh, old = (CoursePageFactory(parent=street, title=title) for street, title in
                  [(roles.street, "新课"), (roles.other_street, "老课")])  # fmt: skip
    news = NewsPageFactory(parent=roles.news_index, date=days_from_today(-14))
    assert titles(pages.stale_columns(office)) == []
    type(news).objects.update(date=days_from_today(-15))
    for page, days in ((fresh, 182), (old, 184)):
        Page.objects.filter(pk=page.pk).update(last_published_at=timezone.now() - datetime.timedelta(days=days))
    assert titles(pages.stale_columns(office)) == ["新闻", "老课"]
    assert titles(pages.stale_columns(member("street_editor", roles.street))) == []
    old.save_revision()
    assert titles(pages.stale_columns(office)) == ["新闻"]
    news.delete()
    old.delete()
    rows = pages.stale_columns(office).rows
    assert [(row.title, row.late) for row in rows] == [("新闻", "空栏目"), ("南禅寺街道：开的课", "空栏目")]


def test_a_draft_is_its_writers(roles):
    editor, lead = member("street_editor", roles.street), member("street_lead", roles.street)
    course = CoursePageFactory(parent=roles.street, title="剪纸", live=False)
    course.save_revision(user=editor)
    assert titles(pages.my_drafts(lead)) == []
    assert titles(pages.my_drafts(editor)) == ["剪纸"]
    course.get_workflow().start(course, editor)
    assert "等审核" in pages.my_drafts(editor).rows[0].words
    assert [row.action for row in pages.waiting_decisions(lead).rows] == ["审核"]


def test_a_reviewer_is_led_to_the_scores(roles, client):
    reviewer = member("reviewer")
    project = CourseProjectFactory(course__parent=roles.street, course__live=False)
    CourseProject.objects.filter(pk=project.pk).update(stage=Stage.REVIEW)
    project.course.save_revision()
    project.course.get_workflow().start(project.course, project.owner)
    row = pages.waiting_decisions(reviewer).rows[0]
    assert row.action == "打分"
    client.force_login(reviewer)
    assert client.get(row.address).status_code == 200


@pytest.mark.parametrize(
    ("total", "words", "hidden"),
    [(5, "5", ""), (7, "7", "还有 2 个"), (99, "99", "还有 94 个"), (100, "99 以上", "还有 94 个以上")],
)
def test_nobody_counts_on_past_what_one_works_off(total, words, hidden):
    panel = Panel(key="drafts", heading="草稿", empty="没有", total=total, rows=[None] * 5)
    assert (panel.total_words, panel.hidden_words) == (words, hidden)


def test_the_count_stops(district):
    with CaptureQueriesContext(connection) as queries:
        assert count(Page.objects.all()) == Page.objects.count()
    assert "LIMIT 100" in queries[0]["sql"]

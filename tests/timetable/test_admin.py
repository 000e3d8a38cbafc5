"""The editors' desk for class runs: forms in yuan, refusals in sentences, nothing but services writes."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.models import User
from core.services import sync_roles
from network.models import Room
from teachers.models import Teacher
from tests.factories.accounts import member
from tests.factories.learning import CoursePageFactory, EventPageFactory
from tests.factories.network import RoomFactory
from tests.factories.timetable import (
    AudienceFactory,
    ClassRunFactory,
    SubjectFactory,
    TermFactory,
    days_from_today,
)
from tests.timetable.looking import look_and_do
from timetable.enums import ClassRunStatus, DayKind, EnrolMode, SessionStatus
from timetable.models import Audience, CalendarDay, ClassRun, Subject, Term

pytestmark = pytest.mark.django_db


@pytest.fixture
def roles(district):
    sync_roles()
    return district


@pytest.fixture
def course(roles):
    return CoursePageFactory(parent=roles.street, title="智能手机应用提高班")


def run_data(course, **changes):
    """What the form posts for four Wednesdays at the course's street."""
    data = {
        "learning": course.pk,
        "name": "周三下午班",
        "code": "",
        "term": "",
        "delivery": "onsite",
        "centre": course.street_id,
        "room": "",
        "starts_on": days_from_today(7).isoformat(),
        "ends_on": "",
        "weekdays": ["3"],
        "starts_at": "14:00",
        "ends_at": "15:30",
        "session_count": "4",
        "every_weeks": "1",
        "capacity": "20",
        "min_to_open": "8",
        "enrol_opens_at": "",
        "enrol_closes_at": "",
        "fee_yuan": "35.50",
        "residence": "anyone",
        "who_may_enrol": "",
    }
    return {**data, **changes}


def messages(response):
    return "".join(str(message) for message in response.context["messages"]) if response.context else ""


class TestCreating:
    def test_an_editor_plans_a_class(self, roles, client, course):
        client.force_login(member("street_editor", roles.street))
        teacher = Teacher.objects.create(name="示例教师", home_centre=roles.street)
        room = RoomFactory(centre=roles.street)
        data = run_data(course, teachers=[teacher.pk], room=room.pk)
        response = client.post(reverse("runs:add"), data, follow=True)
        run = ClassRun.objects.get()
        assert response.redirect_chain[-1][0] == reverse("runs:index")
        assert "排了 4 次课" in response.content.decode()
        assert (run.status, run.fee_fen, run.places_left) == (ClassRunStatus.DRAFT, 3550, 20)
        assert run.code == f"{run.starts_on:%y%m}-001"
        assert list(run.teachers.all()) == [teacher]
        assert {session.room for session in run.sessions.all()} == {room}
        assert run.ends_on == max(timezone.localdate(session.starts_at) for session in run.sessions.all())
        assert ModelLogEntry.objects.filter(action="wagtail.create", object_id=str(run.pk)).count() == 1

    def test_the_next_number_is_free(self, roles, client, course):
        client.force_login(member("street_editor", roles.street))
        for _count in range(3):
            client.post(reverse("runs:add"), run_data(course))
        prefix = f"{days_from_today(7):%y%m}"
        assert sorted(ClassRun.objects.values_list("code", flat=True)) == [f"{prefix}-{n:03d}" for n in (1, 2, 3)]

    @pytest.mark.parametrize(
        ("fee", "fen"), [("", None), ("0", 0), ("200", 20000), ("19.99", 1999), ("0.01", 1), ("1.10", 110)]
    )
    def test_yuan_become_fen_and_come_back(self, roles, client, course, fee, fen):
        client.force_login(member("street_editor", roles.street))
        client.post(reverse("runs:add"), run_data(course, fee_yuan=fee))
        run = ClassRun.objects.get()
        assert run.fee_fen == fen
        form = client.get(reverse("runs:edit", args=[run.pk])).context["form"]
        shown = form["fee_yuan"].value()
        assert (shown is None) == (fen is None)
        assert fen is None or round(shown * 100) == fen

    def test_a_single_sitting_of_an_event(self, roles, client):
        event = EventPageFactory(parent=roles.street)
        client.force_login(member("street_editor", roles.street))
        client.post(reverse("runs:add"), run_data(event, weekdays=[], session_count=""))
        (session,) = ClassRun.objects.get().sessions.all()
        assert timezone.localdate(session.starts_at) == days_from_today(7)

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"learning": ""}, "learning", "请填写这一项"),
            ({"starts_on": "明天"}, "starts_on", "日期"),
            ({"starts_on": ""}, "starts_on", "请填写这一项"),
            ({"starts_at": "25:99"}, "starts_at", "时间"),
            ({"session_count": ""}, "session_count", "至少写一个"),
            ({"session_count": "0"}, "session_count", "至少是 1"),
            ({"session_count": "-1"}, "session_count", "0"),
            ({"every_weeks": "0"}, "every_weeks", "至少每 1 周"),
            ({"weekdays": ["8"]}, "weekdays", "8"),
            ({"fee_yuan": "十块"}, "fee_yuan", "数字"),
            ({"fee_yuan": "-1"}, "fee_yuan", "0"),
            ({"fee_yuan": "1.234"}, "fee_yuan", "2"),
            ({"fee_yuan": "NaN"}, "fee_yuan", "数字"),
            ({"code": "一班/甲"}, "code", "字母"),
            ({"ends_at": "13:00"}, "ends_at", "下课时间要晚于上课时间"),
            ({"min_to_open": "30"}, "min_to_open", "不能超过名额"),
            ({"capacity": "20000"}, "capacity", "9999"),
            ({"session_count": "30000"}, "session_count", "400"),
            ({"starts_on": "9999-12-31"}, "starts_on", "年份不对"),
            ({"starts_on": "0001-01-01"}, "starts_on", "年份不对"),
            ({"ends_on": "2090-01-01"}, "ends_on", "最长三年"),
            ({"enrol_opens_at": "0001-01-01 00:00"}, "enrol_opens_at", "年份不对"),
            ({"session_count": "", "ends_on": "2020-01-01"}, "ends_on", "结课日期要晚于开课日期"),
            (
                {"enrol_opens_at": "2026-12-02 09:00", "enrol_closes_at": "2026-12-01 09:00"},
                "enrol_closes_at",
                "报名截止要晚于报名开始",
            ),
            ({"mode": "draw"}, "enrol_closes_at", "截止以后才能抽签"),
            (
                {"mode": "draw", "enrol_opens_at": "2026-01-02 09:00", "enrol_closes_at": "2090-01-01 09:00"},
                "enrol_closes_at",
                "在开课日期以前截止",
            ),
            ({"enrol_opens_at": "2090-01-01 09:00"}, "enrol_opens_at", "报名却还没开始"),
            ({"join_until": "2020-01-01"}, "join_until", "不能早于开课日期"),
            ({"join_until": "2090-01-01"}, "join_until", "不能晚于结课日期"),
            ({"age_min": "60", "age_max": "50"}, "age_max", "不能小于最小年龄"),
            (
                {"enrol_opens_at": "2026-01-02 09:00", "counter_until": "2026-01-01 09:00"},
                "counter_until",
                "报名开始以后",
            ),
        ],
    )
    def test_bad_input_gets_a_sentence(self, roles, client, course, changes, field, words):
        client.force_login(member("street_editor", roles.street))
        response = client.post(reverse("runs:add"), run_data(course, **changes))
        assert response.status_code == 200
        assert words in str(response.context["form"].errors.get(field))
        assert not ClassRun.objects.exists()

    def test_a_day_outside_of_the_term(self, roles, client, course):
        term = TermFactory(starts_on=days_from_today(30), ends_on=days_from_today(120), name="冬学期")
        client.force_login(member("street_editor", roles.street))
        data = run_data(course, term=term.pk, session_count="", ends_on=days_from_today(200).isoformat())
        errors = client.post(reverse("runs:add"), data).context["form"].errors
        assert "不在冬学期里" in str(errors["starts_on"])
        assert "换一个学期" in str(errors["ends_on"])

    def test_what_is_allowed_and_yet_odd_is_said(self, roles, client, course):
        client.force_login(member("street_editor", roles.street))
        data = run_data(course, starts_on=days_from_today(-8).isoformat(), capacity="", min_to_open="")
        html = client.post(reverse("runs:preview"), data).content.decode()
        page = client.post(reverse("runs:add"), data, follow=True).content.decode()
        for sentence in ("已经过去：前面的课次会照样排上", "没有写报名开始", "没有写名额"):
            assert sentence in html
            assert sentence in page
        assert ClassRun.objects.get().sessions.count() == 4

    def test_a_counted_run_moves_on_with_the_end_it_had(self, roles, client, course):
        """The form still holds the last day of before: it follows from the pattern and is not what somebody meant."""
        run = ClassRunFactory(learning=course, draft=True)
        client.force_login(member("street_editor", roles.street))
        later = run.ends_on + datetime.timedelta(days=14)
        data = run_data(course, code=run.code, starts_on=later.isoformat(), ends_on=run.ends_on.isoformat())
        assert client.post(reverse("runs:edit", args=[run.pk]), data).status_code == 302
        run.refresh_from_db()
        assert run.ends_on > later

    def test_no_day_fits(self, roles, client, course):
        """The service refuses after the form has passed: the sentence is an error of the form, nothing is saved."""
        client.force_login(member("street_editor", roles.street))
        start = days_from_today(7)
        CalendarDay.objects.bulk_create(
            CalendarDay(date=start + datetime.timedelta(days=n), kind=DayKind.HOLIDAY, name="寒假") for n in range(14)
        )
        end = start + datetime.timedelta(days=13)
        data = run_data(course, session_count="", ends_on=end.isoformat())
        response = client.post(reverse("runs:add"), data)
        assert response.status_code == 200
        assert "没有一天符合每周安排" in str(response.context["form"].non_field_errors())
        assert not ClassRun.objects.exists()

    def test_a_code_is_used_once(self, roles, client, course):
        ClassRunFactory(learning=course, code="A-1")
        client.force_login(member("street_editor", roles.street))
        response = client.post(reverse("runs:add"), run_data(course, code="A-1"))
        assert "code" in response.context["form"].errors

    def test_a_room_belongs_to_the_chosen_centre(self, roles, client, course):
        room = RoomFactory(centre=roles.sub_centre)
        client.force_login(member("street_editor", roles.street))
        response = client.post(reverse("runs:add"), run_data(course, room=room.pk))
        assert "这间教室不在" in str(response.context["form"].errors["room"])

    def test_foreign_rooms_teachers_and_centres_are_refused(self, roles, client, course):
        room = RoomFactory(centre=roles.other_street)
        teacher = Teacher.objects.create(name="示例教师", home_centre=roles.other_street)
        client.force_login(member("street_editor", roles.street))
        data = run_data(course, room=room.pk, teachers=[teacher.pk], centre=roles.other_street.pk)
        errors = client.post(reverse("runs:add"), data).context["form"].errors
        assert {"room", "teachers", "centre"} <= set(errors)

    def test_a_copy_starts_without_a_number(self, roles, client, course):
        run = ClassRunFactory(learning=course, code="A-1", name="甲班", fee_fen=1000)
        client.force_login(member("street_lead", roles.street))
        response = client.get(reverse("runs:copy", args=[run.pk]))
        form = response.context["form"]
        assert (form["code"].value(), form["name"].value(), form["fee_yuan"].value()) == ("", "甲班", 10)
        assert f'action="{reverse("runs:add")}"' in response.content.decode()


class TestChanging:
    def test_a_new_pattern_keeps_the_sessions_identity(self, roles, client, course):
        run = ClassRunFactory(learning=course)
        uids = list(run.sessions.values_list("uid", flat=True))
        client.force_login(member("street_lead", roles.street))
        data = run_data(course, code=run.code, starts_at="09:00", ends_at="10:30")
        response = client.post(reverse("runs:edit", args=[run.pk]), data)
        assert response.status_code == 302, response.context["form"].errors
        sessions = run.sessions.all()
        assert [session.uid for session in sessions] == uids
        assert {timezone.localtime(session.starts_at).hour for session in sessions} == {9}
        assert {session.sequence for session in sessions} == {1}
        assert ModelLogEntry.objects.filter(action="wagtail.edit", object_id=str(run.pk)).exists()

    def test_a_public_class_without_an_end_gets_a_sentence(self, roles, client, course):
        run = ClassRunFactory(learning=course)
        client.force_login(member("street_lead", roles.street))
        data = run_data(course, code=run.code, session_count="", ends_on="")
        response = client.post(reverse("runs:edit", args=[run.pk]), data)
        assert "至少写一个" in str(response.context["form"].errors)

    def test_capacity_below_the_places_taken(self, roles, client, course):
        run = ClassRunFactory(learning=course, full=True)
        client.force_login(member("street_lead", roles.street))
        response = client.post(reverse("runs:edit", args=[run.pk]), run_data(course, code=run.code, capacity="9"))
        assert "已有 20 人占了名额" in str(response.context["form"].non_field_errors())
        run.refresh_from_db()
        assert run.capacity == 20

    def test_an_editor_changes_drafts_only(self, roles, client, course):
        draft, published = ClassRunFactory(learning=course, draft=True), ClassRunFactory(learning=course)
        client.force_login(member("street_editor", roles.street))
        assert client.get(reverse("runs:edit", args=[draft.pk])).status_code == 200
        session = published.sessions.first()
        for name, pk in (
            ("runs:edit", published.pk),
            ("runs:delete", published.pk),
            ("runs:publish", draft.pk),
            ("runs:cancel", draft.pk),
            ("sessions:edit", session.pk),
            ("sessions:cancel", session.pk),
        ):
            for method in (client.get, client.post):
                assert method(reverse(name, args=[pk])).url == reverse("wagtailadmin_home"), name
        listing = client.get(reverse("runs:index")).content.decode()
        assert reverse("runs:edit", args=[draft.pk]) in listing
        assert reverse("runs:inspect", args=[published.pk]) in listing
        for name in ("runs:edit", "runs:delete", "runs:cancel"):
            assert reverse(name, args=[published.pk]) not in listing
        published.refresh_from_db()
        assert published.status == ClassRunStatus.PUBLISHED

    def test_a_colleagues_teacher_already_in_the_class_may_stay(self, roles, client, course):
        teacher = Teacher.objects.create(name="示例外聘", home_centre=roles.other_street)
        run = ClassRunFactory(learning=course, draft=True, teachers=[teacher])
        client.force_login(member("street_editor", roles.street))
        data = run_data(course, code=run.code, teachers=[teacher.pk])
        assert client.post(reverse("runs:edit", args=[run.pk]), data).status_code == 302
        assert list(run.teachers.all()) == [teacher]


class TestDeciding:
    def test_the_lead_publishes(self, roles, client, course):
        run = ClassRunFactory(learning=course, draft=True)
        client.force_login(member("street_lead", roles.street))
        assert reverse("runs:publish", args=[run.pk]) in client.get(reverse("runs:index")).content.decode()
        assert "4 次课" in client.get(reverse("runs:publish", args=[run.pk])).content.decode()
        response = client.post(reverse("runs:publish", args=[run.pk]), follow=True)
        assert "已公布" in messages(response)
        run.refresh_from_db()
        assert run.status == ClassRunStatus.PUBLISHED
        assert ModelLogEntry.objects.filter(action="timetable.publish", object_id=str(run.pk)).exists()
        assert (
            "公布了" in client.get(reverse("runs:history", args=[run.pk])).content.decode()
            or "公布" in client.get(reverse("runs:history", args=[run.pk])).content.decode()
        )

    def test_publishing_says_when_the_page_is_not_live(self, roles, client):
        course = CoursePageFactory(parent=roles.street, live=False)
        run = ClassRunFactory(learning=course, draft=True)
        client.force_login(member("street_lead", roles.street))
        response = client.post(reverse("runs:publish", args=[run.pk]), follow=True)
        assert "页面还没发布" in messages(response)

    def test_a_cancelled_run_is_not_published_again(self, roles, client, course):
        run = ClassRunFactory(learning=course, cancelled=True)
        client.force_login(member("street_lead", roles.street))
        response = client.post(reverse("runs:publish", args=[run.pk]), follow=True)
        assert "已经取消，不能再公布" in messages(response)

    def test_cancelling_tells_why(self, roles, client, course):
        run = ClassRunFactory(learning=course)
        client.force_login(member("street_lead", roles.street))
        look_and_do(client, reverse("runs:cancel", args=[run.pk]), {"note": "教师生病"})
        run.refresh_from_db()
        assert run.status == ClassRunStatus.CANCELLED
        assert {(s.status, s.note) for s in run.sessions.all()} == {(SessionStatus.CANCELLED, "教师生病")}

    def test_only_drafts_are_deleted(self, roles, client, course):
        draft, published = ClassRunFactory(learning=course, draft=True), ClassRunFactory(learning=course)
        client.force_login(member("street_lead", roles.street))
        for run in (draft, published):
            page = client.get(reverse("runs:delete", args=[run.pk]))
            assert "button serious" in page.content.decode()
        client.post(reverse("runs:delete", args=[draft.pk]))
        assert list(ClassRun.objects.all()) == [published]
        response = client.post(reverse("runs:delete", args=[published.pk]), follow=True)
        assert "已经公布过，不能删除" in messages(response)
        assert ClassRun.objects.filter(pk=published.pk).exists()


class TestSessions:
    @pytest.fixture
    def session(self, roles, client, course):
        client.force_login(member("street_lead", roles.street))
        return ClassRunFactory(learning=course).sessions.first()

    def test_moved(self, client, session, roles):
        room = RoomFactory(centre=roles.street)
        uid, day = session.uid, timezone.localdate(session.starts_at) + datetime.timedelta(days=1)
        form = client.get(reverse("sessions:edit", args=[session.pk])).context["form"]
        assert form["date"].value() == timezone.localdate(session.starts_at)
        data = {"date": day.isoformat(), "starts": "09:00", "ends": "10:00", "room": room.pk, "note": "学校考试"}
        assert client.post(reverse("sessions:edit", args=[session.pk]), data).status_code == 302
        session.refresh_from_db()
        assert (session.uid, session.sequence, session.room, session.note) == (uid, 1, room, "学校考试")
        assert timezone.localtime(session.starts_at).strftime("%H:%M") == "09:00"
        assert ModelLogEntry.objects.filter(action="timetable.move").count() == 1

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"ends": "08:00"}, "下课时间要晚于上课时间"),
            ({"date": "没有"}, "日期"),
            ({"date": "0001-01-01"}, "年份不对"),
            ({"starts": ""}, "请填写这一项"),
        ],
    )
    def test_bad_input_gets_a_sentence(self, client, session, changes, words):
        data = {"date": days_from_today(9).isoformat(), "starts": "09:00", "ends": "10:00", "room": "", "note": ""}
        response = client.post(reverse("sessions:edit", args=[session.pk]), {**data, **changes})
        assert response.status_code == 200
        assert words in str(response.context["form"].errors)

    def test_a_held_session_stays(self, client, session):
        session.status = SessionStatus.HELD
        session.save()
        data = {"date": days_from_today(9).isoformat(), "starts": "09:00", "ends": "10:00", "room": "", "note": ""}
        response = client.post(reverse("sessions:edit", args=[session.pk]), data)
        assert "只有还没上的课才能改时间" in str(response.context["form"].errors)
        response = client.post(reverse("sessions:cancel", args=[session.pk]), follow=True)
        assert "已经上过，不能取消" in messages(response)

    def test_cancelled(self, client, session):
        client.post(reverse("sessions:cancel", args=[session.pk]), {"note": "停水"})
        session.refresh_from_db()
        assert (session.status, session.note, session.sequence) == (SessionStatus.CANCELLED, "停水", 1)
        assert session.class_run.status == ClassRunStatus.PUBLISHED

    def test_the_list_begins_today(self, client, session, roles, course):
        old = ClassRunFactory(learning=course, over=True).sessions.first()
        url = reverse("sessions:index")

        def listed(**query):
            return {row.pk for row in client.get(url, query).context["object_list"]} & {old.pk, session.pk}

        assert listed() == {session.pk}
        assert listed(when="past") == {old.pk}
        assert listed(when="all") == {old.pk, session.pk}
        assert listed(starts_at_from=timezone.localdate(old.starts_at).isoformat()) == {old.pk, session.pk}

    def test_nothing_is_created_or_deleted_by_hand(self, client, session):
        assert client.get("/admin/sessions/new/").status_code == 404
        assert client.get(f"/admin/sessions/delete/{session.pk}/").status_code == 404


class TestExport:
    def test_words_not_codes(self, roles, client, course):
        ClassRunFactory(learning=course, name="=1+1", fee_fen=3550)
        client.force_login(member("street_lead", roles.street))
        response = client.get(reverse("runs:index"), {"export": "csv"})
        text = b"".join(response.streaming_content).decode()
        assert text.startswith("\ufeff")  # Excel reads it as UTF-8
        head, row = text.splitlines()
        for word in ("班号", "状态", "费用（元）", "时间", "名额"):
            assert word in head
        for word in ("已公布", "现场", "每周三 14:00—15:30", "35.5", "不限", "否", "'=1+1"):
            assert word in row
        assert "published" not in text

    def test_filter_and_search(self, roles, client, course):
        run = ClassRunFactory(learning=course)
        ClassRunFactory(learning=CoursePageFactory(parent=roles.street, title="书法"), draft=True)
        client.force_login(member("street_lead", roles.street))
        for query in ({"q": "手机"}, {"status": "published"}, {"street": roles.street.pk, "q": "智能"}):
            assert [r.pk for r in client.get(reverse("runs:index"), query).context["object_list"]] == [run.pk]
        assert client.get(reverse("runs:index"), {"status": "nonsense", "p": "x", "ordering": "x"}).status_code == 200


class TestSharedTables:
    @pytest.mark.parametrize(
        ("name", "data", "model"),
        [
            (
                "terms",
                {"code": "2027-spring", "name": "2027年春季", "starts_on": "2027-03-01", "ends_on": "2027-06-25"},
                Term,
            ),
            ("calendar_days", {"date": "2027-05-01", "kind": "holiday", "name": "劳动节", "follows": ""}, CalendarDay),
            ("subjects", {"code": "shuhua", "name": "书画", "sort_order": "1"}, Subject),
            ("audiences", {"code": "elders", "name": "长辈", "official_name": "", "sort_order": "1"}, Audience),
        ],
    )
    def test_the_office_creates_streets_only_read(self, roles, client, name, data, model):
        client.force_login(member("street_lead", roles.street))
        assert client.get(reverse(f"{name}:index")).status_code == 200
        assert client.post(reverse(f"{name}:add"), data).url == reverse("wagtailadmin_home")
        client.force_login(member("district_office"))
        response = client.post(reverse(f"{name}:add"), data)
        assert response.status_code == 302, response.context["form"].errors
        row = model.objects.get(**{key: data[key] for key in ("name",)})
        for view in ("index", "index_results"):
            assert data["name"] in client.get(reverse(f"{name}:{view}")).content.decode()
        for view in ("edit", "inspect", "history", "usage", "delete"):
            assert client.get(reverse(f"{name}:{view}", args=[row.pk])).status_code == 200
        assert b"".join(client.get(reverse(f"{name}:index"), {"export": "csv"}).streaming_content)

    def test_wrong_order_of_dates(self, roles, client):
        client.force_login(member("district_office"))
        data = {"code": "x", "name": "某学期", "starts_on": "2027-06-25", "ends_on": "2027-03-01"}
        response = client.post(reverse("terms:add"), data)
        assert "结束日期要晚于开始日期" in str(response.context["form"].errors)

    def test_what_is_used_is_not_deleted(self, roles, client, course):
        term, subject = TermFactory(), SubjectFactory()
        ClassRunFactory(learning=course, term=term)
        course.subject = subject
        course.save()
        client.force_login(member("district_office"))
        for name, row, words in (("terms", term, "1 个班"), ("subjects", subject, "1 个")):
            response = client.post(reverse(f"{name}:delete", args=[row.pk]), follow=True)
            assert words in messages(response)
            assert "不能删除" in messages(response)
            assert type(row).objects.filter(pk=row.pk).exists()
        spare = AudienceFactory()
        client.post(reverse("audiences:delete", args=[spare.pk]))
        assert not Audience.objects.exists()


class TestDeletingPages:
    """A page that classes depend on is not deleted, alone, with its branch or in bulk: a sentence, no server error."""

    @pytest.mark.parametrize("which", ["course", "street", "centre", "room_centre"])
    def test_refused(self, roles, client, course, which):
        run = ClassRunFactory(learning=course, centre=roles.sub_centre)
        page = {"course": course, "street": roles.street, "centre": roles.sub_centre}.get(which)
        if which == "room_centre":
            page = roles.other_street
            RoomFactory(centre=page)
        page.refresh_from_db()
        client.force_login(User.objects.create_superuser("guanliyuan"))
        for method in (client.get, client.post):
            response = method(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
            assert "不能删除" in messages(response)
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
        confirm = {"wagtail_site_name": "终身学习公共资源平台"}
        url = f"{url}?id={page.pk}&next={reverse('wagtailadmin_home')}"
        assert client.get(url).status_code == 200
        response = client.post(url, confirm, follow=True)
        # Where Wagtail's own reference index sees it first, it refuses in its own words.
        assert "不能删除" in messages(response) or "没有权限" in messages(response)
        assert type(page).objects.filter(pk=page.pk).exists()
        assert ClassRun.objects.filter(pk=run.pk).exists()
        assert Room.objects.count() == (which == "room_centre")

    def test_a_page_without_classes_goes(self, roles, client, course):
        client.force_login(member("street_lead", roles.street))
        client.post(reverse("wagtailadmin_pages:delete", args=[course.pk]))
        assert not type(course).objects.exists()


class TestRulesOfEnrolment:
    def test_what_is_left_empty_has_its_usual_meaning(self, roles, client, course):
        client.force_login(member("street_lead", roles.street))
        assert client.post(reverse("runs:add"), run_data(course)).status_code == 302
        run = ClassRun.objects.get()
        assert (run.mode, run.counter_quota, run.pass_percent) == (EnrolMode.FIRST_COME, 0, 60)

    def test_the_rules_are_kept_and_the_counter_has_its_seats(self, roles, client, course):
        client.force_login(member("street_lead", roles.street))
        rules = {
            "age_min": "55",
            "age_max": "70",
            "counter_quota": "4",
            "health_notice": "动作较快。",
            "pass_percent": "80",
        }
        client.post(reverse("runs:add"), run_data(course, **rules))
        run = ClassRun.objects.get()
        assert (run.age_min, run.age_max, run.health_notice, run.pass_percent) == (55, 70, "动作较快。", 80)
        assert run.seats.filter(kind="counter").count() == 4
        assert run.places_left == run.capacity - 4

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"counter_quota": "21"}, "counter_quota"),
            ({"age_min": "70", "age_max": "60"}, "age_max"),
            ({"age_min": "121"}, "age_min"),
            ({"pass_percent": "101"}, "pass_percent"),
            ({"pass_percent": "-1"}, "pass_percent"),
            ({"mode": "lottery"}, "mode"),
        ],
    )
    def test_a_wrong_rule_gets_a_sentence_at_its_field(self, roles, client, course, typed, field):
        client.force_login(member("street_lead", roles.street))
        response = client.post(reverse("runs:add"), run_data(course, **typed))
        assert response.status_code == 200
        assert field in response.context["form"].errors
        assert not ClassRun.objects.exists()

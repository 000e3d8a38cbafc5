"""The attendance screens: for those who stand at the counter, without scripts, without undoing each other."""

import datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.services import sync_roles
from enrolments.enums import Mark, Status
from enrolments.models import Attendance, Certificate, HeadCount
from enrolments.services import attendance, certificates
from enrolments.services.core import SYSTEM
from teachers.models import Teacher
from tests.enrolments.classes import at, class_run, mark_all, put, sessions
from tests.factories.accounts import member
from tests.factories.learning import CoursePageFactory
from tests.factories.people import ResidentFactory


@pytest.fixture
def clock():
    with time_machine.travel(at(9, 1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def roles(clock, district):
    sync_roles()
    return district


@pytest.fixture
def run(roles):
    return class_run(CoursePageFactory(parent=roles.street, title="书法入门"))


@pytest.fixture
def people(run, clock):
    """Three in the class; the first meeting has begun."""
    places = [put(run, ResidentFactory(name=name)) for name in ("张三", "李四", "安娜")]
    clock.move_to(at(9, 2, 14, 10))
    return places


@pytest.fixture
def desk(client, roles, people):
    user = member("street_lead", roles.street)
    client.force_login(user)
    client.user = user
    return client


def screen(session):
    return reverse("roster:session", args=[session.pk])


def form(response):
    """What a browser would post from the page: hidden fields, checked radios, text."""
    data = {}
    for field in BeautifulSoup(response.content, "html.parser").select("form.roster input"):
        if field.get("type") != "radio" or field.has_attr("checked"):
            data[field["name"]] = field.get("value", "")
    return data


def marks(session):
    return dict(Attendance.objects.filter(session=session).values_list("enrolment", "mark"))


class TestMarking:
    def test_tap_and_save(self, desk, run, people):
        one, two, _three = people
        session = sessions(run)[0]
        data = form(desk.get(screen(session)))
        changes = {f"mark-{one.pk}": "present", f"mark-{two.pk}": "partial", f"minutes-{two.pk}": "30"}
        response = desk.post(screen(session), data | changes, follow=True)
        assert "改了 2 人" in response.content.decode()
        assert marks(session) == {one.pk: Mark.PRESENT, two.pk: Mark.PARTIAL}
        row = Attendance.objects.get(enrolment=two)
        assert (row.minutes, row.marked_by) == (30, desk.user)
        assert form(response)[f"mark-{two.pk}"] == "partial"
        assert form(response)[f"minutes-{two.pk}"] == "30"
        desk.post(screen(session), form(response) | {f"mark-{two.pk}": "unmarked"})
        assert marks(session) == {one.pk: Mark.PRESENT}

    def test_all_the_others_came(self, desk, run, people):
        one, two, three = people
        session = sessions(run)[0]
        data = form(desk.get(screen(session))) | {f"mark-{three.pk}": "excused", "rest": "present"}
        desk.post(screen(session), data)
        assert marks(session) == {one.pk: Mark.PRESENT, two.pk: Mark.PRESENT, three.pk: Mark.EXCUSED}
        again = form(desk.get(screen(session))) | {"rest": "present"}
        assert desk.post(screen(session), again).status_code == 302
        assert marks(session)[three.pk] == Mark.EXCUSED

    def test_whoever_joined_later_is_not_marked_with_the_others(self, desk, run, people, clock):
        clock.move_to(at(9, 3))
        late = put(run, ResidentFactory(name="迟到"))
        session = sessions(run)[0]
        response = desk.get(screen(session))
        assert "这次课以后才报上" in response.content.decode()
        desk.post(screen(session), form(response) | {"rest": "present"})
        assert set(marks(session)) == {place.pk for place in people}
        assert late.pk not in marks(session)

    def test_two_clerks_do_not_undo_each_other(self, desk, run, people):
        one, two, _three = people
        session = sessions(run)[0]
        before = form(desk.get(screen(session)))
        attendance.mark(session, {one.pk: (Mark.ABSENT, None)}, SYSTEM)
        desk.post(screen(session), before | {f"mark-{two.pk}": "present"})
        assert marks(session) == {one.pk: Mark.ABSENT, two.pk: Mark.PRESENT}

    @pytest.mark.parametrize(
        ("minutes", "words"), [("半小时", "看不懂"), ("91", "从 1 到 90"), ("0", "从 1 到 90"), ("²", "看不懂")]
    )
    def test_wrong_minutes_say_what_is_right_and_lose_nothing(self, desk, run, people, minutes, words):
        one, two, _three = people
        session = sessions(run)[0]
        data = form(desk.get(screen(session)))
        data |= {f"mark-{one.pk}": "absent", f"mark-{two.pk}": "partial", f"minutes-{two.pk}": minutes}
        response = desk.post(screen(session), data)
        assert response.status_code == 400
        assert words in response.content.decode()
        assert not marks(session)
        kept = form(response)
        assert (kept[f"mark-{one.pk}"], kept[f"mark-{two.pk}"]) == ("absent", "partial")
        assert kept[f"minutes-{two.pk}"] == minutes
        fixed = desk.post(screen(session), kept | {f"minutes-{two.pk}": "45"})
        assert fixed.status_code == 302
        assert marks(session) == {one.pk: Mark.ABSENT, two.pk: Mark.PARTIAL}

    def test_nothing_chosen(self, desk, run, people):
        session = sessions(run)[0]
        response = desk.post(screen(session), form(desk.get(screen(session))))
        assert response.status_code == 400
        assert "还没有选" in response.content.decode()

    def test_a_meeting_to_come_has_no_form(self, desk, run):
        response = desk.get(screen(sessions(run)[1]))
        assert "还没开始" in response.content.decode()
        assert form(response) == {}

    def test_in_the_order_of_sound(self, desk, run):
        soup = BeautifulSoup(desk.get(screen(sessions(run)[0])).content, "html.parser")
        assert [legend.get_text(strip=True) for legend in soup.select("legend")] == ["安娜", "李四", "张三"]

    def tap(self, desk, session, place, mark, was="unmarked", **more):
        return desk.post(screen(session), {"tap": place.pk, "mark": mark, "was": was, **more})

    def test_a_tap_is_one_mark_and_a_second_one_the_same(self, desk, run, people):
        one, session = people[0], sessions(run)[0]
        assert self.tap(desk, session, one, "present").json() == {"mark": "present"}
        assert self.tap(desk, session, one, "present").status_code == 200  # the answer to the first was lost
        assert marks(session) == {one.pk: Mark.PRESENT}
        assert self.tap(desk, session, one, "partial", "present", minutes="30").status_code == 200
        assert Attendance.objects.get().minutes == 30
        for wrong in ({"mark": "dance"}, {"mark": "partial", "minutes": "x"}, {"tap": "9" * 30}, {"tap": "-1"}):
            data = {"tap": one.pk, "mark": "absent", "was": "partial", **wrong}
            response = desk.post(screen(session), data)
            assert response.status_code == 422
            assert response.json()["sentence"]
        assert marks(session) == {one.pk: Mark.PARTIAL}

    def test_a_late_tap_does_not_undo_another_phone(self, desk, run, people):
        one, two, _three = people
        session = sessions(run)[0]
        before = form(desk.get(screen(session)))
        self.tap(desk, session, one, "excused")
        late = self.tap(desk, session, one, "present")
        assert (late.status_code, late.json()["mark"]) == (409, "excused")
        assert "请假" in late.json()["sentence"]
        changes = {f"mark-{one.pk}": "present", f"mark-{two.pk}": "absent"}
        said = desk.post(screen(session), before | changes, follow=True).content.decode()
        assert "张三（请假）" in said
        assert marks(session) == {one.pk: Mark.EXCUSED, two.pk: Mark.ABSENT}
        assert self.tap(desk, session, one, "present", "excused").status_code == 200

    def test_those_without_a_claim_are_a_number(self, desk, run, people):
        session = sessions(run)[0]
        assert "没报名来的 4 人" in desk.post(screen(session), {"heads": "4"}, follow=True).content.decode()
        session.refresh_from_db()
        assert (session.head_count.people, session.head_count.counted_by, session.status) == (4, desk.user, "held")
        for wrong in ("-1", "很多", "501"):
            response = desk.post(screen(session), {"heads": wrong})
            assert response.status_code == 422
            assert f'value="{wrong}"' in response.content.decode()
        desk.post(screen(session), {"heads": ""})
        assert not HeadCount.objects.exists()

    def test_the_roll_opens_before_the_class_does(self, desk, run, people, clock):
        session = sessions(run)[1]
        clock.move_to(session.starts_at - attendance.OPENS - datetime.timedelta(minutes=1))
        desk.force_login(desk.user)
        refused = self.tap(desk, session, people[0], "present")
        assert refused.status_code == 422
        assert "上课前 30 分钟起" in refused.json()["sentence"]
        assert [m.pk for m in desk.get(reverse("roster:index")).context["coming"]] == [session.pk]
        clock.move_to(session.starts_at - attendance.OPENS)
        assert self.tap(desk, session, people[0], "present").status_code == 200
        assert next(iter(desk.get(reverse("roster:index")).context["meetings"])) == session

    def test_a_class_without_enrolment_is_counted_too(self, desk, run, people, roles):
        other = class_run(CoursePageFactory(parent=roles.street, title="露天电影"), mode="walk_in", capacity=None)
        assert "还没数人" in desk.get(reverse("roster:index")).content.decode()
        desk.post(screen(sessions(other)[0]), {"heads": "30"})
        assert "来了 30 人" in desk.get(reverse("roster:index")).content.decode()

    def test_the_sheet_to_sign(self, desk, run, people):
        session = sessions(run)[0]
        run.teachers.add(Teacher.objects.create(name="陆老师"))
        paper = desk.get(reverse("roster:list", args=[run.pk]), {"session": session.pk}).content.decode()
        for words in ("签到表", "书法入门", session.span_words, "陆老师", "张三", "签名", "没报名来的"):
            assert words in paper
        for wrong in ("x", "0"):
            assert desk.get(reverse("roster:list", args=[run.pk]), {"session": wrong}).status_code == 404


class TestScope:
    @pytest.mark.parametrize("key", ["street_lead", "counter_clerk", "district_office"])
    def test_who_stands_at_the_counter_may_mark(self, client, roles, run, people, key):
        client.force_login(member(key, None if key == "district_office" else roles.street))
        assert "书法入门" in client.get(reverse("roster:index")).content.decode()
        assert client.get(screen(sessions(run)[0])).status_code == 200
        assert client.get(reverse("roster:run", args=[run.pk])).status_code == 200

    def test_another_street_sees_nothing(self, client, roles, run, people):
        client.force_login(member("street_lead", roles.other_street))
        listed = client.get(reverse("roster:index")).content.decode()
        assert "没有要点名的课" in listed
        assert "书法入门" not in listed
        session = sessions(run)[0]
        for method, path in (
            ("get", screen(session)),
            ("post", screen(session)),
            ("get", f"/admin/roster/run/{run.pk}/"),
        ):
            response = getattr(client, method)(path, {f"mark-{people[0].pk}": "present"})
            assert response.status_code == 302  # Wagtail's refusal: back to the desk
            assert "张三" not in response.content.decode()
        assert not Attendance.objects.exists()

    @pytest.mark.parametrize("key", ["auditor", "college", "street_editor"])
    def test_others_at_the_desk_read_no_names(self, client, roles, run, people, key):
        client.force_login(member(key, roles.street if key == "street_editor" else None))
        for path in (reverse("roster:index"), screen(sessions(run)[0]), reverse("roster:run", args=[run.pk])):
            assert client.get(path).status_code == 302
        assert 'href="/admin/roster/' not in client.get(reverse("wagtailadmin_home")).content.decode()

    def test_a_clerk_marks_but_does_not_judge(self, client, roles, run, people):
        client.force_login(member("counter_clerk", roles.street))
        session = sessions(run)[0]
        client.post(screen(session), form(client.get(screen(session))) | {"rest": "present"})
        assert set(marks(session).values()) == {Mark.PRESENT}
        path = reverse("roster:papers", args=[run.pk])
        assert 'value="complete"' not in client.get(path).content.decode()
        for verb in ("complete", "issue", "revoke", "reissue"):
            response = client.post(path, {"do": verb, "enrolment": people[0].pk})
            assert response.url == reverse("wagtailadmin_home")

    def test_a_resident_does_not_get_to_the_desk(self, client, run, people):
        client.force_login(ResidentFactory(own=True).user)
        assert client.get(screen(sessions(run)[0])).status_code in (302, 403)

    def test_in_the_menu(self, desk):
        assert "/admin/roster/" in desk.get(reverse("wagtailadmin_home")).content.decode()


class TestIndex:
    def test_what_has_begun_newest_first_and_older_by_name(self, desk, run, clock):
        listed = desk.get(reverse("roster:index")).context["meetings"].object_list
        assert [meeting.pk for meeting in listed] == [sessions(run)[0].pk]
        assert (listed[0].people, listed[0].marked) == (3, 0)
        found = desk.get(reverse("roster:index"), {"q": run.code}).context["coming"]
        assert [meeting.pk for meeting in found] == [session.pk for session in sessions(run)[1:]]
        clock.move_to(at(12, 1))
        desk.force_login(desk.user)  # a session lasts two weeks
        assert not desk.get(reverse("roster:index")).context["meetings"].object_list
        found = desk.get(reverse("roster:index"), {"q": "书法"}).context["meetings"].object_list
        assert [meeting.pk for meeting in found] == [session.pk for session in reversed(sessions(run))]
        assert not desk.get(reverse("roster:index"), {"q": "舞蹈\0", "p": "x"}).context["meetings"].object_list

    def test_as_many_queries_for_many_as_for_one(self, desk, run, roles, clock):
        counts = []
        for _round in range(2):
            paths = [reverse("roster:index"), screen(sessions(run)[0])]
            paths += [reverse(f"roster:{name}", args=[run.pk]) for name in ("run", "papers", "list", "message")]
            for path in paths * 2:  # the first page ever makes the row of the settings
                desk.get(path)
            with CaptureQueriesContext(connection) as queries:
                for path in paths:
                    desk.get(path)
            counts.append(len(queries))
            for _count in range(3):
                put(run)
                put(class_run(CoursePageFactory(parent=roles.street)))
        assert counts[0] == counts[1]


class TestRun:
    @pytest.fixture
    def over(self, desk, clock):
        clock.move_to(at(9, 24))
        desk.force_login(desk.user)  # a session lasts two weeks

    def do(self, client, run, verb, **more):
        path = reverse("roster:papers", args=[run.pk])
        return client.post(path, {"do": verb, **more}, follow=True).content.decode()

    def test_from_marks_to_papers(self, desk, run, people, over):
        one, two, three = people
        assert "一次名都没点过" in self.do(desk, run, "complete")
        mark_all(run, {one: "PPPP", two: "PPEA", three: "PPPA"})
        assert "结业 2 人，未结业 1 人" in self.do(desk, run, "complete")
        assert "新发了 2 张" in self.do(desk, run, "issue")
        certificate = Certificate.objects.get(enrolment=one)
        pdf = desk.get(reverse("roster:certificate", args=[certificate.number]))
        assert pdf["Content-Type"] == "application/pdf"
        assert "已撤销" in self.do(desk, run, "revoke", enrolment=one.pk)
        assert "有效" in self.do(desk, run, "reissue", enrolment=one.pk)
        certificate.refresh_from_db()
        assert certificate.revoked_on is None
        two.refresh_from_db()
        assert two.status == Status.NOT_COMPLETED

    def test_all_in_one_go_and_twice_is_as_good_as_once(self, desk, run, people, over):
        one, two, three = people
        attendance.mark(sessions(run)[0], {one.pk: (Mark.PRESENT, None)}, SYSTEM)
        assert "还没点完名" in self.do(desk, run, "finish")
        assert not Certificate.objects.exists()
        mark_all(run, {one: "PPPP", two: "PEAA", three: "PPPP"})
        listed = desk.get(reverse("roster:papers", args=[run.pk])).content.decode()
        assert "李四</strong>：到课 1 次，已上 4 次（25%），差 2 次（请假 1，缺席 2，未点名 0）" in listed
        for _time in range(2):
            assert "结业 2 人" in self.do(desk, run, "finish") or _time
        assert set(Certificate.objects.values_list("enrolment", flat=True)) == {one.pk, three.pk}
        assert one.resident.notices.filter(kind="certificate").count() == 1
        paper = desk.get(reverse("roster:certificates", args=[run.pk]))
        assert paper["Content-Type"] == "application/pdf"
        assert paper.content.count(b"/Type /Page\n") == 2
        self.do(desk, run, "revoke", enrolment=three.pk)
        assert desk.get(reverse("roster:certificates", args=[run.pk])).content.count(b"/Type /Page\n") == 1

    def test_a_paper_of_another_street(self, client, roles, run, people, clock):
        clock.move_to(at(9, 24))
        mark_all(run, dict.fromkeys(people, "PPPP"))
        attendance.complete(run, SYSTEM)
        (certificate, *_rest) = certificates.issue_all(run, SYSTEM)
        client.force_login(member("street_lead", roles.other_street))
        assert client.get(reverse("roster:certificate", args=[certificate.number])).status_code == 404

    def test_without_a_font_a_sentence(self, desk, run, people, over, settings):
        settings.PDF_FONTS = []
        mark_all(run, dict.fromkeys(people, "PPPP"))
        attendance.complete(run, SYSTEM)
        (certificate, *_rest) = certificates.issue_all(run, SYSTEM)
        response = desk.get(reverse("roster:certificate", args=[certificate.number]))
        assert response.status_code == 503
        assert "字体" in response.content.decode()

    @pytest.mark.parametrize("data", [{"do": "dance"}, {}, {"do": "revoke", "enrolment": "x"}])
    def test_crafted_posts(self, desk, run, data):
        assert desk.post(reverse("roster:papers", args=[run.pk]), data).status_code in (302, 404)

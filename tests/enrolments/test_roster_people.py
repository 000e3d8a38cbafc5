"""What the desk does with the people of a class: numbers, notes, tables, messages. Each look at a number is logged."""

import csv
import io
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from accounts.enums import ConsentPurpose
from accounts.models import Notice, RecordAccess
from accounts.services.privacy import erase_unreached
from core.errors import DomainError
from core.services import sync_roles
from enrolments.enums import Mark
from enrolments.models import Attendance, ClaimNote, ClassMessage, Enrolment
from enrolments.privacy import export
from enrolments.services import attendance, notes, retention
from enrolments.services.core import SYSTEM, counter
from enrolments.services.messages import MOST_A_DAY, send_message
from teachers.models import Teacher
from tests.enrolments.classes import at, class_run, put, sessions
from tests.factories.accounts import member
from tests.factories.learning import CoursePageFactory
from tests.factories.people import ConsentFactory, GuardianshipFactory, ResidentFactory, UserFactory
from tests.reading import tables_with

PHONE = "13812341234"


@pytest.fixture
def clock():
    with time_machine.travel(at(9, 2, 14, 10), tick=False) as traveller:
        yield traveller


@pytest.fixture
def roles(clock, district):
    sync_roles()
    return district


@pytest.fixture
def run(roles):
    return class_run(CoursePageFactory(parent=roles.street, title="书法入门"))


@pytest.fixture
def claim(run):
    return put(run, ResidentFactory(name="张三", phone=PHONE))


@pytest.fixture
def desk(client, roles, claim):
    client.user = member("counter_clerk", roles.street)
    client.force_login(client.user)
    return client


def page(name, row):
    return reverse(f"roster:{name}", args=[row.pk])


def opened(view):
    return RecordAccess.objects.filter(kind="opened", view=f"roster:{view}")


class TestPhone:
    def test_masked_until_asked_for_and_logged(self, desk, run, claim):
        listed = desk.get(page("run", run)).content.decode()
        assert "138****1234" in listed
        assert PHONE not in listed
        assert not opened("run").exists()  # a grown-up's name in a list is no opening
        shown = desk.post(page("phone", claim))
        assert f'href="tel:{PHONE}"' in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
        row = opened("phone").get()
        assert (row.user_number, row.resident_number, row.is_minor) == (desk.user.pk, claim.resident_id, False)
        assert desk.get(page("phone", claim)).status_code == 405
        assert opened("phone").count() == 1

    def test_somebody_without_a_number_is_reached_through_whom(self, desk, run):
        contact = put(run, ResidentFactory(phone="", contact_name="赵急联", contact_phone="0510-85001234"))
        child = GuardianshipFactory(resident__child=True, guardian__phone="+8613700001111").resident
        listed = desk.get(page("run", run)).content.decode()
        assert "0510-****1234" in listed
        assert "赵急联" in desk.post(page("phone", contact)).content.decode()
        assert "13700001111" in desk.post(page("phone", put(run, child))).content.decode()
        assert "没有留电话" in desk.post(page("phone", put(run, ResidentFactory(phone="")))).content.decode()

    @pytest.mark.parametrize("key", ["district_office", "street_lead", "counter_clerk"])
    def test_who_serves_the_class_may(self, client, roles, claim, key):
        client.force_login(member(key, None if key == "district_office" else roles.street))
        assert client.post(page("phone", claim)).status_code == 200

    def test_nobody_else_may(self, client, roles, run, claim):
        users = [member("counter_clerk", roles.other_street), member("street_editor", roles.street)]
        users += [member(key) for key in ("college", "auditor", "teacher")]
        stand_in = Teacher.objects.create(name="代课", user=users[-1])
        run.sessions.update(substitute=stand_in)
        for user in users:
            client.force_login(user)
            for name, row in (("phone", claim), ("notes", claim), ("export", run), ("message", run)):
                response = client.post(page(name, row), {"text": "x"})
                assert response.status_code == 302
                assert response.url == reverse("wagtailadmin_home")
        assert client.get(reverse("roster:session", args=[sessions(run)[0].pk])).status_code == 200
        run.teachers.add(stand_in)
        assert client.post(page("phone", claim)).status_code == 200
        assert not ClaimNote.objects.exists()


class TestNotes:
    def test_written_read_and_removed_with_author_and_time(self, desk, run, claim):
        desk.post(page("notes", claim), {"text": "  材料费\n已交 "})
        desk.post(page("notes", claim), {"text": "材料费 已交"})
        note = claim.notes.get()
        assert (note.text, note.written_by, note.written_at) == ("材料费 已交", desk.user, at(9, 2, 14, 10))
        shown = desk.get(page("notes", claim)).content.decode()
        assert "材料费 已交" in shown
        assert "本人导出自己的资料时会看到" in shown
        assert "1 条" in desk.get(page("run", run)).content.decode()
        desk.post(page("notes", claim), {"remove": note.pk})
        assert not ClaimNote.objects.exists()
        logged = ModelLogEntry.objects.filter(action__startswith="enrolments.note")
        assert len(logged) == 2
        assert "材料费" not in str([entry.data for entry in logged])

    def test_a_refusal_loses_nothing(self, desk, claim):
        long = "很" * 121
        response = desk.post(page("notes", claim), {"text": long})
        assert response.status_code == 422
        assert long in response.content.decode()
        assert "最多 120 个字" in response.content.decode()
        assert desk.post(page("notes", claim), {"text": " "}).status_code == 422
        assert desk.post(page("notes", claim), {"remove": "x"}).status_code == 404
        for number in range(notes.MOST):
            notes.write_note(claim, str(number), SYSTEM)
        with pytest.raises(DomainError) as refused:
            notes.write_note(claim, "还有", SYSTEM)
        assert refused.value.code == "too_many"

    def test_in_the_copy_of_ones_data_and_gone_with_the_person(self, desk, claim):
        notes.write_note(claim, "九月请假两次", counter(desk.user))
        assert "九月请假两次" in str(export(claim.resident))
        erase_unreached(claim.resident)
        assert tables_with("九月请假两次") == []

    def test_gone_when_the_record_is_taken_off_the_person(self, claim):
        notes.write_note(claim, "九月请假两次", SYSTEM)
        retention.take_off_person([claim.pk], at(9, 3))
        assert not ClaimNote.objects.exists()


class TestExport:
    def rows(self, response, kind):
        body = b"".join(response.streaming_content)
        if kind == "xlsx":
            return [list(row) for row in load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True)]
        assert body.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))

    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_masked_and_nothing_runs(self, desk, run, kind):
        put(run, ResidentFactory(name="=HYPERLINK(1)", phone="", child=True))
        response = desk.post(page("export", run), {"file": kind, "numbers": "masked", "reason": ""})
        assert "no-store" in response["Cache-Control"]
        header, *rows = self.rows(response, kind)
        assert header[:3] == ["姓名", "电话", "到课"]
        assert ["张三", "138****1234"] in [row[:2] for row in rows]
        assert {row[0] for row in rows} == {"张三", "=HYPERLINK(1)" if kind == "xlsx" else "'=HYPERLINK(1)"}
        assert opened("export").get().is_minor

    def test_whole_numbers_need_a_reason_and_everybody_is_logged(self, desk, run, claim):
        put(run)
        asked = {"file": "csv", "numbers": "whole", "reason": " "}
        refused = desk.post(page("export", run), asked)
        assert refused.status_code == 422
        assert "请写明原因" in refused.content.decode()
        assert not opened("export").exists()
        response = desk.post(page("export", run), asked | {"reason": "台风停课"})
        assert PHONE in {row[1] for row in self.rows(response, "csv")}
        assert opened("export").count() == 2
        assert ModelLogEntry.objects.get(action="enrolments.export").data["reason"] == "台风停课"


class TestMessage:
    @pytest.fixture
    def told(self, run, claim):
        """张三 has neither login nor consent; one reads on the site, one gets an SMS as well; one left the class."""
        reader = put(run, ResidentFactory(own=True, name="李四"))
        texted = ResidentFactory(name="王五", user=UserFactory())
        ConsentFactory(resident=texted, purpose=ConsentPurpose.TEXTING)
        put(run, status="withdrawn")
        return [claim, reader, put(run, texted)]

    def data(self, **more):
        return {"title": "周三停课一次", "text": "台风，九月九日不上课。", "key": str(uuid.uuid4()), **more}

    def test_looked_at_then_sent_once(self, desk, run, told):
        data = self.data()
        shown = desk.post(page("message", run), data | {"do": "preview"}).content.decode()
        for words in ("书法入门：周三停课一次", "班里 <strong>3</strong> 人", "<strong>2</strong> 人能在网站"):
            assert words in shown
        assert "<strong>1</strong> 人会收到短信" in shown
        assert "这 1 人网站和短信都收不到，请打电话或当面说：张三" in shown
        assert "请到网站“我的通知”查看" in shown
        assert not Notice.objects.exists()
        for _time in range(2):
            response = desk.post(page("message", run), data | {"do": "send"}, follow=True).content.decode()
        assert "没有再发一次" in response
        notices = Notice.objects.filter(kind="message")
        assert {notice.resident_id for notice in notices} == {place.resident_id for place in told}
        assert len(notices) == 3
        assert notices[0].title == "书法入门：周三停课一次"
        sent = ClassMessage.objects.get()
        assert (sent.people, sent.sent_by) == (3, desk.user)
        assert ModelLogEntry.objects.filter(action="enrolments.message").count() == 1

    def test_a_name_in_it_is_pointed_at(self, desk, run, told):
        shown = desk.post(page("message", run), self.data(text="请王五带钥匙", do="preview")).content.decode()
        assert "里面有学员的姓名或电话：王五" in shown

    def test_a_refusal_says_why_and_loses_nothing(self, desk, run, told):
        for changes, words in (
            ({"title": ""}, "请写标题"),
            ({"title": "长" * 31}, "最多 30 个字"),
            ({"text": "长" * 501}, "最多 500 个字"),
        ):
            response = desk.post(page("message", run), self.data(do="send", **changes))
            assert response.status_code == 422
            assert words in response.content.decode()
        for number in range(MOST_A_DAY):
            send_message(run, str(number), "内容", SYSTEM, uuid.uuid4())
        response = desk.post(page("message", run), self.data(do="send", text="第四条"))
        assert response.status_code == 409
        assert "请明天再发" in response.content.decode()
        assert "第四条" in response.content.decode()
        assert ClassMessage.objects.count() == MOST_A_DAY

    def test_who_is_told(self, run, claim, clock):
        with pytest.raises(DomainError) as refused:
            send_message(class_run(run.learning), "标题", "内容", SYSTEM, uuid.uuid4())
        assert refused.value.code == "nobody"
        clock.move_to(at(12, 1))
        with pytest.raises(DomainError) as refused:
            send_message(run, "标题", "内容", SYSTEM, uuid.uuid4())
        assert refused.value.code == "long_over"
        assert not Notice.objects.exists()
        assert Enrolment.objects.count() == 1


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_two_phones_and_two_presses_at_once(district):
    """PostgreSQL lets both in: no tap is lost, one message goes out."""
    run = class_run(CoursePageFactory(parent=district.street))
    people = [put(run) for _number in range(6)]
    session, key, together = sessions(run)[0], uuid.uuid4(), threading.Barrier(2)

    def phone(mine):
        try:
            with time_machine.travel(at(9, 2, 14, 10)):
                together.wait(timeout=20)
                for place in mine:
                    attendance.mark_as_shown(session, {place.pk: (Mark.PRESENT, None)}, {place.pk: "unmarked"}, SYSTEM)
                return send_message(run, "标题", "内容", SYSTEM, key)[1]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as phones:
        sent = list(phones.map(phone, (people[:3], people[3:])))
    assert Attendance.objects.filter(mark=Mark.PRESENT).count() == 6
    assert sorted(sent) == [False, True]
    assert Notice.objects.filter(kind="message").count() == 6

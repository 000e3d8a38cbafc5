"""The public page and data of a draw, and the desk that sets it going."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from core.services import sync_roles
from enrolments.draw_views import steps_of
from enrolments.enums import DrawResult, Status
from enrolments.models import Draw, Enrolment
from enrolments.services import draws, places
from enrolments.services.core import SYSTEM
from tests.enrolments.drawing import DAY, PUBLIC_VALUE, draw_run, enter, freeze, held, hold
from tests.factories.accounts import member
from tests.factories.learning import CoursePageFactory
from tests.factories.people import ResidentFactory
from tests.factories.timetable import ClassRunFactory
from timetable.models import ClassRun
from timetable.services import cancel_class_run

pytestmark = pytest.mark.django_db

STEPS = ["什么是抽签", "现在到哪一步", "结果", "怎么自己验算"]


def page_of(client, run, **query):
    return client.get(reverse("draws:draw", args=[run.code]), query)


def data_of(client, run):
    return client.get(reverse("draws:data", args=[run.code])).json()


class TestPage:
    def at_every_stage(self, district):
        committed = draw_run(district)
        frozen = draw_run(district)
        enter(frozen, receipt="A0000001")
        freeze(frozen)
        drawn = held(district).class_run
        cancelled = held(district, letter="C").class_run
        cancel_class_run(cancelled)
        return committed, frozen, drawn, cancelled

    def test_every_stage_has_the_same_plain_parts(self, district, client):
        for run in self.at_every_stage(district):
            response = page_of(client, run)
            text = response.content.decode()
            assert response.status_code == 200
            assert len(re.findall(r"<h1[ >]", text)) == 1
            assert re.findall(r"<h2>(.*?)</h2>", text)[:4] == STEPS
            assert 'style="' not in text
            assert not re.search(r"<script(?![^>]*(src=|ld\+json))", text)
            assert run.draw.seed_hash in text

    def test_a_past_stage_stays_visible(self, district, client):
        draw = held(district)
        text = page_of(client, draw.class_run).content.decode()
        for shown in (draw.seed_hash, draw.public_value_name, draw.entries_hash, draw.public_value, draw.seed):
            assert shown in text

    def test_no_name_and_no_early_seed(self, district, client):
        run = draw_run(district)
        enter(run, ResidentFactory(name="欧阳娜娜", phone="13912345678"))
        freeze(run)
        for response in (page_of(client, run), client.get(reverse("draws:data", args=[run.code]))):
            text = response.content.decode()
            assert run.draw.seed not in text
            assert "欧阳" not in text
            assert "13912345678" not in text
        hold(run)
        assert "欧阳" not in page_of(client, run).content.decode()
        assert run.draw.seed in page_of(client, run).content.decode()

    @pytest.mark.parametrize("typed", ["R0000002", " r000 0002 ", "ｒ００００００２"])
    def test_ones_own_receipt_is_found_however_it_is_typed(self, district, client, typed):
        draw = held(district)
        row = draw.entries.get(code="R0000002")
        text = page_of(client, draw.class_run, receipt=typed).content.decode()
        assert f"回执号 R0000002 排在第 {row.rank} 位" in text

    def test_every_answer(self, district, client):
        run = draw_run(district, capacity=1)
        entered = [enter(run, receipt=f"R{number:07d}") for number in range(3)]
        assert "名单还没有封存" in page_of(client, run, receipt="R0000000").content.decode()
        freeze(run)
        assert "在名单里，等待抽签" in page_of(client, run, receipt="R0000000").content.decode()
        assert "名单里没有回执号 ZZZ" in page_of(client, run, receipt="zzz").content.decode()
        places.withdraw(entered[0], SYSTEM)
        draw = hold(run)
        first_waiting = draw.entries.get(result=DrawResult.WAITING).code
        winner = draw.entries.get(result=DrawResult.SEATED).code
        assert "在抽签前已经退出" in page_of(client, run, receipt="R0000000").content.decode()
        assert "抽签时候补第 1 位" in page_of(client, run, receipt=first_waiting).content.decode()
        assert "抽中了" in page_of(client, run, receipt=winner).content.decode()

    def test_what_somebody_types_stays_text(self, district, client):
        text = page_of(client, held(district).class_run, receipt="<b>x").content.decode()
        assert "<b>x" not in text

    def test_a_code_may_hold_a_slash(self, district, client):
        run = draw_run(district, code="书法/1")
        assert page_of(client, run).status_code == 200
        assert data_of(client, run)["class"] == "书法/1"

    def test_what_the_public_may_not_see(self, district, client):
        hidden = draw_run(district)
        hidden.learning.unpublish()
        first_come = ClassRunFactory(learning=CoursePageFactory(parent=district.street))
        for code in (hidden.code, first_come.code, "nothing", "a\0b"):
            assert client.get(f"/draws/{code}/".replace("\0", "%00")).status_code == 404
            assert client.get(f"/draws/{code}/data.json".replace("\0", "%00")).status_code == 404

    def test_anybody_may_keep_it_for_a_minute_but_not_the_page_of_somebody_signed_in(self, district, client):
        run = held(district).class_run
        assert page_of(client, run)["Cache-Control"] == "public, max-age=60"
        sync_roles()
        client.force_login(member("auditor"))
        assert "private" in page_of(client, run)["Cache-Control"]

    def test_a_longer_list_costs_no_more_queries(self, district, client):
        short, long = held(district, entries=3).class_run, held(district, entries=9, letter="M").class_run
        for _time in range(2):  # what is looked up once per process; the first page ever makes the row of the settings
            page_of(client, short)
        with CaptureQueriesContext(connection) as few:
            page_of(client, short)
        with CaptureQueriesContext(connection) as many:
            page_of(client, long)
        assert len(many) == len(few)


class TestData:
    def test_nothing_but_the_promise_before_the_window_closes(self, district, client):
        run = draw_run(district)
        enter(run)
        data = data_of(client, run)
        assert data["seed_hash"] == run.draw.seed_hash
        assert (data["rule"], data["class"], data["public_value_name"]) == ("1", run.code, draws.DEFAULT_PUBLIC_VALUE)
        assert (data["seed"], data["entries"], data["results"], data["places"]) == ("", [], [], None)

    def test_the_list_after_the_freezing_but_no_seed(self, district, client):
        run = draw_run(district)
        enter(run, receipt="A0000001")
        freeze(run)
        data = data_of(client, run)
        assert data["entries"] == ["A0000001 A0000001 -"]
        assert data["places"] == 3
        assert (data["seed"], data["results"]) == ("", [])

    def test_everything_after_the_draw(self, district, client):
        draw = held(district, entries=4, capacity=3)
        data = data_of(client, draw.class_run)
        assert data["seed"] == draw.seed
        assert data["public_value"] == PUBLIC_VALUE
        assert [row["rank"] for row in data["results"]] == [1, 2, 3, 4]
        assert data["cut_off"] == {"": 3}


@pytest.fixture
def roles(district):
    sync_roles()
    return district


def desk(run):
    return reverse("draw_desk:run", args=[run.pk])


#: The date that an act of the desk sets.
SETS = {"freeze": "frozen_at", "reveal": "revealed_at", "hold": "drawn_at"}


def opened_in_the_past(run):
    """Move the window of ``run`` so that it has closed by now."""
    now = timezone.now()
    ClassRun.objects.filter(pk=run.pk).update(enrol_opens_at=now - 2 * DAY, enrol_closes_at=now - DAY)


class TestDesk:
    def test_a_lead_sees_the_draws_of_the_own_street_alone(self, roles, client):
        own = draw_run(roles)
        foreign = draw_run(roles, learning=CoursePageFactory(parent=roles.other_street))
        draft = ClassRunFactory(draft=True, learning=own.learning, mode="draw")
        first_come = ClassRunFactory(learning=own.learning)
        client.force_login(member("street_lead", roles.street))
        text = client.get(reverse("draw_desk:index")).content.decode()
        assert desk(own) in text
        assert not [run for run in (foreign, draft, first_come) if desk(run) in text]
        assert client.get(desk(own)).status_code == 200
        for method in (client.get, client.post):
            assert method(desk(foreign)).status_code in (302, 403)
        assert ClassRun.objects.filter(draw__frozen_at__isnull=False).count() == 0

    @pytest.mark.parametrize("role", ["street_editor", "auditor"])
    def test_who_may_not_publish_does_not_get_in(self, roles, client, role):
        run = draw_run(roles)
        opened_in_the_past(run)
        client.force_login(member(role, roles.street if role == "street_editor" else None))
        assert client.get(reverse("draw_desk:index")).status_code in (302, 403)
        client.post(desk(run), {"do": "freeze"})
        assert not Draw.objects.get().frozen_at

    def test_from_the_promise_to_the_result(self, roles, client):
        clerk = member("street_lead", roles.street)
        client.force_login(clerk)
        run = draw_run(roles, capacity=2)
        client.post(desk(run), {"do": "describe", "public_value_name": "福彩3D 第 9 期", "N": "1", "L": ""})
        draw = Draw.objects.get()
        assert (draw.public_value_name, draw.shares) == ("福彩3D 第 9 期", [{"kind": "N", "seats": 1}])

        for _number in range(3):
            enter(run)
        opened_in_the_past(run)
        client.post(desk(run), {"do": "freeze"})
        asked = client.post(desk(run), {"do": "reveal", "public_value": "０３  11 "})
        assert ">03 11<" in asked.content.decode()
        assert not Draw.objects.get().revealed_at
        client.post(desk(run), {"do": "reveal", "public_value": "03 11", "confirmed": "03 11"})
        assert data_of(client, run)["public_value"] == "03 11"
        assert data_of(client, run)["seed"] == ""
        assert "公开数值已经公布" in page_of(client, run).content.decode()
        assert Enrolment.objects.filter(status=Status.ENTERED).count() == 3
        client.post(desk(run), {"do": "hold"})
        draw = Draw.objects.get()
        assert draw.public_value == "03 11"
        assert Enrolment.objects.filter(status=Status.ENROLLED).count() == 2
        logged = ModelLogEntry.objects.filter(user=clerk, action__startswith="enrolments.draw")
        assert sorted(logged.values_list("action", flat=True)) == [
            "enrolments.draw_describe",
            "enrolments.draw_freeze",
            "enrolments.draw_hold",
            "enrolments.draw_reveal",
        ]

    def test_each_step_in_its_order_and_once(self, roles, client):
        """Whatever is posted at whatever stage: what is not due is refused with the true reason, and nothing moves."""
        client.force_login(member("street_lead", roles.street))
        run = draw_run(roles)
        for _number in range(4):
            enter(run)
        value = {"public_value": "03 11", "confirmed": "03 11"}
        acts = {"describe": {"public_value_name": "福彩3D 第 9 期"}, "freeze": {}, "reveal": value, "hold": {}}
        not_yet = {"freeze": "报名还没有截止", "reveal": "报名名单还没有封存", "hold": "公开数值还没有公布"}
        again = {
            "describe": "报名已经开始，抽签的规则不能再改",
            "freeze": "已经封存过",
            "reveal": "不能换",
            "hold": "一个班只抽一次",
        }
        for number, act in enumerate(acts):
            text = client.get(desk(run)).content.decode()
            assert [name for name in acts if f'value="{name}"' in text] == [act]
            before = Draw.objects.values().get()
            for other in list(acts)[number + 1 :] + list(acts)[:number]:
                response = client.post(desk(run), {"do": other, **acts[other]})
                expected = not_yet[other] if list(acts).index(other) > number else again[other]
                assert response.status_code == 422
                assert expected in response.content.decode()
            assert Draw.objects.values().get() == before
            assert client.post(desk(run), {"do": act, **acts[act]}).status_code == 302
            if act == "describe":
                opened_in_the_past(run)
        text = client.get(desk(run)).content.decode()
        assert not [name for name in acts if f'value="{name}"' in text]
        assert text.count("已完成：") == 4

    def test_what_residents_will_see_is_what_they_see_then(self, roles, client):
        """The foreseen steps are those of the public page after the act, but for what only the act can tell."""
        client.force_login(member("street_lead", roles.street))
        run = draw_run(roles, capacity=2, counter_quota=1)
        for _number in range(3):
            enter(run)
        opened_in_the_past(run)
        for act, data in (("freeze", {}), ("reveal", {"public_value": "03 11", "confirmed": "03 11"}), ("hold", {})):
            looked = client.get(desk(run)).context["after"]
            assert not Draw.objects.filter(pk=looked["draw"].pk, **{f"{SETS[act]}__isnull": False}).exists()
            client.post(desk(run), {"do": act, **data})
            draw = Draw.objects.get()
            seen = steps_of(draw, draw.class_run, draw.entries.count(), timezone.now())
            assert looked["count"] == seen["count"] == 3
            assert looked["draw"].places == draw.places == 2
            assert looked["draw"].stage == draw.stage
        results = page_of(client, run).content.decode()
        assert "<strong>2</strong> 个抽中，<strong>1</strong> 个转为候补" in results
        assert looked["outcome"].startswith("2 个抽中，1 个转为候补")

    def test_a_confirmation_of_something_else_asks_again(self, roles, client):
        client.force_login(member("street_lead", roles.street))
        run = draw_run(roles)
        freeze(run)
        client.post(desk(run), {"do": "reveal", "public_value": "04 12", "confirmed": "03 11"})
        assert not Draw.objects.get().revealed_at

    @pytest.mark.parametrize(
        ("data", "sentence", "kept"),
        [
            ({"do": "describe", "public_value_name": "某期开奖", "N": "99"}, "超过了可以抽的 3 个名额", "某期开奖"),
            ({"do": "describe", "public_value_name": "某期开奖", "N": "很多"}, "整数", "很多"),
            ({"do": "freeze"}, "报名还没有截止", ""),
            ({"do": "reveal", "public_value": "　"}, "请填写公开数值", ""),
        ],
    )
    def test_a_refusal_says_why_and_loses_nothing(self, roles, client, data, sentence, kept):
        client.force_login(member("street_lead", roles.street))
        response = client.post(desk(draw_run(roles)), data)
        text = response.content.decode()
        assert response.status_code == 422
        assert sentence in text
        assert kept in text
        assert not ModelLogEntry.objects.filter(action__startswith="enrolments.draw").exists()

    def test_an_act_nobody_knows(self, roles, client):
        client.force_login(member("street_lead", roles.street))
        assert client.post(desk(draw_run(roles)), {"do": "redraw"}).status_code == 400

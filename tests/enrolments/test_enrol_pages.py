"""The way to a place over HTTP: one question a screen, nothing typed lost, every "no" with its reason."""

import datetime
import re

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Resident
from enrolments.enums import Status
from enrolments.models import Enrolment
from enrolments.services.core import SYSTEM
from enrolments.services.places import enrol, withdraw
from tests.accounts.signing import sign_in
from tests.factories.enrolments import make_run
from tests.factories.people import GuardianshipFactory, ResidentFactory, UserFactory, birth_month

pytestmark = pytest.mark.django_db


def way(run):
    return reverse("enrolments:enrol", args=[run.code])


def page_of(response):
    soup = BeautifulSoup(response.content, "html.parser")
    assert len(soup.find_all("h1")) == 1
    assert "private" in response["Cache-Control"] or "no-store" in response["Cache-Control"]
    return soup


def press(client, response, **typed):
    """Fill the page's own form in and send it, as a browser would."""
    form = page_of(response).find("main").find("form", method="post")
    data = {}
    for field in form.find_all("input"):
        if field.get("type") == "checkbox":
            if field.has_attr("checked"):
                data[field["name"]] = field.get("value", "on")
        else:
            data[field["name"]] = field.get("value", "")
    data.pop("csrfmiddlewaretoken", None)
    return client.post(response.wsgi_request.get_full_path(), {**data, **typed}, follow=True)


@pytest.fixture(autouse=True)
def no_limit_reached():
    """The pause between two codes of one number lives in the cache, which tests share."""
    cache.clear()


@pytest.fixture
def me(client):
    resident = ResidentFactory(own=True, name="王秀英")
    client.force_login(resident.user)
    return resident


def test_a_stranger_signs_in_says_a_name_and_has_a_place(client, district):
    run = make_run(district)
    response = client.get(way(run))
    assert response.status_code == 302
    sign_in(client, "13800138000", way(run))
    response = press(client, client.get(way(run)), name="王秀英", consent="on")
    assert "确认报名" in page_of(response).h1.text
    response = press(client, response)
    assert "报上了" in page_of(response).h1.text
    claim = Enrolment.objects.get()
    assert (claim.status, claim.resident.name, claim.created_by) == (
        Status.ENROLLED,
        "王秀英",
        Resident.objects.get().user,
    )


def test_sending_the_confirmation_twice_gives_one_place(client, district, me):
    run = make_run(district)
    confirm = client.get(way(run))
    press(client, confirm)
    again = press(client, confirm)
    assert "报上了" in page_of(again).h1.text
    assert Enrolment.objects.count() == 1


def test_the_back_button_after_withdrawing_does_not_enrol_again(client, district, me):
    run = make_run(district)
    confirm = client.get(way(run))
    press(client, confirm)
    withdraw(Enrolment.objects.get(), SYSTEM)
    press(client, confirm)
    assert Enrolment.objects.get().status == Status.WITHDRAWN


def test_only_what_the_class_needs_is_asked(client, district, me):
    Resident.objects.update(birth_month=None)
    run = make_run(district, age_min=60, residence="district")
    response = client.get(way(run))
    assert "哪年哪月" in page_of(response).h1.text
    response = press(client, response, year="1950", month="3")
    assert "社区" in page_of(response).h1.text
    response = press(client, response, home=f"s-{district.street.pk}")
    assert "确认报名" in page_of(response).h1.text
    me.refresh_from_db()
    assert (me.birth_month, me.street_id) == (datetime.date(1950, 3, 1), district.street.pk)


@pytest.mark.parametrize(
    "typed",
    [
        {"year": "19x0", "month": "3"},
        {"year": "3050", "month": "3"},
        {"year": "1950", "month": ""},
        {"year": "1", "month": "13"},
    ],
)
def test_a_wrong_answer_keeps_what_was_typed_and_says_what_is_wrong(client, district, me, typed):
    Resident.objects.update(birth_month=None)
    run = make_run(district, age_min=60)
    response = press(client, client.get(way(run)), **typed)
    soup = page_of(response)
    assert response.status_code == 422
    assert soup.find("input", attrs={"name": "year"})["value"] == typed["year"]
    assert re.search("[\u4e00-\u9fff]", soup.find(class_="ask-error").text)


def test_what_was_typed_while_the_session_was_lost_is_there_after_signing_in(client, district):
    run = make_run(district)
    response = client.post(way(run), {"question": "name", "name": "欧阳𬭎"})
    assert response.status_code == 302
    sign_in(client, "13800138000", way(run))
    soup = page_of(client.get(way(run)))
    assert soup.find("input", attrs={"name": "name"})["value"] == "欧阳𬭎"


def test_with_a_family_the_first_question_is_who(client, district, me):
    child = GuardianshipFactory(guardian=me.user, resident__child=True, resident__name="小明").resident
    run = make_run(district)
    soup = page_of(client.get(way(run)))
    assert "谁来上课" in soup.h1.text
    press(client, client.get(f"{way(run)}?person={child.pk}"))
    assert Enrolment.objects.get().resident == child


def test_somebody_elses_person_cannot_be_enrolled(client, district, me):
    stranger = ResidentFactory(name="李四")
    run = make_run(district)
    assert client.get(f"{way(run)}?person={stranger.pk}").status_code == 200
    client.post(way(run), {"question": "confirm", "person": stranger.pk, "key": "0" * 32})
    assert not Enrolment.objects.exists()


def test_a_final_no_says_why_and_what_else_there_is(client, district, me):
    Resident.objects.update(birth_month=birth_month(40))
    run = make_run(district, age_min=60)
    other = make_run(district, learning=run.learning, starts_at=datetime.time(9), ends_at=datetime.time(10))
    soup = page_of(client.get(way(run)))
    assert soup.find(id="age")
    assert "40 岁" in soup.find(id="age").text
    assert other.pattern_words in soup.text
    assert soup.find("a", href=f"{way(other)}?person={me.pk}")


def test_an_alternative_that_clashes_is_not_offered(client, district, me):
    full = make_run(district, capacity=1, seated=1, starts_at=datetime.time(9), ends_at=datetime.time(10))
    busy = make_run(district)
    enrol(me, busy, SYSTEM)
    clashing = make_run(district, learning=full.learning)
    fine = make_run(district, learning=full.learning, starts_at=datetime.time(18), ends_at=datetime.time(19))
    text = page_of(client.get(way(full))).text
    assert fine.pattern_words in text
    assert clashing.pattern_words not in text


def test_a_full_class_offers_the_list(client, district, me):
    run = make_run(district, capacity=1, seated=1)
    response = client.get(way(run))
    assert "排候补" in page_of(response).h1.text
    response = press(client, response)
    assert "候补第 1 位" in page_of(response).text


def test_full_while_confirming_is_said_and_the_list_offered(client, district, me):
    run = make_run(district, capacity=1)
    confirm = client.get(way(run))
    enrol(ResidentFactory(), run, SYSTEM)
    form = {
        "question": "confirm",
        "person": me.pk,
        "key": page_of(confirm).find("input", attrs={"name": "key"})["value"],
    }
    response = client.post(way(run), form)
    assert response.status_code == 409
    assert "报满" in page_of(response).text
    response = press(client, response)
    assert Enrolment.objects.get(resident=me).status == Status.WAITING
    assert response.status_code == 200


def test_the_health_notice_is_on_the_page_and_must_be_ticked(client, district, me):
    run = make_run(district, health_notice="动作较快，膝盖不好的请先问医生。")
    response = press(client, client.get(way(run)))
    assert response.status_code == 409
    assert "健康提醒" in page_of(response).text
    press(client, response, health="on")
    assert Enrolment.objects.get().health_agreed_at


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"mode": "walk_in"}, "walk_in"),
        ({"mode": "counter"}, "counter_only"),
        ({"status": "cancelled"}, "cancelled"),
        ({"enrol_opens_at": None, "enrol_closes_at": None}, "window"),
    ],
)
def test_what_nobody_can_have_is_said_before_signing_in(client, district, fields, code):
    response = client.get(way(make_run(district, **fields)))
    assert response.status_code == 200
    assert page_of(response).find(id=code)


def test_drafts_and_nonsense_are_not_there(client, district):
    assert client.get(way(make_run(district, draft=True))).status_code == 404
    assert client.get("/enrol/nix/").status_code == 404


# ------------------------------------------------------------------ my learning


def test_my_learning_shows_mine_and_only_mine(client, district, me):
    mine, other = make_run(district), make_run(district, seated=1)
    enrol(me, mine, SYSTEM)
    text = page_of(client.get("/me/")).text
    assert mine.learning.title in text
    assert other.learning.title not in text


def test_another_ones_claim_is_not_there(client, district, me):
    run = make_run(district, seated=1)
    claim = Enrolment.objects.get()
    for name in ("enrolment", "leave", "change", "slip"):
        assert client.get(reverse(f"enrolments:{name}", args=[claim.receipt])).status_code == 404
    assert client.post(reverse("enrolments:answer", args=[claim.receipt]), {"answer": "accept"}).status_code == 404
    client.post(reverse("enrolments:leave", args=[claim.receipt]))
    claim.refresh_from_db()
    assert (claim.status, run.places_left) == (Status.ENROLLED, 19)


def test_leaving_asks_once_more(client, district, me):
    claim = enrol(me, make_run(district), SYSTEM)
    address = reverse("enrolments:leave", args=[claim.receipt])
    assert "退掉" in page_of(client.get(address)).h1.text
    claim.refresh_from_db()
    assert claim.status == Status.ENROLLED
    client.post(address)
    claim.refresh_from_db()
    assert claim.status == Status.WITHDRAWN


@pytest.mark.parametrize(
    ("answer", "status"), [("accept", Status.ENROLLED), ("decline", Status.DECLINED), ("keep", Status.WAITING)]
)
def test_answering_an_offer(client, district, me, answer, status):
    run = make_run(district, capacity=1, seated=1)
    claim = enrol(me, run, SYSTEM)
    withdraw(Enrolment.objects.get(status=Status.ENROLLED), SYSTEM)
    assert "轮到王秀英了" in page_of(client.get("/me/")).text
    response = client.post(reverse("enrolments:answer", args=[claim.receipt]), {"answer": answer}, follow=True)
    assert response.status_code == 200
    claim.refresh_from_db()
    assert claim.status == status


def test_an_answer_that_comes_too_late_says_so(client, district, me):
    run = make_run(district, capacity=1, seated=1, waiting=0)
    claim = enrol(me, run, SYSTEM)
    enrol(ResidentFactory(), run, SYSTEM)
    withdraw(Enrolment.objects.get(status=Status.ENROLLED), SYSTEM)
    claim.offers.update(expires_at=timezone.now() - datetime.timedelta(minutes=1))
    response = client.post(reverse("enrolments:answer", args=[claim.receipt]), {"answer": "accept"})
    assert response.status_code == 409
    assert "已经过时" in page_of(response).text
    claim.refresh_from_db()
    assert (claim.status, claim.missed) == (Status.WAITING, 1)


def test_looking_at_a_late_offer_hands_it_on(client, district, me):
    run = make_run(district, capacity=1, seated=1)
    claim, next_one = enrol(me, run, SYSTEM), enrol(ResidentFactory(), run, SYSTEM)
    withdraw(Enrolment.objects.get(status=Status.ENROLLED), SYSTEM)
    claim.offers.update(expires_at=timezone.now() - datetime.timedelta(minutes=1))
    assert "候补第 1 位" in page_of(client.get("/me/")).text
    next_one.refresh_from_db()
    assert next_one.status == Status.OFFERED


def test_changing_runs_on_the_site(client, district, me):
    run = make_run(district)
    other = make_run(district, learning=run.learning, starts_at=datetime.time(9), ends_at=datetime.time(10))
    claim = enrol(me, run, SYSTEM)
    address = reverse("enrolments:change", args=[claim.receipt])
    assert other.pattern_words in page_of(client.get(address)).text
    response = client.post(address, {"run": other.code}, follow=True)
    assert "报上了" in page_of(response).h1.text
    claim.refresh_from_db()
    assert claim.status == Status.TRANSFERRED


def test_the_slip_says_everything(client, district, me):
    claim = enrol(me, make_run(district), SYSTEM)
    text = page_of(client.get(reverse("enrolments:slip", args=[claim.receipt]))).text
    for word in (claim.receipt, "王秀英", claim.class_run.learning.title, claim.class_run.pattern_words):
        assert word in text


def test_signed_out_everything_of_mine_asks_to_sign_in(client, district):
    make_run(district, seated=1)
    claim = Enrolment.objects.get()
    for address in ("/me/", reverse("enrolments:enrolment", args=[claim.receipt])):
        response = client.get(address)
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))


def test_the_number_of_queries_does_not_grow_with_the_classes(client, district, me):
    """One of each kind: a seat, a place in a list, an offer; then three of each."""

    def three_kinds(first_hour):
        hours = [
            {"starts_at": datetime.time(h), "ends_at": datetime.time(h, 50)} for h in range(first_hour, first_hour + 3)
        ]
        enrol(me, make_run(district, **hours[0]), SYSTEM)
        enrol(me, make_run(district, capacity=1, seated=1, **hours[1]), SYSTEM)
        offered = make_run(district, capacity=1, seated=1, **hours[2])
        enrol(me, offered, SYSTEM)
        withdraw(Enrolment.objects.get(class_run=offered, status=Status.ENROLLED), SYSTEM)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/me/").status_code == 200
        return len(captured)

    three_kinds(6)
    for _time in range(2):  # the first page ever makes the row of the settings: a change
        queries()
    few = queries()
    three_kinds(9)
    three_kinds(12)
    queries()  # what is kept of the site is read once after a change
    assert queries() == few
    assert Enrolment.objects.filter(resident=me).count() == 9


@pytest.mark.parametrize("address", ["/enrol/%00/", "/me/enrolments/%00/", "/me/enrolments/%E7%94%B2/"])
def test_an_address_that_no_database_takes_is_not_there(client, district, me, address):
    assert client.get(address).status_code == 404


def test_a_draft_keeps_only_what_was_asked_and_not_without_end(client, district):
    run = make_run(district)
    client.post(way(run), {"question": "name", "name": "甲" * 5000, "anything": "x" * 5000})
    (draft,) = [value for name, value in client.session.items() if name.startswith("enrol-draft")]
    assert draft == {"name": "甲" * 100}


def test_a_course_page_leads_to_the_way(client, district):
    run = make_run(district)
    soup = BeautifulSoup(client.get(run.learning.url).content, "html.parser")
    assert soup.find("a", href=way(run)).text.strip() == "我要报名"


def test_a_minor_with_an_own_login_is_sent_to_the_parents(client, district):
    minor = ResidentFactory(own=True, birth_month=birth_month(16), user=UserFactory())
    client.force_login(minor.user)
    assert page_of(client.get(way(make_run(district)))).find(id="guardian")


def test_the_key_of_one_person_sent_for_another_is_no_error(client, district, me):
    child = GuardianshipFactory(guardian=me.user, resident__child=True).resident
    run = make_run(district)
    for person in (me, child):
        form = {"question": "confirm", "person": person.pk, "key": "12345678-1234-4234-8234-123456789abc"}
        assert client.post(way(run), form).status_code == 302
    assert Enrolment.objects.filter(status=Status.ENROLLED).count() == 2

"""The pages below /me/ and /privacy/: what residents see, and that nobody sees another's."""

import json

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import services
from accounts.consents import TEXTS
from accounts.enums import ConsentPurpose, NoticeKind, Relation
from accounts.models import Consent, Guardianship, Resident, User
from accounts.retention import RETENTION
from core.errors import DomainError
from tests.factories.network import NeighbourhoodFactory
from tests.factories.people import ConsentFactory, GuardianshipFactory, ResidentFactory, UserFactory, birth_month

pytestmark = pytest.mark.django_db

PERSONAL = ["people", "add_person", "claim_person", "consents", "data", "export", "erase_account", "notices"]


@pytest.fixture(autouse=True)
def no_tries_yet():
    cache.clear()


@pytest.fixture
def me(district, client):
    """An adult with a login, signed in."""
    resident = ResidentFactory(own=True, name="王小丫")
    client.force_login(resident.user)
    return resident


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def words(response):
    return soup(response).main.get_text(" ", strip=True)


def person(**changes):
    return {
        "name": "小明",
        "birth_year": birth_month(9).year,
        "birth_month": birth_month(9).month,
        "consent": "on",
    } | changes


@pytest.mark.parametrize("name", PERSONAL)
def test_personal_pages_need_a_login_and_stay_in_no_cache(name, district, client):
    address = reverse(f"accounts:{name}")
    answer = client.get(address)
    assert answer.status_code == 302
    assert address in answer["Location"].replace("%2F", "/")
    client.force_login(ResidentFactory(own=True).user)
    answer = client.get(address)
    assert answer.status_code == 200
    assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))


@pytest.mark.parametrize("name", ["edit_person", "leave_person", "erase_person"])
def test_anothers_number_is_404(name, me, client):
    stranger = ResidentFactory()
    address = reverse(f"accounts:{name}", args=[stranger.pk])
    assert client.post(address, {"name": "改了", "confirm": "1"}).status_code == 404
    stranger.refresh_from_db()
    assert stranger.name != "改了"
    assert client.get(reverse(f"accounts:{name}", args=[10**30])).status_code in {404, 405}


@pytest.mark.parametrize("name", [*PERSONAL[:5], *PERSONAL[6:]])
def test_one_heading_and_the_menu_shows_where_one_is(name, me, client):
    page = soup(client.get(reverse(f"accounts:{name}")))
    assert len(page.find_all("h1")) == 1
    assert page.html["lang"] == "zh-Hans"
    assert page.find("meta", attrs={"name": "robots"})["content"] == "noindex"


def test_adding_a_child_asks_who_then_the_form_then_the_guardians_consent(me, client):
    address = reverse("accounts:add_person")
    links = [link["href"] for link in soup(client.get(address)).select(".me-choices a")]
    assert f"?who={Relation.CHILD}" in links
    assert "?who=self" not in links, "own data are there already"
    answer = client.post(f"{address}?who=child", person())
    assert answer.status_code == 422
    assert "请监护人单独勾选同意" in words(answer)
    assert soup(answer).find("input", attrs={"name": "name"})["value"] == "小明", "nothing typed is lost"
    answer = client.post(f"{address}?who=child", person(child_consent="on"), follow=True)
    assert "小明已经添加" in words(answer)
    assert services.residents_of(me.user).count() == 2


def test_own_data_first_and_on_to_where_one_came_from(district, client):
    user = UserFactory(phone="+8613800138000")
    client.force_login(user)
    address = reverse("accounts:add_person")
    page = soup(client.get(f"{address}?who=self&next=/courses/"))
    assert page.find("input", attrs={"name": "next"})["value"] == "/courses/"
    assert page.find("input", attrs={"name": "phone"}) is None
    answer = client.post(f"{address}?who=self", {"name": "王小丫", "consent": "on", "next": "/courses/"})
    assert answer["Location"] == "/courses/"
    assert Resident.objects.get(user=user).phone == "13800138000"


def test_no_way_to_another_site(district, client):
    client.force_login(UserFactory())
    answer = client.post(
        reverse("accounts:add_person") + "?who=self",
        {"name": "王小丫", "consent": "on", "next": "https://evil.example/"},
    )
    assert answer["Location"] == reverse("accounts:people")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "请填写姓名"),
        ({"name": "长" * 61}, "60"),
        ({"name": "王\u200b丫"}, "看不见的符号"),
        ({"name": "王\x00丫"}, "看不见的符号"),
        ({"contact_phone": "\x00"}, "电话号码不对"),
        ({"birth_year": "abcd"}, "年份是 4 位数字"),
        ({"birth_year": "99999999999999999999"}, "年份是 4 位数字"),
        ({"birth_year": "1812"}, "年份是 4 位数字"),
        ({"birth_month": "13"}, "13"),
        ({"birth_month": ""}, "年份和月份都要填"),
        ({"birth_year": "", "birth_month": ""}, "请填出生年月"),
        ({"place": "n-99999999"}, "n-99999999"),
        ({"phone": "123"}, "电话号码不对"),
        ({"consent": ""}, "请先勾选同意"),
    ],
)
def test_what_is_wrong_is_said_in_chinese(changes, sentence, me, client):
    answer = client.post(reverse("accounts:add_person") + "?who=grandchild", person(child_consent="on", **changes))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert Resident.objects.count() == 1


def test_the_neighbourhood_is_chosen_from_the_list(me, client, district):
    ours = NeighbourhoodFactory(street=district.street, name="界泾桥社区")
    address = reverse("accounts:edit_person", args=[me.pk])
    groups = soup(client.get(address)).select("select[name=place] optgroup")
    assert [group["label"] for group in groups] == ["清名桥街道", "南禅寺街道"]
    assert next(option.text for option in groups[0].find_all("option")) == "界泾桥社区"
    typed = {"name": me.name}
    for value, expected in (
        (f"n-{ours.pk}", (district.street.pk, ours.pk, False)),
        (f"s-{district.other_street.pk}", (district.other_street.pk, None, False)),
        ("outside", (None, None, True)),
        ("", (None, None, False)),
    ):
        assert client.post(address, typed | {"place": value}).status_code == 302
        me.refresh_from_db()
        assert (me.street_id, me.neighbourhood_id, me.outside_district) == expected
        chosen = soup(client.get(address)).select_one("select[name=place] option[selected]")
        assert (chosen["value"] if chosen else "") == value


def test_saving_the_form_as_it_came_changes_nothing(me, client):
    before = Resident.objects.filter(pk=me.pk).values().get()
    address = reverse("accounts:edit_person", args=[me.pk])
    form = soup(client.get(address)).select_one("main form")
    typed = {field["name"]: field.get("value", "") for field in form.select("input[name]:not([type=checkbox])")}
    for select in form.select("select"):
        chosen = select.select_one("option[selected]")
        typed[select["name"]] = chosen["value"] if chosen else ""
    assert client.post(address, typed).status_code == 302
    assert Resident.objects.filter(pk=me.pk).values().get() == before


def test_leaving_the_last_way_is_refused_with_the_reason(me, client):
    mother = GuardianshipFactory(guardian=me.user, relation=Relation.PARENT, resident__name="老母亲").resident
    answer = client.post(reverse("accounts:leave_person", args=[mother.pk]))
    assert answer.status_code == 422
    assert "现在只有您能替老母亲办理" in words(answer)
    GuardianshipFactory(resident=mother)
    assert client.post(reverse("accounts:leave_person", args=[mother.pk])).status_code == 302
    assert Guardianship.objects.filter(guardian=me.user, ends_on=None).count() == 0


def test_what_the_counter_wrote_is_offered_without_a_name(district, client):
    user = UserFactory(phone="+8613800138000")
    ResidentFactory(name="欧阳修", phone="13800138000")
    client.force_login(user)
    page = words(client.get(reverse("accounts:people")))
    assert "登记过 1 个人" in page
    assert "欧阳" not in page
    claim = reverse("accounts:claim_person")
    wrong = client.post(claim, {"name": "欧阳", "relation": "self", "consent": "on"})
    assert wrong.status_code == 422
    assert client.post(claim, {"name": "欧阳修", "relation": "self", "consent": "on"}).status_code == 302
    assert Resident.objects.get(user=user).name == "欧阳修"


def test_every_purpose_has_its_text():
    assert set(TEXTS) == set(ConsentPurpose)


def test_consents_are_given_and_taken_back(me, client):
    address = reverse("accounts:consents")
    texting = {"purpose": ConsentPurpose.TEXTING, "resident": me.pk}
    client.post(address, texting | {"act": "give"})
    assert services.has_consent(ConsentPurpose.TEXTING, resident=me)
    client.post(address, texting | {"act": "give"})
    client.post(address, texting | {"act": "withdraw"})
    assert not services.has_consent(ConsentPurpose.TEXTING, resident=me)
    assert Consent.objects.filter(purpose=ConsentPurpose.TEXTING).count() == 1
    assert "已撤回" in words(client.get(address))
    client.post(address, {"purpose": ConsentPurpose.ENROLMENT, "resident": me.pk, "act": "withdraw"})
    assert not services.has_consent(ConsentPurpose.ENROLMENT, resident=me)


def test_taking_back_the_account_is_erasing_it(me, client):
    ConsentFactory(user=me.user, purpose=ConsentPurpose.ACCOUNT)
    page = soup(client.get(reverse("accounts:consents")))
    assert page.find("a", href=reverse("accounts:erase_account"))
    answer = client.post(reverse("accounts:consents"), {"purpose": ConsentPurpose.ACCOUNT, "act": "withdraw"})
    assert answer.status_code == 422
    assert services.has_consent(ConsentPurpose.ACCOUNT, user=me.user)


@pytest.mark.parametrize(
    "typed", [{"purpose": "spying"}, {"purpose": "texting", "resident": "x"}, {"purpose": "texting"}]
)
def test_a_forged_consent_is_404(typed, me, client):
    assert client.post(reverse("accounts:consents"), typed | {"act": "give"}).status_code == 404


def test_nobody_consents_for_a_stranger(me, client):
    stranger = ResidentFactory()
    typed = {"purpose": ConsentPurpose.TEXTING, "resident": stranger.pk, "act": "give"}
    assert client.post(reverse("accounts:consents"), typed).status_code == 404


def test_a_newer_text_asks_again(me):
    old = services.give_consent(ConsentPurpose.TEXTING, resident=me, version="2020-01")
    new = services.give_consent(ConsentPurpose.TEXTING, resident=me)
    old.refresh_from_db()
    assert old.withdrawn_at
    assert (new.version, new.withdrawn_at) != ("2020-01", None)
    with pytest.raises(DomainError):
        services.withdraw_consent(ConsentPurpose.CHILD, resident=me)


def test_the_download_is_a_json_file(me, client):
    answer = client.get(reverse("accounts:export"))
    assert answer["Content-Type"] == "application/json"
    assert "attachment" in answer["Content-Disposition"]
    assert json.loads(answer.content)["people"][0]["name"] == "王小丫"
    assert "王小丫" in answer.content.decode()


def test_erasing_says_first_what_goes_and_what_stays(me, client):
    address = reverse("accounts:erase_account")
    page = words(client.get(address))
    assert "王小丫的姓名、电话" in page
    for item in services.kept_of([me]):
        assert item.what in page
        assert item.why in page
        assert item.until in page
    answer = client.post(address)
    assert answer.status_code == 422
    assert "请先勾选" in words(answer)
    me.refresh_from_db()
    assert me.erased_at is None
    answer = client.post(address, {"confirm": "1"}, follow=True)
    assert "已经注销" in words(answer)
    assert not User.objects.get(pk=me.user_id).is_active
    assert client.get(reverse("accounts:data")).status_code == 302


def test_erasing_one_of_the_family(me, client):
    child = GuardianshipFactory(guardian=me.user, resident__child=True, resident__name="小明").resident
    answer = client.post(reverse("accounts:erase_person", args=[child.pk]), {"confirm": "1"}, follow=True)
    assert "资料已经注销" in words(answer)
    assert "小明" not in words(answer)
    assert client.get(reverse("accounts:erase_person", args=[me.pk]))["Location"] == reverse("accounts:erase_account")


def test_the_inbox_counts_shows_and_marks_read(me, client):
    mother = GuardianshipFactory(guardian=me.user, resident__name="老母亲").resident
    services.notify(me, NoticeKind.ENROLLED, "报上名了", "第一次课：周三")
    services.notify(mother, NoticeKind.MOVED, "改期了", address="/courses/")
    services.notify(ResidentFactory(), NoticeKind.MOVED, "别人的通知")
    assert soup(client.get(reverse("accounts:people"))).select_one(".me-count").text.startswith("2")
    page = soup(client.get(reverse("accounts:notices")))
    assert [title.text for title in page.select(".me-notice h2")] == ["改期了", "报上名了"]
    assert len(page.select(".me-notice .label-open")) == 2
    assert "老母亲" in page.main.text
    assert "别人的通知" not in page.main.text
    again = soup(client.get(reverse("accounts:notices")))
    assert not again.select(".me-notice .label-open")
    assert not again.select(".me-count")


def test_the_inbox_costs_the_same_for_many(me, client):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("accounts:notices"))
        return len(queries)

    for _number in range(2):
        services.notify(me, NoticeKind.MOVED, "改期了")
    for _time in range(2):  # the first page ever makes the row of the settings: a change
        client.get(reverse("accounts:notices"))
    few = cost()
    for _number in range(6):
        services.notify(me, NoticeKind.MOVED, "改期了")
    client.get(reverse("accounts:notices"))
    assert cost() == few


def test_the_privacy_page_has_every_purpose_and_every_period(district, client):
    page = words(client.get("/privacy/"))
    for text in TEXTS.values():
        assert str(text.title) in page
    for period in RETENTION:
        assert str(period.how_long) in page
    assert "尚未指定" in page, "a contact is never invented"
    children = client.get("/privacy/children/")
    assert "监护人单独同意" in words(children)
    assert len(soup(children).find_all("h1")) == 1

"""The counter: everybody's rules and chances, a person made together with the place or not at all, own streets only."""

import datetime
import uuid

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from accounts.enums import AccessKind, ConsentPurpose
from accounts.models import Consent, RecordAccess, Resident
from core.services import sync_roles
from enrolments.audit import audit
from enrolments.enums import Route, SeatKind, Status
from enrolments.models import Enrolment
from enrolments.services.core import online
from enrolments.services.places import enrol
from tests.enrolments.drawing import draw_run
from tests.factories.accounts import member
from tests.factories.enrolments import make_run
from tests.factories.learning import CoursePageFactory
from tests.factories.network import NeighbourhoodFactory
from tests.factories.people import ResidentFactory, birth_month
from tests.factories.timetable import AudienceFactory, ClassRunFactory
from timetable.enums import EnrolMode, Residence
from timetable.services import save_class_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def roles(district):
    sync_roles()
    return district


@pytest.fixture
def clerk(roles, client):
    user = member("counter_clerk", roles.street)
    client.force_login(user)
    return user


@pytest.fixture
def run(roles):
    return make_run(roles, capacity=3, counter_quota=1)


def person(run, **changes):
    """What the clerk types for 王秀英, an adult with a telephone."""
    data = {
        "run": run.code,
        "key": str(uuid.uuid4()),
        "name": "王秀英",
        "phone": "13900001111",
        "adult": "on",
        "consent": "on",
    }
    return {name: value for name, value in {**data, **changes}.items() if value is not None}


def post(client, run, **changes):
    return client.post(reverse("counter:index"), person(run, **changes))


def taken(response):
    assert response.status_code == 302, response.context["form"].errors or response.context["error"]
    claim = Enrolment.objects.latest("pk")
    assert response.url == reverse("counter:slip", args=[claim.receipt])
    return claim


class TestTheDoor:
    @pytest.mark.parametrize(
        ("key", "allowed"),
        [
            ("counter_clerk", True),
            ("street_lead", True),
            ("street_editor", False),
            ("district_office", True),
            ("college", False),
            ("auditor", False),
        ],
    )
    def test_who_may_use_it(self, roles, client, run, key, allowed):
        per_street = key.startswith(("street", "counter"))
        client.force_login(member(key, roles.street if per_street else None))
        for address in (reverse("counter:index"), reverse("counter:find")):
            response = client.get(address)
            assert (response.status_code == 200) is allowed
            if not allowed:
                assert response.url == reverse("wagtailadmin_home")
        assert (client.post(reverse("counter:index"), person(run)).url != reverse("wagtailadmin_home")) is allowed
        assert Enrolment.objects.exists() is allowed
        home = client.get(reverse("wagtailadmin_home")).content.decode()
        refused = f"· {reverse('counter:index')}"  # what the auditor's home says of the attempts above
        assert (reverse("counter:index") in home.replace(refused, "")) is allowed

    def test_classes_of_other_streets_are_not_served(self, roles, client, clerk, run):
        other = ClassRunFactory(learning=CoursePageFactory(parent=roles.other_street))
        page = client.get(reverse("counter:index"))
        assert [row.code for row in page.context["runs"]] == [run.code]
        assert client.get(reverse("counter:index"), {"run": other.code}).url == reverse("counter:index")
        assert post(client, other).url == reverse("counter:index")
        assert not Resident.objects.exists()
        claim = enrol(ResidentFactory(name="李明", phone="13900002222"), other, online(None))
        for name in ("counter:claim", "counter:slip"):
            assert client.get(reverse(name, args=[claim.receipt])).status_code == 404
        assert (
            client.post(reverse("counter:claim", args=[claim.receipt]), {"do": "withdraw", "sure": "on"}).status_code
            == 404
        )
        assert client.post(reverse("counter:find"), {"receipt": claim.receipt}).status_code == 422
        assert client.post(reverse("counter:find"), {"name": "李明", "phone": "13900002222"}).status_code == 422
        claim.refresh_from_db()
        assert claim.status == Status.ENROLLED

    def test_nothing_is_kept_in_a_cache(self, client, clerk, run):
        claim = taken(post(client, run))
        for address in (reverse("counter:index"), reverse("counter:slip", args=[claim.receipt])):
            assert "no-store" in client.get(address)["Cache-Control"]


class TestChoosing:
    def test_open_ones_soonest_first_with_places_and_quota(self, roles, client, clerk, run):
        sooner = make_run(roles, starts_on=timezone.localdate() + datetime.timedelta(days=2), capacity=9)
        make_run(roles, enrol_closes_at=timezone.now() - datetime.timedelta(hours=1))
        make_run(roles, mode=EnrolMode.WALK_IN)
        page = client.get(reverse("counter:index"))
        assert [row.code for row in page.context["runs"]] == [sooner.code, run.code]
        assert "余 2 名（共 3 名）<br>窗口另留 1 名" in page.content.decode()

    def test_what_has_begun_stands_first_as_long_as_one_may_join(self, roles, client, clerk, run):
        today, days = timezone.localdate(), datetime.timedelta(days=1)
        begun = {"starts_on": today - 7 * days, "capacity": 9}
        joinable = make_run(roles, **begun, join_until=today)
        for join_until in (None, today - days):
            make_run(roles, **begun, join_until=join_until)
        page = client.get(reverse("counter:index"))
        assert [row.code for row in page.context["runs"]] == [joinable.code, run.code]

    def test_one_hit_is_the_class(self, roles, client, clerk, run):
        make_run(roles)
        response = client.get(reverse("counter:index"), {"q": run.code.lower()})
        assert response.url == f"{reverse('counter:index')}?run={run.code}"

    @pytest.mark.parametrize("query", ["没有的班", "\0", "%", "' OR 1=1", "甲" * 500])
    def test_any_words_may_be_typed(self, client, clerk, run, query):
        assert client.get(reverse("counter:index"), {"q": query}).status_code == 200

    def test_a_closed_class_says_so_before_anybody_types(self, roles, client, clerk):
        closed = make_run(roles, enrol_closes_at=timezone.now() - datetime.timedelta(hours=1))
        page = client.get(reverse("counter:index"), {"run": closed.code}).content.decode()
        assert "这个班现在不能登记" in page
        assert 'name="name"' not in page

    def test_a_constant_number_of_queries(self, roles, client, clerk, run, django_assert_max_num_queries):
        for _count in range(6):
            make_run(roles)
        client.get(reverse("counter:index"))
        with django_assert_max_num_queries(22):
            client.get(reverse("counter:index"))


class TestRegistering:
    def test_a_person_and_a_place_with_the_clerks_name_on_it(self, client, clerk, run):
        claim = taken(post(client, run, checked="on"))
        assert (claim.status, claim.route, claim.created_by) == (Status.ENROLLED, Route.COUNTER, clerk)
        assert claim.seat.kind == SeatKind.COUNTER
        assert [(event.route, event.actor) for event in claim.events.all()] == [(Route.COUNTER, clerk)]
        someone = claim.resident
        assert (someone.name, someone.phone, someone.user) == ("王秀英", "13900001111", None)
        assert (someone.checked_on, someone.checked_by) == (timezone.localdate(), clerk)
        consent = Consent.objects.get(resident=someone)
        assert (consent.purpose, consent.recorded_by) == (ConsentPurpose.ENROLMENT, clerk)
        slip = client.get(reverse("counter:slip", args=[claim.receipt])).content.decode()
        for words in (claim.receipt, "王秀英", "已录取", "14:00", run.centre.title, "再登记一位", "data-print"):
            assert words in slip
        assert "13900001111" not in slip
        assert list(audit()) == []

    def test_without_a_telephone_the_month_of_birth_tells_people_apart(self, client, clerk, run):
        response = post(client, run, phone="")
        assert response.status_code == 422
        assert "没有电话时请填出生年月" in str(response.context["form"].errors["born"])
        first = taken(post(client, run, phone="", born="1954-3"))
        assert first.resident.birth_month == datetime.date(1954, 3, 1)
        again = post(client, run, phone="", born="１９５４０３", adult=None)
        assert again.url == reverse("counter:slip", args=[first.receipt])
        assert (Resident.objects.count(), Enrolment.objects.count()) == (1, 1)

    def test_pressed_twice(self, client, clerk, run):
        data = person(run)
        first, second = (client.post(reverse("counter:index"), data) for _press in range(2))
        assert first.url == second.url
        assert (Resident.objects.count(), Enrolment.objects.count()) == (1, 1)

    def test_the_form_of_the_last_one_brought_back(self, client, clerk, run):
        """The browser's "back" shows the old form with its key; the next person still gets a place of their own."""
        data = person(run)
        client.post(reverse("counter:index"), data)
        taken(client.post(reverse("counter:index"), {**data, "name": "李建国", "phone": "13900003333"}))
        assert set(Enrolment.objects.values_list("resident__name", flat=True)) == {"王秀英", "李建国"}

    def test_somebody_known_is_found_and_brought_up_to_date(self, roles, client, clerk):
        home = NeighbourhoodFactory(street=roles.street)
        known = ResidentFactory(name="王秀英", phone="13900001111", birth_month=None, consents=[])
        run = make_run(roles, residence=Residence.STREET, age_min=60)
        claim = taken(post(client, run, born="195403", home=f"n-{home.pk}", adult=None))
        known.refresh_from_db()
        assert claim.resident == known
        assert (known.birth_month, known.neighbourhood, known.street) == (datetime.date(1954, 3, 1), home, roles.street)
        assert Consent.objects.get(resident=known).recorded_by == clerk

    def test_another_month_of_birth_is_not_written_over(self, client, clerk, run):
        known = ResidentFactory(name="王秀英", phone="13900001111", birth_month=datetime.date(1950, 1, 1))
        response = post(client, run, born="198007")
        assert response.status_code == 422
        assert "出生年月是另一个" in str(response.context["form"].errors["born"])
        known.refresh_from_db()
        assert known.birth_month == datetime.date(1950, 1, 1)

    def test_a_draw_is_entered_with_the_same_chance(self, roles, client, clerk, time_machine):
        run = draw_run(roles)
        time_machine.move_to(run.enrol_opens_at + datetime.timedelta(hours=1))
        client.force_login(clerk)
        claim = taken(post(client, run))
        assert (claim.status, claim.route) == (Status.ENTERED, Route.COUNTER)
        assert "报名抽签回执" in client.get(reverse("counter:slip", args=[claim.receipt])).content.decode()


class TestChildren:
    def child(self, run, **changes):
        born = f"{birth_month(9):%Y%m}"
        guardian = {"contact_name": "王芳", "relation": "父母", "contact_phone": "13900004444", "child_consent": "on"}
        return person(run, **{"name": "王小宝", "phone": "", "born": born, "adult": None, **guardian, **changes})

    def test_with_the_guardian_who_agrees(self, client, clerk, run):
        claim = taken(client.post(reverse("counter:index"), self.child(run)))
        assert claim.resident.contact_name == "王芳（父母）"
        purposes = Consent.objects.filter(recorded_by=clerk).values_list("purpose", flat=True)
        assert set(purposes) == {ConsentPurpose.ENROLMENT, ConsentPurpose.CHILD}

    @pytest.mark.parametrize("missing", ["contact_name", "relation", "contact_phone", "child_consent"])
    def test_not_without(self, client, clerk, run, missing):
        response = client.post(reverse("counter:index"), self.child(run, **{missing: None}))
        assert response.status_code == 422
        assert response.context["form"].errors[missing]
        assert not Resident.objects.exists()

    def test_an_age_must_be_said(self, client, clerk, run):
        response = post(client, run, adult=None)
        assert "请填出生年月，或者勾选" in str(response.context["form"].errors["born"])


class TestRefusals:
    def test_nothing_typed_is_lost_and_nobody_is_kept(self, roles, client, clerk):
        run = make_run(roles, capacity=1, seated=1)
        near = ClassRunFactory(learning=run.learning, name="晚班")
        far = ClassRunFactory(learning=CoursePageFactory(parent=roles.other_street))
        people = Resident.objects.count()
        response = post(client, run, phone="139 0000 1111")
        assert response.status_code == 409
        page = response.content.decode()
        assert "名额报满了" in page
        assert 'value="139 0000 1111"' in page
        assert f'name="switch" value="{near.code}"' in page
        assert far.code not in page
        assert Resident.objects.count() == people

    def test_the_list_is_joined_when_asked(self, roles, client, clerk):
        run = make_run(roles, capacity=1, seated=1)
        claim = taken(post(client, run, wait="on"))
        assert (claim.status, claim.queue_no) == (Status.WAITING, 1)
        assert "候补中第 1 位" in client.get(reverse("counter:slip", args=[claim.receipt])).content.decode()

    def test_the_alternative_takes_the_person_along(self, roles, client, clerk):
        run = make_run(roles, capacity=1, seated=1)
        near = ClassRunFactory(learning=run.learning)
        page = post(client, run, switch=near.code).content.decode()
        assert f'name="run" value="{near.code}"' in page
        assert 'value="王秀英"' in page
        assert BeautifulSoup(page, "html.parser").find(id="id_consent").has_attr("checked")

    @pytest.mark.parametrize(
        ("rule", "typed", "box", "words"),
        [
            ({"age_min": 60}, {}, "born", "请先填写出生年月"),
            ({"residence": Residence.DISTRICT}, {}, "home", "请先选择住在哪个街道"),
            ({"relative_from_age": 70}, {"born": "194001"}, "contact_name", "要留一位家属"),
            ({"health_notice": "动作较快。"}, {}, "health", "请先看健康提醒"),
        ],
    )
    def test_what_the_class_asks_is_asked_at_its_box(self, roles, client, clerk, rule, typed, box, words):
        response = post(client, make_run(roles, **rule), **typed)
        assert response.status_code == 422
        assert words in str(response.context["form"].errors[box])
        assert not Resident.objects.exists()

    def test_the_audience_is_asked(self, roles, client, clerk):
        run = make_run(roles, audience_only=True)
        run.learning.audiences.add(AudienceFactory(name="退役军人"))
        run.learning.save()
        response = post(client, run)
        assert "请先确认属于其中一类" in str(response.context["form"].errors["audience"])
        taken(post(client, run, audience="on"))

    def test_too_young_is_said_in_words(self, roles, client, clerk):
        response = post(client, make_run(roles, age_min=60), born="199001")
        assert response.status_code == 409
        assert "这个班要求满 60 岁" in response.content.decode()

    @pytest.mark.parametrize(
        ("typed", "box"),
        [
            ({"name": ""}, "name"),
            ({"name": "王" * 61}, "name"),
            ({"name": "王\u202e英"}, "name"),
            ({"phone": "12345"}, "phone"),
            ({"born": "明年"}, "born"),
            ({"born": "195413"}, "born"),
            ({"born": "209901"}, "born"),
            ({"consent": None}, "consent"),
            ({"key": "x"}, "key"),
            ({"contact_phone": "abc"}, "contact_phone"),
        ],
    )
    def test_wrong_input_gets_a_sentence(self, client, clerk, run, typed, box):
        response = post(client, run, **typed)
        assert response.status_code == 422
        assert response.context["form"].errors[box]
        assert not Enrolment.objects.exists()


class TestTheirClaims:
    @pytest.fixture
    def claim(self, run):
        return enrol(ResidentFactory(name="李明", phone="13900002222"), run, online(None))

    def do(self, client, claim, verb, **data):
        return client.post(reverse("counter:claim", args=[claim.receipt]), {"do": verb, **data})

    def test_found_by_receipt(self, client, clerk, claim):
        typed = f" {claim.receipt[:4].lower()} {claim.receipt[4:].lower()} "
        response = client.post(reverse("counter:find"), {"receipt": typed}, follow=True)
        assert response.redirect_chain[0][0] == reverse("counter:claim", args=[claim.receipt])
        assert "李明" in response.content.decode()

    def test_found_by_exact_name_and_telephone_only(self, client, clerk, claim):
        for wrong in (
            {"name": "李", "phone": "13900002222"},
            {"name": "李明", "phone": "13900002223"},
            {"name": "李明"},
            {},
        ):
            assert client.post(reverse("counter:find"), wrong).status_code == 422
        response = client.post(reverse("counter:find"), {"name": "李明", "phone": "139-0000-2222"}, follow=True)
        assert claim.receipt in response.content.decode()

    def test_found_by_month_of_birth_without_a_telephone(self, client, clerk, run):
        someone = ResidentFactory(name="赵大爷", phone="", birth_month=datetime.date(1945, 2, 1))
        claim = enrol(someone, run, online(None))
        response = client.post(reverse("counter:find"), {"name": "赵大爷", "phone": "194502"}, follow=True)
        assert claim.receipt in response.content.decode()

    def test_what_was_found_is_for_this_clerk_and_for_a_while(self, roles, client, clerk, claim, time_machine):
        address = client.post(reverse("counter:find"), {"name": "李明", "phone": "13900002222"}).url
        client.force_login(member("street_lead", roles.street))
        assert client.get(address).status_code == 404
        client.force_login(clerk)
        assert client.get(address[:-2] + "x/").url == reverse("counter:find")
        time_machine.move_to(timezone.now() + datetime.timedelta(hours=2))
        client.force_login(clerk)
        assert client.get(address).url == reverse("counter:find")

    def test_every_look_is_logged_without_the_name(self, client, clerk, claim):
        client.get(reverse("counter:claim", args=[claim.receipt]))
        client.get(client.post(reverse("counter:find"), {"name": "李明", "phone": "13900002222"}).url)
        looks = RecordAccess.objects.filter(kind=AccessKind.OPENED).order_by("pk")
        assert [(look.user_number, look.resident_number) for look in looks] == [(clerk.pk, claim.resident_id)] * 2
        assert [look.view for look in looks] == ["counter:claim", "counter:person"]
        assert not any("李明" in str(value) for look in looks.values() for value in look.values())

    def test_leaving_is_asked_twice_and_logged(self, client, clerk, claim):
        assert self.do(client, claim, "withdraw").status_code == 409
        claim.refresh_from_db()
        assert claim.status == Status.ENROLLED
        assert self.do(client, claim, "withdraw", sure="on").status_code == 302
        claim.refresh_from_db()
        event = claim.events.last()
        assert (claim.status, event.route, event.actor) == (Status.WITHDRAWN, Route.COUNTER, clerk)
        assert list(audit()) == []

    def test_an_offer_is_accepted_for_them(self, roles, client, clerk):
        run = make_run(roles, capacity=1)
        first, second = (enrol(ResidentFactory(), run, online(None)) for _person in range(2))
        self.do(client, first, "withdraw", sure="on")
        assert "接受名额" in client.get(reverse("counter:claim", args=[second.receipt])).content.decode()
        self.do(client, second, "accept")
        second.refresh_from_db()
        assert second.status == Status.ENROLLED

    def test_another_run_of_the_course(self, client, clerk, run, claim):
        other = ClassRunFactory(
            learning=run.learning, name="晚班", capacity=1, counter_quota=1, health_notice="慢慢来。"
        )
        assert other.code in client.get(reverse("counter:claim", args=[claim.receipt])).content.decode()
        assert self.do(client, claim, "transfer", run=other.code).status_code == 409
        response = self.do(client, claim, "transfer", run=other.code, told="on")
        made = Enrolment.objects.get(class_run=other)
        assert response.url == reverse("counter:slip", args=[made.receipt])
        assert (made.status, made.seat.kind) == (Status.ENROLLED, SeatKind.COUNTER)
        claim.refresh_from_db()
        assert claim.status == Status.TRANSFERRED

    @pytest.mark.parametrize(
        "data", [{"do": "transfer"}, {"do": "transfer", "run": "x"}, {"do": "delete"}, {}, {"do": "keep"}]
    )
    def test_what_cannot_be_done_is_said(self, client, clerk, claim, data):
        response = client.post(reverse("counter:claim", args=[claim.receipt]), data)
        assert response.status_code == 409
        assert "没有办成" in response.content.decode()


def test_a_street_that_changes_a_run_keeps_the_counter_true(roles, client, clerk, run):
    run.refresh_from_db()
    run.counter_quota = 0
    save_class_run(run)
    page = client.get(reverse("counter:index")).content.decode()
    assert "余 3 名（共 3 名）" in page
    assert "窗口另留" not in page

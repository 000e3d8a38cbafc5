"""Erasing a person who has everything: no word is left in any table, the list moves up, the figures stay as they were."""

import datetime

import pytest
import time_machine
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log

from accounts import services
from accounts.enums import ConsentPurpose, Relation
from accounts.models import Erasure, User
from accounts.services.privacy import erase_unreached
from core.errors import DomainError
from enrolments.audit import audit
from enrolments.draw_views import published
from enrolments.enums import OfferOutcome, Reason, Status
from enrolments.models import Attendance, CalendarFeed, Certificate, Draw, Enrolment, EnrolmentEvent, Offer
from enrolments.services import attendance, certificates, counter, feeds, places
from enrolments.services.core import SYSTEM, online
from tests.enrolments.classes import at, class_run, mark_all, put
from tests.enrolments.drawing import draw_run, freeze, hold
from tests.factories.enrolments import enrol_someone, make_run
from tests.factories.learning import CoursePageFactory
from tests.factories.network import NeighbourhoodFactory
from tests.factories.people import ConsentFactory, ResidentFactory, UserFactory
from tests.reading import tables_with

pytestmark = pytest.mark.django_db

NAME, PHONE, CONTACT, CONTACT_PHONE = "𠮷野大勇", "13811112222", "赵急联", "13833334444"
BORN = datetime.date(1961, 7, 1)
WORDS = (NAME, PHONE, CONTACT, CONTACT_PHONE, "1961-07", "r-dayong", "13955556666", "dayong@example.org")


@pytest.fixture
def clock():
    with time_machine.travel(at(9, 1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def person(district, clock):
    """A login with its own resident, who is also guardian of a mother."""
    user = UserFactory(username="r-dayong-1", phone=f"+86{PHONE}", email="dayong@example.org")
    ConsentFactory(user=user, purpose=ConsentPurpose.ACCOUNT)
    me = services.add_own_resident(
        user,
        consent=True,
        name=NAME,
        birth_month=BORN,
        neighbourhood=NeighbourhoodFactory(street=district.street),
        contact_name=CONTACT,
        contact_phone=CONTACT_PHONE,
    )
    services.give_consent(ConsentPurpose.LONG_RECORD, resident=me)
    services.add_family_member(user, Relation.PARENT, True, name=f"{NAME}之母", phone="13955556666")
    return me


@pytest.fixture
def claims(district, clock, person):
    """Every kind of claim on a class that one person can have at once, each made by the services, by name."""
    course = CoursePageFactory(parent=district.street, title="书法入门")
    done = class_run(course, centre=district.sub_centre)
    finished, companion = put(done, person), put(done)
    clock.move_to(at(9, 27))
    mark_all(done, {finished: "PPHA", companion: "PPPP"}, by=online(UserFactory()))
    attendance.complete(done, SYSTEM)
    certificates.issue_all(done, SYSTEM)

    by = online(person.user)
    seat_run, full_run, offer_run = (
        make_run(district, weekdays=[day], capacity=1, starts_on=timezone.localdate() + datetime.timedelta(days=14))
        for day in (1, 2, 4)
    )
    seated = places.enrol(person, seat_run, by)
    enrol_someone(seat_run)
    enrol_someone(full_run)
    waiting = places.enrol(person, full_run, by)
    first = enrol_someone(offer_run)
    offered = places.enrol(person, offer_run, by)
    enrol_someone(offer_run)
    places.withdraw(first, SYSTEM)

    drawn_run = draw_run(district, capacity=1, weekdays=[5])
    clock.move_to(drawn_run.enrol_opens_at + datetime.timedelta(minutes=1))
    entered = places.enrol(person, drawn_run, by)
    for _number in range(4):
        enrol_someone(drawn_run)
    freeze(drawn_run)
    hold(drawn_run)
    clerk = User.objects.create_user("chuangkou")
    assisted, known = counter.enrol_someone(
        clerk, make_run(district, weekdays=[6]), {"name": NAME, "phone": PHONE}, checked=True
    )
    assert known
    feeds.open_feed(person)
    log(instance=person, action="wagtail.edit", user=clerk)
    named = {
        "finished": finished,
        "seated": seated,
        "waiting": waiting,
        "offered": offered,
        "entered": entered,
        "assisted": assisted,
    }
    for claim in named.values():
        claim.refresh_from_db()
    assert {claim.resident_id for claim in named.values()} == {person.pk}
    assert (offered.status, seated.status, waiting.status) == (Status.OFFERED, Status.ENROLLED, Status.WAITING)
    return named


def figures():
    """What the district counts, and what the public can recompute."""
    finished = Enrolment.objects.filter(status__in=(Status.COMPLETED, Status.NOT_COMPLETED))
    return {
        "finished": list(finished.order_by().values_list("class_run", "status").annotate(Count("pk"))),
        "claims": Enrolment.objects.count(),
        "marks": list(Attendance.objects.order_by("mark").values_list("mark").annotate(Count("pk"))),
        "certificates": list(Certificate.objects.order_by("pk").values_list("number", "attended", "held", "minutes")),
        "draws": [published(draw) for draw in Draw.objects.all()],
        "first_states": EnrolmentEvent.objects.filter(from_status="").count(),
    }


def test_nothing_of_the_person_is_left_in_any_table(claims, person, client):
    client.force_login(person.user)
    client.get("/me/data/")
    holding_it = set(tables_with(*WORDS))
    assert {
        "accounts_resident",
        "accounts_user",
        "enrolments_certificate",
        "wagtailcore_modellogentry",
    } <= holding_it
    services.erase_login(person.user)
    assert tables_with(*WORDS) == []
    assert not CalendarFeed.objects.exists()
    assert list(audit()) == []


def test_what_was_held_goes_to_the_next_one(claims, person):
    services.erase_login(person.user)
    for name in ("seated", "offered"):
        run = claims[name].class_run
        heir = Enrolment.objects.get(class_run=run, status=Status.OFFERED)
        assert heir.resident_id != person.pk
        assert Offer.objects.get(enrolment=heir, outcome=OfferOutcome.OPEN).seat.class_run_id == run.pk
    for name in ("seated", "offered", "waiting", "assisted"):
        claims[name].refresh_from_db()
        assert claims[name].status == Status.WITHDRAWN
        assert claims[name].events.last().reason == Reason.ERASED
        assert claims[name].seat_id is None
    assert not Offer.objects.filter(enrolment__resident=person, outcome=OfferOutcome.OPEN).exists()


def test_the_figures_and_the_draw_stay_as_they_were(claims, person):
    before = figures()
    assert before["marks"]
    receipt = claims["entered"].receipt
    assert receipt in str(before["draws"])
    services.erase_login(person.user)
    assert figures() == before
    assert Enrolment.objects.get(pk=claims["finished"].pk).status == Status.COMPLETED


def test_a_certificate_of_somebody_erased_names_nobody(claims, person, client):
    certificate = Certificate.objects.get(enrolment=claims["finished"])
    services.erase_login(person.user)
    address = reverse("records:check", args=[certificate.number])
    answer = client.get(address, {"code": certificate.check_code})
    assert answer.status_code == 200
    assert NAME[-1] not in answer.content.decode()
    assert certificate.number in answer.content.decode()


def test_one_of_the_family_is_erased_by_the_one_who_acts_for_them(district, clock, person):
    run = make_run(district, capacity=1)
    child = services.add_family_member(
        person.user, Relation.CHILD, True, True, name="𠮷野宝宝", birth_month=datetime.date(2018, 3, 1)
    )
    places.enrol(child, run, online(person.user))
    heir = enrol_someone(run)
    services.erase_resident(child, by=person.user)
    assert tables_with("𠮷野宝宝", "2018-03") == []
    heir.refresh_from_db()
    assert heir.status == Status.OFFERED
    assert list(audit()) == []


def test_over_http_the_page_says_what_goes_what_stays_and_why(claims, person, client):
    client.force_login(person.user)
    page = client.get(reverse("accounts:erase_account"))
    assert page["Cache-Control"].startswith("max-age=0")
    html = page.content.decode()
    for words in (NAME, "会删掉", "必须留下的", "抽签名单里的回执号", "到课次数", "为了", "留多久", "长期"):
        assert words in html
    assert "名额让给后面的人" in html
    unconfirmed = client.post(reverse("accounts:erase_account"))
    assert unconfirmed.status_code == 422
    assert Enrolment.objects.filter(resident=person).live().exists()
    done = client.post(reverse("accounts:erase_account"), {"confirm": "1"}, follow=True)
    assert done.redirect_chain[-1][0] == reverse("privacy:erased")
    assert "已经注销" in done.content.decode()
    assert tables_with(*WORDS) == []
    kept = Erasure.objects.get(resident_number=person.pk).kept
    assert all(what and why and until for what, why, until in kept)
    assert any("抽签名单" in what for what, _why, _until in kept)
    assert list(audit()) == []


def test_somebody_registered_at_the_counter_alone_is_erased_whole(district, clock):
    clerk = User.objects.create_user("chuangkou")
    enrolment, _known = counter.enrol_someone(clerk, make_run(district), {"name": "𠮷老伯", "phone": "13877778888"})
    resident = enrolment.resident
    erase_unreached(resident)
    assert tables_with("𠮷老伯", "13877778888") == []
    assert Erasure.objects.filter(resident_number=resident.pk).exists()
    other = ResidentFactory(own=True)
    with pytest.raises(DomainError) as refusal:
        erase_unreached(other)
    assert refusal.value.code == "has_login"

"""One's own data: the whole copy, and erasing that leaves no word of a person in any table."""

import json

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from wagtail.log_actions import log
from wagtail.users.models import UserProfile

from accounts import privacy, services
from accounts.enums import ConsentPurpose, NoticeKind, Relation
from accounts.models import Consent, Erasure, Guardianship, Notice, Resident, User
from accounts.selectors import export_of
from core.errors import DomainError
from tests.factories.network import NeighbourhoodFactory
from tests.factories.people import ConsentFactory, GuardianshipFactory, ResidentFactory, UserFactory, birth_month
from tests.reading import tables_with

pytestmark = pytest.mark.django_db

NAME, PHONE, CONTACT, EMAIL = "𠮷野小丫", "13811112222", "赵急联", "xiaoya@example.org"


@pytest.fixture
def holding():
    """An upper floor that holds something."""
    notes = {}
    privacy.register(
        privacy.Holding(
            "places",
            "报名",
            export=lambda resident: [{"note": notes[resident.pk]}] if resident.pk in notes else [],
            erase=lambda resident, now: notes.pop(resident.pk, None),
            kept=lambda resident: [("抽签凭证", "供人核对", "3 年")],
        )
    )
    yield notes
    privacy.unregister("places")


@pytest.fixture
def family(district, client):
    """A login with its own resident, a child that nobody else reaches, and a mother who has a second guardian."""
    user = UserFactory(phone=f"+86{PHONE}", email=EMAIL, username="r-xiaoya-1")
    neighbourhood = NeighbourhoodFactory(street=district.street)
    me = services.add_own_resident(
        user,
        consent=True,
        name=NAME,
        birth_month=birth_month(38),
        neighbourhood=neighbourhood,
        contact_name=CONTACT,
        contact_phone="13833334444",
    )
    child = services.add_family_member(user, Relation.CHILD, True, True, name="𠮷野宝宝", birth_month=birth_month(8))
    mother = services.add_family_member(user, Relation.PARENT, True, name="老母亲")
    GuardianshipFactory(resident=mother)
    ConsentFactory(user=user, purpose=ConsentPurpose.ACCOUNT)
    for resident in (me, child):
        services.notify(resident, NoticeKind.ENROLLED, f"{resident.name}报上名了", f"{NAME}，电话 {PHONE}")
    UserProfile.get_for_user(user)
    log(instance=me, action="wagtail.edit", user=None)
    client.force_login(user)
    session = client.session
    session["draft"] = {"name": NAME, "phone": PHONE}
    session.save()
    return user, me, child, mother


def test_the_copy_has_everything_about_a_login_and_its_people(family, holding):
    user, me, _child, mother = family
    holding[me.pk] = "国画入门"
    user.look = "elder-2.dark"
    copy = json.loads(json.dumps(export_of(user)))
    assert copy["login"]["look"] == "elder-2.dark"
    assert copy["login"]["phone"] == f"+86{PHONE}"
    assert copy["login"]["consents"][0]["purpose"] == ConsentPurpose.ACCOUNT.label
    mine, hers, mothers = copy["people"]
    assert mine["is_self"]
    assert mine["name"] == NAME
    assert mine["neighbourhood"] == me.neighbourhood.name
    assert mine["birth_month"] == f"{birth_month(38):%Y-%m}"
    assert mine["contact_name"] == CONTACT
    assert mine["places"] == [{"note": "国画入门"}]
    assert [notice["title"] for notice in mine["notices"]] == [f"{NAME}报上名了"]
    assert hers["relation"] == Relation.CHILD.label
    assert {consent["purpose"] for consent in hers["consents"]} == {
        ConsentPurpose.ENROLMENT.label,
        ConsentPurpose.CHILD.label,
    }
    assert mothers["name"] == mother.name
    assert mothers["places"] == []


def test_the_copy_has_every_field_of_a_resident(family):
    """A field added later must be in the copy too, or be named here as none of the resident's words."""
    not_personal = {"id", "user", "checked_by", "is_sample", "created_by", "erased_at"}
    renamed = {"checked_on": "document_checked_on", "created_at": "registered_at"}
    fields = {renamed.get(f.name, f.name) for f in Resident._meta.concrete_fields if f.name not in not_personal}
    assert fields <= set(export_of(family[0])["people"][0])


def test_the_copy_of_one_login_has_nothing_of_another(family):
    stranger = ResidentFactory(own=True, name="别人家")
    assert NAME not in json.dumps(export_of(stranger.user), ensure_ascii=False)


def test_erasing_a_login_leaves_no_word_in_any_table(family, holding):
    user, me, _child, _mother = family
    holding[me.pk] = NAME
    words = (NAME, PHONE, CONTACT, EMAIL, "13833334444", "𠮷野宝宝", "r-xiaoya-1")
    before = tables_with(*words)
    assert {"accounts_resident", "accounts_user", "accounts_notice", "wagtailcore_modellogentry"} <= set(before)
    services.erase_login(user)
    assert tables_with(*words) == []
    assert not holding
    assert not Session.objects.exists()
    assert not Consent.objects.filter(user=user).exists()
    assert not Notice.objects.exists()
    assert not UserProfile.objects.filter(user=user).exists()


def test_the_numbers_stay_and_the_others_stay_whole(family, holding):
    user, me, child, mother = family
    erasures = services.erase_login(user)
    user.refresh_from_db()
    assert (user.is_active, user.phone, user.email, user.has_usable_password()) == (False, None, "", False)
    assert [erasure.resident_number for erasure in erasures] == [me.pk, child.pk, None]
    assert ["抽签凭证", "供人核对", "3 年"] in Erasure.objects.get(resident_number=me.pk).kept
    me.refresh_from_db()
    assert me.erased_at
    mother.refresh_from_db()
    assert (mother.name, mother.erased_at) == ("老母亲", None)
    assert Guardianship.objects.filter(resident=mother).count() == 1
    assert Resident.objects.count() == 3


def test_an_erased_login_is_out_at_once(family, client):
    user = family[0]
    assert client.get("/me/data/").status_code == 200
    services.erase_login(user)
    assert client.get("/me/data/").status_code == 302
    with pytest.raises(DomainError) as error:
        services.erase_login(user)
    assert error.value.code == "gone"


def test_only_the_erased_ones_session_ends(family, client):
    other = UserFactory()
    client.force_login(other)
    services.erase_login(family[0])
    assert client.get("/me/data/").status_code == 200


def test_second_factors_go_with_the_login(family):
    from allauth.mfa.models import Authenticator

    user, other = family[0], UserFactory()
    for owner in (user, other):
        Authenticator.objects.create(user=owner, type=Authenticator.Type.TOTP, data={"secret": "geheim"})
    services.erase_login(user)
    assert [row.user for row in Authenticator.objects.all()] == [other]


def test_one_person_of_the_family_is_erased_alone(family):
    user, me, child, mother = family
    services.erase_resident(child, by=user)
    assert tables_with("𠮷野宝宝") == []
    assert list(services.residents_of(user)) == [me, mother]
    assert User.objects.get(pk=user.pk).is_active


@pytest.mark.parametrize("who", ["stranger", "oneself", "again"])
def test_who_may_not_be_erased_that_way(family, who):
    user, me, child, _mother = family
    if who == "again":
        services.erase_resident(child, by=user)
    case = {
        "stranger": (child, UserFactory(), "not_yours"),
        "oneself": (me, user, "has_login"),
        "again": (child, user, "gone"),
    }
    resident, by, code = case[who]
    with pytest.raises(DomainError) as error:
        services.erase_resident(resident, by=by)
    assert error.value.code == code


def test_an_account_of_the_desk_is_not_erased_here():
    user = UserFactory()
    user.groups.add(Group.objects.create(name="街道·编辑"))
    with pytest.raises(DomainError) as error:
        services.erase_login(user)
    assert error.value.code == "staff"


def test_a_holding_that_fails_leaves_everything_as_it_was(family, holding):
    user, me, *_ = family

    def fail(resident, now):
        raise RuntimeError

    privacy.register(privacy.Holding("broken", "坏的", export=lambda r: [], erase=fail, kept=lambda r: []))
    try:
        with pytest.raises(RuntimeError):
            services.erase_login(user)
    finally:
        privacy.unregister("broken")
    me.refresh_from_db()
    assert me.name == NAME


def test_what_must_stay_is_told_before(family, holding):
    kept = services.kept_of([family[1], family[2]])
    assert [item.what for item in kept].count("抽签凭证") == 1
    assert all(item.why and item.until for item in kept)

"""A login is not the person who learns: own data, family, the counter, and taking over what the counter wrote."""

import datetime

import pytest
from django.core.cache import cache

from accounts import services
from accounts.enums import ConsentPurpose, Relation
from accounts.models import Consent, Guardianship, Resident
from core.errors import DomainError
from tests.factories.network import NeighbourhoodFactory
from tests.factories.people import GuardianshipFactory, ResidentFactory, UserFactory, birth_month

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_tries_yet():
    cache.clear()


def refused(code, verb, *args, **kwargs):
    with pytest.raises(DomainError) as error:
        verb(*args, **kwargs)
    assert error.value.code == code
    assert error.value.message
    return error.value.message


def purposes(resident):
    return set(resident.consents.filter(withdrawn_at=None).values_list("purpose", flat=True))


def test_own_data_take_the_logins_phone_and_need_a_consent():
    user = UserFactory(phone="+8613800138000")
    refused("consent", services.add_own_resident, user, name="王小丫")
    assert not Resident.objects.exists()
    resident = services.add_own_resident(user, consent=True, name=" 王  小丫 ", phone="13900000000")
    assert (resident.name, resident.phone, resident.user) == ("王 小丫", "13800138000", user)
    assert purposes(resident) == {ConsentPurpose.ENROLMENT}
    refused("already", services.add_own_resident, user, consent=True, name="王小丫")


def test_a_child_has_no_login_of_its_own():
    refused(
        "child_login", services.add_own_resident, UserFactory(), consent=True, name="小明", birth_month=birth_month(9)
    )


def test_a_child_needs_the_guardians_separate_consent():
    user = UserFactory()
    child = {"name": "小明", "birth_month": birth_month(9)}
    refused("child_consent", services.add_family_member, user, Relation.CHILD, True, **child)
    refused("consent", services.add_family_member, user, Relation.CHILD, False, True, **child)
    assert not Resident.objects.exists()
    resident = services.add_family_member(user, Relation.CHILD, True, True, **child)
    assert purposes(resident) == {ConsentPurpose.ENROLMENT, ConsentPurpose.CHILD}
    guardianship = Guardianship.objects.get(guardian=user, resident=resident)
    assert guardianship.child_consent_at is not None
    assert list(services.residents_of(user)) == [resident]


@pytest.mark.parametrize(("age", "is_child"), [(13, True), (14, False)])
def test_the_line_is_fourteen(age, is_child):
    resident = services.add_family_member(
        UserFactory(), Relation.CHILD, True, is_child, name="小明", birth_month=birth_month(age)
    )
    assert (ConsentPurpose.CHILD in purposes(resident)) is is_child


def test_whether_somebody_is_a_child_must_be_known():
    user = UserFactory()
    refused("birth_month", services.add_family_member, user, Relation.GRANDCHILD, True, name="小明")
    assert services.add_family_member(user, Relation.PARENT, True, name="王大爷").birth_month is None
    refused("relation", services.add_family_member, user, "neighbour", True, name="老李")


def test_nobody_is_in_a_family_twice_but_twins_are_two():
    user, other = UserFactory(), UserFactory()
    services.add_family_member(user, Relation.PARENT, True, name="王大爷", birth_month=birth_month(70))
    refused(
        "known", services.add_family_member, user, Relation.PARENT, True, name="王大爷", birth_month=birth_month(70)
    )
    services.add_family_member(user, Relation.PARENT, True, name="王大娘", birth_month=birth_month(70))
    services.add_family_member(other, Relation.PARENT, True, name="王大爷", birth_month=birth_month(70))
    assert Resident.objects.count() == 3


@pytest.mark.parametrize("name", ["", "   ", "长" * 61, "王\u200b小丫", "王\u202e小丫", "王\x00小丫", "\ud800"])
def test_names_that_are_none(name):
    refused("name", services.add_own_resident, UserFactory(), consent=True, name=name)


@pytest.mark.parametrize("name", ["𠮷", "𬌗𫛭", "阿卜杜拉·艾则孜", "長" * 60, "\ufa10"])
def test_names_stay_as_written(name):
    resident = services.add_own_resident(UserFactory(), consent=True, name=name)
    resident.refresh_from_db()
    assert resident.name == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 0013 8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("+86-138-0013-8000", "13800138000"),
        ("0510 8500 1234", "0510-85001234"),
        ("(010) 8500 1234", "010-85001234"),
        ("", ""),
    ],
)
def test_phones_are_kept_one_way(typed, kept):
    assert services.add_family_member(UserFactory(), Relation.SPOUSE, True, name="老李", phone=typed).phone == kept


@pytest.mark.parametrize("typed", ["1380013800", "12800138000", "85001234", "电话", "138001380001", "१३८००१३८०००"])
def test_phones_that_are_none(typed):
    refused("phone", services.add_family_member, UserFactory(), Relation.SPOUSE, True, name="老李", phone=typed)


@pytest.mark.parametrize("month", [datetime.date(1899, 12, 1), datetime.date(2999, 1, 1)])
def test_months_of_birth_that_cannot_be(month):
    refused("birth_month", services.add_own_resident, UserFactory(), consent=True, name="王小丫", birth_month=month)


def test_a_neighbourhood_brings_its_street_and_outside_has_neither(district):
    neighbourhood = NeighbourhoodFactory(street=district.street)
    user = UserFactory()
    resident = services.add_own_resident(user, consent=True, name="王小丫", neighbourhood=neighbourhood)
    assert resident.street == district.street
    resident = services.update_resident(user, resident, outside_district=True)
    assert (resident.street, resident.neighbourhood, resident.outside_district) == (None, None, True)
    resident = services.update_resident(user, resident, street=district.other_street)
    assert (resident.street, resident.neighbourhood, resident.outside_district) == (district.other_street, None, False)
    refused("place", services.update_resident, user, resident, street=district.street, outside_district=True)


def test_only_those_who_act_for_a_resident_change_it():
    guardianship = GuardianshipFactory()
    stranger = UserFactory()
    refused("not_yours", services.update_resident, stranger, guardianship.resident, name="别人")
    changed = services.update_resident(guardianship.guardian, guardianship.resident, name="新名")
    assert changed.name == "新名"
    assert services.may_act_for(guardianship.guardian, changed)
    assert not services.may_act_for(stranger, changed)


def test_a_corrected_birth_month_that_makes_a_child_needs_the_consent():
    guardianship = GuardianshipFactory()
    change = (guardianship.guardian, guardianship.resident)
    refused("child_consent", services.update_resident, *change, birth_month=birth_month(9))
    resident = services.update_resident(*change, birth_month=birth_month(9), child_consent=True)
    assert ConsentPurpose.CHILD in purposes(resident)


def test_a_guardian_leaves_only_where_somebody_else_remains():
    first = GuardianshipFactory()
    refused("last_way", services.end_guardianship, first.guardian, first.resident)
    second = GuardianshipFactory(resident=first.resident)
    services.end_guardianship(first.guardian, first.resident)
    assert not services.may_act_for(first.guardian, first.resident)
    assert services.may_act_for(second.guardian, first.resident)
    refused("not_yours", services.end_guardianship, first.guardian, first.resident)
    refused("last_way", services.end_guardianship, second.guardian, first.resident)


def test_the_counter_finds_who_was_there_before():
    clerk = UserFactory()
    first = services.register_at_counter(clerk, "王大爷", "138 0013 8000")
    assert services.register_at_counter(clerk, "王大爷", "13800138000") == first
    assert services.register_at_counter(clerk, "王大娘", "13800138000") != first
    refused("too_little", services.register_at_counter, clerk, "李大爷")
    without = services.register_at_counter(clerk, "李大爷", birth_month=birth_month(80))
    assert services.register_at_counter(clerk, "李大爷", birth_month=birth_month(80)) == without
    assert services.register_at_counter(clerk, "李大爷", birth_month=birth_month(70)) != without
    assert Consent.objects.get(resident=first).recorded_by == clerk
    refused("child_consent", services.register_at_counter, clerk, "小明", birth_month=birth_month(9))


def test_claim_needs_the_exact_name():
    user = UserFactory(phone="+8613800138000")
    father = ResidentFactory(name="王大爷", phone="13800138000")
    mother = ResidentFactory(name="李大娘", phone="13800138000")
    ResidentFactory(name="别家", phone="13900000000")
    assert set(services.claimable(user)) == {father, mother}
    refused("no_match", services.claim, user, "王大", consent=True)
    refused("no_match", services.claim, user, "别家", consent=True)
    refused("consent", services.claim, user, "王大爷")
    services.claim(user, "王大爷", consent=True)
    father.refresh_from_db()
    assert father.user == user
    services.claim(user, "李大娘", Relation.SPOUSE, consent=True)
    assert services.may_act_for(user, mother)
    assert not services.claimable(user).exists()


def test_claim_is_not_for_guessing():
    user = UserFactory(phone="+8613800138000")
    resident = ResidentFactory(name="王大爷", phone="13800138000")
    for guess in ("张三", "李四", "王五", "赵六", "钱七"):
        refused("no_match", services.claim, user, guess, consent=True)
    refused("too_many_tries", services.claim, user, "王大爷", consent=True)
    resident.refresh_from_db()
    assert resident.user is None


def test_what_cannot_be_claimed():
    user = UserFactory(phone="+8613800138000", phone_verified=False)
    ResidentFactory(name="王大爷", phone="13800138000")
    assert not services.claimable(user).exists()
    user.phone_verified = True
    user.save()
    GuardianshipFactory(resident__name="有人管", resident__phone="13800138000")
    assert [resident.name for resident in services.claimable(user)] == ["王大爷"]


def test_a_child_from_the_counter_goes_to_a_guardian_with_consent():
    user = UserFactory(phone="+8613800138000")
    child = ResidentFactory(child=True, name="小明", phone="13800138000", consents=[ConsentPurpose.CHILD])
    refused("child_login", services.claim, user, "小明", consent=True)
    refused("child_consent", services.claim, user, "小明", Relation.CHILD, consent=True)
    services.claim(user, "小明", Relation.CHILD, consent=True, child_consent=True)
    assert Guardianship.objects.get(resident=child).child_consent_at

"""Residents and their logins. Rows are made directly: a test of a later rule should not depend on the sign-up's."""

import datetime

import factory
from django.utils import timezone

from accounts.consents import VERSION
from accounts.enums import ConsentPurpose, Relation
from accounts.models import Consent, Guardianship, Resident, User


def birth_month(age):
    """The first of a month, so that somebody is ``age`` years old today."""
    today = timezone.localdate()
    return datetime.date(today.year - age, today.month, 1)


class UserFactory(factory.django.DjangoModelFactory):
    """A resident's login: a verified phone and nothing else. For staff see tests/factories/accounts.py."""

    username = factory.Sequence(lambda n: f"r-{n:08d}")
    phone = factory.Sequence(lambda n: f"+86138{n:08d}")
    phone_verified = True

    class Meta:
        model = User
        skip_postgeneration_save = True

    @factory.post_generation
    def unusable_password(self, create, extracted, **kwargs):
        self.set_unusable_password()
        if create:
            self.save()


class ResidentFactory(factory.django.DjangoModelFactory):
    """An adult of 40 who agreed to what enrolment needs. Traits: ``own`` (has a login), ``child``, ``elder``.

    ``consents``: the purposes agreed to; ``own=True`` makes a login of the same phone.
    """

    name = factory.Sequence(lambda n: f"学员{n}")
    phone = factory.Sequence(lambda n: f"139{n:08d}")
    birth_month = factory.LazyFunction(lambda: birth_month(40))

    class Meta:
        model = Resident
        skip_postgeneration_save = True

    class Params:
        own = factory.Trait(
            user=factory.SubFactory(UserFactory),
            phone=factory.LazyAttribute(lambda r: r.user.phone.removeprefix("+86")),
        )
        child = factory.Trait(birth_month=factory.LazyFunction(lambda: birth_month(9)), phone="")
        elder = factory.Trait(birth_month=factory.LazyFunction(lambda: birth_month(72)))

    @factory.post_generation
    def consents(self, create, extracted, **kwargs):
        if create:
            for purpose in (ConsentPurpose.ENROLMENT,) if extracted is None else extracted:
                ConsentFactory(resident=self, purpose=purpose)


class ConsentFactory(factory.django.DjangoModelFactory):
    purpose = ConsentPurpose.ENROLMENT
    version = VERSION
    given_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = Consent


class GuardianshipFactory(factory.django.DjangoModelFactory):
    """A login that acts for a resident; ``resident__child=True`` for a child with the guardian's separate consent."""

    guardian = factory.SubFactory(UserFactory)
    resident = factory.SubFactory(ResidentFactory)
    relation = Relation.CHILD
    consent_version = VERSION
    consented_at = factory.LazyFunction(timezone.now)
    child_consent_at = factory.LazyAttribute(lambda g: g.consented_at if g.resident.is_child else None)

    class Meta:
        model = Guardianship

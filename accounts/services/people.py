"""Residents and their families: who may act for whom. A login is not the person who learns.

Locks are taken login → resident; enrolments/ goes on with class run → seat → enrolment.
"""

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.consents import VERSION
from accounts.enums import ConsentPurpose, Relation, Sex
from accounts.models import Guardianship, Resident, User
from accounts.permissions import may_see_people
from accounts.services.consents import give_consent
from accounts.values import clean_birth_month, clean_name, clean_phone, local_phone
from core.errors import DomainError

#: What people may say about a resident. The rest of the row is written by services only.
FIELDS = (
    "name",
    "phone",
    "birth_month",
    "sex",
    "street",
    "neighbourhood",
    "outside_district",
    "contact_name",
    "contact_phone",
)

PLACE = ("street", "neighbourhood", "outside_district")  # one answer: written together

#: Whose month of birth is asked only where a class has an age rule.
SURELY_ADULT = (Relation.PARENT, Relation.GRANDPARENT, Relation.SPOUSE)

CLAIM_TRIES, CLAIM_SECONDS = 5, 24 * 3600


def residents_of(user):
    """Return the residents ``user`` may act for, self first."""
    return Resident.objects.of(user)


def may_act_for(user, resident):
    """Whether ``user`` may enrol, change or erase for ``resident``."""
    return residents_of(user).filter(pk=resident.pk).exists()


@transaction.atomic
def add_own_resident(user, *, consent=False, **fields):
    """Create and return the resident who is the login itself; the telephone is the login's.

    Raises DomainError ``consent`` (the box is not ticked), ``already`` (there is one),
    ``child_login`` (under 14), ``known`` (in this family already), or the code of a wrong field.
    """
    user = _lock_login(user)
    if Resident.objects.filter(user=user).exists():
        raise DomainError("already", _("您本人的资料已经填过了，可以直接修改。"))
    _need(consent, "consent", _("请先勾选同意，才能保存您的资料。"))
    resident = Resident(user=user, created_by=user, **_cleaned({**fields, "phone": local_phone(user.phone)}))
    if resident.is_child:
        raise DomainError("child_login", _("未满 14 周岁请由家长登录，在“添加家人”里登记孩子。"))
    _refuse_double(user, resident)
    resident.save()
    give_consent(ConsentPurpose.ENROLMENT, resident=resident)
    return resident


@transaction.atomic
def add_family_member(user, relation, consent, child_consent=False, **fields):
    """Create a resident for whom ``user`` acts, with the guardianship and its consents; return the resident.

    Raises DomainError ``consent``, ``child_consent`` (under 14 needs the guardian's separate
    consent, PIPL art. 31), ``birth_month`` (needed to know whether it is a child), ``relation``,
    ``known`` (in this family already), or the code of a wrong field.
    """
    user = _lock_login(user)
    resident = Resident(created_by=user, **_cleaned(fields))
    _check_relation(relation, resident)
    _need(consent, "consent", _("请先勾选同意，才能保存家人的资料。"))
    _refuse_double(user, resident)
    resident.save()
    _become_guardian(user, resident, relation, child_consent)
    return resident


@transaction.atomic
def update_resident(by, resident, *, child_consent=False, **fields):
    """Change what is known about ``resident`` and return the fresh row.

    ``by`` must be allowed to act for them, or be staff with the right to change residents
    (``not_yours``). A corrected month of birth that makes them a child needs ``child_consent``.
    """
    resident = lock_resident(resident)
    if not (may_act_for(by, resident) or may_see_people(by, ["accounts.change_resident"])):
        raise DomainError("not_yours", _("您不能改这个人的资料。"))
    was_child = resident.is_child
    for name, value in _cleaned(fields, resident).items():
        setattr(resident, name, value)
    if resident.is_child and not was_child:
        _agree_for_child(resident, child_consent)
    resident.save(update_fields=[*FIELDS])
    return resident


@transaction.atomic
def end_guardianship(user, resident):
    """Let ``user`` act for ``resident`` no longer.

    Raises DomainError ``last_way`` where nobody else could then reach the resident, ``not_yours``
    where there is nothing to end.
    """
    resident = lock_resident(resident)
    own = Guardianship.objects.filter(resident=resident, ends_on=None)
    mine = own.filter(guardian=user).first()
    if mine is None:
        raise DomainError("not_yours", _("您没有替这个人代办。"))
    if resident.user_id is None and not own.exclude(pk=mine.pk).exists():
        raise DomainError(
            "last_way", _("现在只有您能替%(name)s办理。要停止使用，请注销这个人的资料。") % {"name": resident.name}
        )
    mine.ends_on = timezone.localdate()
    mine.save(update_fields=["ends_on"])
    return mine


@transaction.atomic
def register_at_counter(clerk, name, phone="", *, child_consent=False, **fields):
    """Return the resident with this name and phone (or month of birth where there is no phone), created where new.

    Consent is spoken at the counter; the clerk who heard it is recorded. Raises DomainError
    ``too_little`` (neither phone nor month of birth: two people of one name could not be told
    apart), ``child_consent``, or the code of a wrong field.
    """
    values = _cleaned({**fields, "name": name, "phone": phone})
    same = Resident.objects.present().filter(name=values["name"])
    if values["phone"]:
        same = same.filter(phone=values["phone"])
    elif values.get("birth_month"):
        same = same.filter(birth_month=values["birth_month"])
    else:
        raise DomainError("too_little", _("没有电话时请填出生年月，才能分清同名的人。"))
    User.objects.select_for_update().get(pk=clerk.pk)  # a double click of one clerk makes one person
    if found := same.select_for_update().first():
        return found
    resident = Resident.objects.create(created_by=clerk, **values)
    give_consent(ConsentPurpose.ENROLMENT, resident=resident, recorded_by=clerk)
    if resident.is_child:
        _agree_for_child(resident, child_consent, recorded_by=clerk)
    return resident


@transaction.atomic
def mark_checked(clerk, resident):
    """Note that ``clerk`` has seen the document of ``resident`` today: no number, no picture. Return the fresh row."""
    resident = lock_resident(resident)
    resident.checked_on, resident.checked_by = timezone.localdate(), clerk
    resident.save(update_fields=["checked_on", "checked_by"])
    return resident


def claimable(user):
    """Residents registered at the counter with this login's verified phone, whom nobody reaches by login yet.

    Several people share a phone: nothing about them may be shown before `claim` has the exact name.
    """
    if not user.phone or not user.phone_verified:
        return Resident.objects.none()
    reached = Guardianship.objects.filter(ends_on=None).values("resident_id")
    return Resident.objects.present().filter(phone=local_phone(user.phone), user=None).exclude(pk__in=reached)


@transaction.atomic
def claim(user, name, relation="", *, consent=False, child_consent=False):
    """Take over the resident of exactly this name; as oneself without ``relation``, as guardian with one.

    Raises DomainError ``no_match``, ``too_many_tries`` (5 a day), ``already`` (own data exist),
    ``child_login``, and those of `add_family_member`.
    """
    user = _lock_login(user)
    _count_try(user)
    resident = claimable(user).select_for_update().filter(name=clean_name(name)).order_by("pk").first()
    if resident is None:
        raise DomainError("no_match", _("没有找到用您的手机号登记的这个姓名。请按窗口登记时的写法填，或到窗口核对。"))
    _need(consent, "consent", _("请先勾选同意。"))
    if relation:
        _check_relation(relation, resident)
        _become_guardian(user, resident, relation, child_consent)
    else:
        if resident.is_child:
            raise DomainError("child_login", _("这是未满 14 周岁的孩子，请选您和孩子的关系。"))
        if Resident.objects.filter(user=user).exists():
            raise DomainError("already", _("您本人的资料已经填过了。如果这是家人，请选关系。"))
        resident.user = user
        resident.save(update_fields=["user"])
        give_consent(ConsentPurpose.ENROLMENT, resident=resident)
    return resident


def lock_resident(resident):
    """Return the row, locked until the transaction ends; DomainError ``gone`` where it was erased."""
    found = Resident.objects.select_for_update(no_key=True).present().filter(pk=resident.pk).first()
    if found is None:
        raise DomainError("gone", _("这个人的资料已经注销。"))
    return found


def _lock_login(user):
    found = User.objects.select_for_update().filter(pk=user.pk, is_active=True).first()
    if found is None:
        raise DomainError("gone", _("这个账号已经注销，请重新登录。"))
    return found


def _need(agreed, code, sentence):
    if not agreed:
        raise DomainError(code, sentence)


def _cleaned(fields, resident=None):
    """Check what was typed and return it by field name. With ``resident`` the fields left out keep their value."""
    if unknown := set(fields) - set(FIELDS):
        raise TypeError(f"no field of a resident: {sorted(unknown)}")
    values = dict(fields)
    if resident is None or "name" in values:
        values["name"] = clean_name(values.get("name"))
    if "phone" in values:
        values["phone"] = clean_phone(values["phone"])
    if "birth_month" in values:
        values["birth_month"] = clean_birth_month(values["birth_month"])
    if values.get("contact_name"):
        values["contact_name"] = clean_name(values["contact_name"], "contact_name")
    if "contact_phone" in values:
        values["contact_phone"] = clean_phone(values["contact_phone"], "contact_phone")
    if "sex" in values and values["sex"] not in ("", *Sex.values):
        raise DomainError("sex", _("请从列表里选择性别。"))
    return values | _one_place(values) if set(PLACE) & set(values) else values


def _one_place(values):
    """A neighbourhood brings its street; who lives outside the district has neither."""
    neighbourhood = values.get("neighbourhood")
    street = neighbourhood.street if neighbourhood else values.get("street")
    outside = bool(values.get("outside_district"))
    if outside and street:
        raise DomainError("place", _("不住在本区的，不用选街道和社区。"))
    return {"street": street, "neighbourhood": neighbourhood, "outside_district": outside}


def _refuse_double(user, resident):
    double = Q(name=resident.name, birth_month=resident.birth_month)
    if residents_of(user).filter(double).exists():
        raise DomainError("known", _("%(name)s已经在您的家人里，不用再添加。") % {"name": resident.name})


def _check_relation(relation, resident):
    if relation not in Relation.values:
        raise DomainError("relation", _("请选这个人和您的关系。"))
    if relation not in SURELY_ADULT and resident.birth_month is None:
        raise DomainError("birth_month", _("请填出生年月：未满 14 周岁要监护人单独同意。"))


def _become_guardian(user, resident, relation, child_consent):
    now = timezone.now()
    if resident.is_child:
        _agree_for_child(resident, child_consent)
    give_consent(ConsentPurpose.ENROLMENT, resident=resident)
    return Guardianship.objects.create(
        guardian=user,
        resident=resident,
        relation=relation,
        consent_version=VERSION,
        consented_at=now,
        child_consent_at=now if resident.is_child else None,
    )


def _agree_for_child(resident, child_consent, recorded_by=None):
    _need(child_consent, "child_consent", _("未满 14 周岁，请监护人单独勾选同意。"))
    give_consent(ConsentPurpose.CHILD, resident=resident, recorded_by=recorded_by)


def _count_try(user):
    """A number changes hands; its new owner must not find the old one's name by guessing."""
    key = f"claim-tries:{user.pk}"
    cache.add(key, 0, CLAIM_SECONDS)
    if cache.incr(key) > CLAIM_TRIES:
        raise DomainError("too_many_tries", _("今天试的次数太多了，请明天再试，或到窗口核对。"))

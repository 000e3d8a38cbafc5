"""Read-only questions about people that pages and services share; the copy of one's own data. No writes."""

from django.db.models import Exists, OuterRef, Q

from accounts.models import Consent, Guardianship, Notice, Resident
from accounts.privacy import holdings


def residents_only_reached_by(user):
    """Return ``user``'s own resident and those whom no other login reaches: who goes when the login goes."""
    others = Guardianship.objects.filter(resident=OuterRef("pk"), ends_on=None).exclude(guardian=user)
    mine = Guardianship.objects.filter(resident=OuterRef("pk"), ends_on=None, guardian=user)
    alone = Q(Exists(mine)) & ~Q(Exists(others)) & Q(user=None)
    return Resident.objects.present().filter(Q(user=user) | alone).order_by("pk")


def export_of(user):
    """Return everything the site knows about a login and its people, as json.dumps can write it (PIPL art. 45)."""
    return {
        "login": {
            "phone": user.phone,
            "phone_verified": user.phone_verified,
            "email": user.email,
            "look": user.look,
            "joined_at": _moment(user.date_joined),
            "last_login": _moment(user.last_login),
            "consents": _consents(Consent.objects.filter(user=user)),
        },
        "people": [_person(resident, user) for resident in Resident.objects.of(user)],
    }


def _person(resident, user):
    guardianship = resident.guardianships.filter(guardian=user, ends_on=None).first()
    return {
        "is_self": resident.user_id == user.pk,
        "relation": guardianship.get_relation_display() if guardianship else None,
        "guardian_since": guardianship.starts_on.isoformat() if guardianship else None,
        "name": resident.name,
        "phone": resident.phone,
        "birth_month": f"{resident.birth_month:%Y-%m}" if resident.birth_month else None,
        "sex": resident.get_sex_display(),
        "street": resident.street.street_name if resident.street else None,
        "neighbourhood": resident.neighbourhood.name if resident.neighbourhood else None,
        "outside_district": resident.outside_district,
        "contact_name": resident.contact_name,
        "contact_phone": resident.contact_phone,
        "document_checked_on": resident.checked_on.isoformat() if resident.checked_on else None,
        "registered_at": _moment(resident.created_at),
        "consents": _consents(resident.consents.all()),
        "notices": [_notice(notice) for notice in Notice.objects.filter(resident=resident)],
        **{holding.name: holding.export(resident) for holding in holdings()},
    }


def _consents(consents):
    return [
        {
            "purpose": consent.get_purpose_display(),
            "version": consent.version,
            "given_at": _moment(consent.given_at),
            "withdrawn_at": _moment(consent.withdrawn_at),
            "at_counter": consent.recorded_by_id is not None,
        }
        for consent in consents
    ]


def _notice(notice):
    return {
        "kind": notice.get_kind_display(),
        "title": notice.title,
        "text": notice.text,
        "at": _moment(notice.created_at),
        "read_at": _moment(notice.read_at),
    }


def _moment(value):
    return value.isoformat() if value else None

"""What residents fill in about themselves and their families. Rules are the services'; forms read and put errors in place."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.enums import Relation, Sex
from accounts.services.people import SURELY_ADULT
from accounts.values import EARLIEST_YEAR, clean_name, clean_phone
from core.errors import DomainError
from network.models import Neighbourhood, StreetPage

SELF = "self"
WHO = [(SELF, _("我本人")), *Relation.choices]
OUTSIDE = "outside"

#: Where the sentence of a DomainError is shown; any other stands above the form.
FIELD_OF = {"birth_month": "birth_year", "known": "name", "no_match": "name"}


class ServiceForm(forms.Form):
    """A form whose rules are a service's: `run` calls it and turns a DomainError into an error beside its field."""

    use_required_attribute = False  # the browser's bubbles speak the browser's language

    def run(self, verb, *args, **kwargs):
        """Return what ``verb`` returns, or None with the reason in ``self.errors``."""
        try:
            return verb(*args, **kwargs)
        except DomainError as error:
            field = FIELD_OF.get(error.code, error.code)
            self.add_error(field if field in self.fields else None, error.message)
            return None


class CheckedField(forms.CharField):
    """Text that a function of accounts/values.py reads; its DomainError is the field's error."""

    def __init__(self, *, check, **kwargs):
        self.check = check
        super().__init__(**kwargs)

    def clean(self, value):
        typed = (value or "").strip()
        if not typed and not self.required:
            return ""
        try:
            return self.check(typed)
        except DomainError as error:
            raise ValidationError(error.message, code=error.code) from error


def _phone(label):
    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel"})
    return CheckedField(check=clean_phone, label=label, required=False, widget=widget)


class ResidentForm(ServiceForm):
    """One person. ``user`` is signed in; ``who`` is SELF or a Relation; ``resident`` is given when it is an edit."""

    name = CheckedField(check=clean_name, label=_("姓名"))
    birth_year = forms.IntegerField(
        label=_("出生年份"),
        required=False,
        error_messages={"invalid": _("年份是 4 位数字，如 1954。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6, "maxlength": 4}),
    )
    birth_month = forms.TypedChoiceField(
        label=_("月份"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("月份")), *((month, f"{month} 月") for month in range(1, 13))],
    )
    place = forms.ChoiceField(label=_("住在哪个社区"), required=False)
    phone = _phone(_("联系电话"))
    sex = forms.ChoiceField(label=_("性别"), required=False, choices=[("", _("不填")), *Sex.choices])
    contact_name = CheckedField(check=clean_name, label=_("紧急联系人"), required=False)
    contact_phone = _phone(_("紧急联系人电话"))
    consent = forms.BooleanField(label=_("我同意把这些信息用于报名"), required=False)
    child_consent = forms.BooleanField(label=_("我是监护人，单独同意登记这名未满 14 周岁的孩子"), required=False)

    def __init__(self, *args, user, who=None, resident=None, **kwargs):
        self.user, self.who, self.resident = user, who, resident
        if resident:
            kwargs["initial"] = _initial(resident)
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = place_choices()
        if who == SELF:
            del self.fields["phone"]  # the login's own
        if who == SELF or who in SURELY_ADULT or (resident and resident.user_id):
            del self.fields["child_consent"]
        if resident:
            del self.fields["consent"]

    @property
    def more(self):
        """What may be left open, folded away; unfolded where something is in it or wrong with it."""
        return any(self[name].value() or self[name].errors for name in ("sex", "contact_name", "contact_phone"))

    def clean(self):
        data = super().clean()
        year, month = data.get("birth_year"), data.get("birth_month")
        if not {"birth_year", "birth_month"} & set(self.errors):
            data["born"] = self._born(year, month)
        return data

    def save(self):
        """Call the service of this form; return the resident, or None with the reason in ``self.errors``."""
        data = self.cleaned_data
        fields = {
            name: data[name] for name in ("name", "phone", "sex", "contact_name", "contact_phone") if name in data
        }
        fields |= {"birth_month": data["born"], **read_place(data["place"])}
        agreed = {"child_consent": data.get("child_consent", False)}
        if self.resident:
            return self.run(services.update_resident, self.user, self.resident, **agreed, **fields)
        if self.who == SELF:
            return self.run(services.add_own_resident, self.user, consent=data["consent"], **fields)
        return self.run(services.add_family_member, self.user, self.who, data["consent"], **agreed, **fields)

    def _born(self, year, month):
        if year is None and month is None:
            return None
        if year is None or month is None:
            self.add_error("birth_year", _("出生的年份和月份都要填。"))
            return None
        if not EARLIEST_YEAR <= year <= 9999:
            self.add_error("birth_year", _("年份是 4 位数字，如 1954。"))
            return None
        return datetime.date(year, month, 1)


class ClaimForm(ServiceForm):
    """Taking over what the counter wrote down: the exact name proves it."""

    name = CheckedField(check=clean_name, label=_("在窗口登记的姓名"))
    relation = forms.ChoiceField(label=_("这个人是您的"), choices=WHO, error_messages={"required": _("请选关系。")})
    consent = forms.BooleanField(label=_("我同意把这些信息用于报名"), required=False)
    child_consent = forms.BooleanField(
        label=_("我是监护人，单独同意登记这名未满 14 周岁的孩子（只有孩子需要勾）"), required=False
    )

    def save(self, user):
        data = self.cleaned_data
        relation = "" if data["relation"] == SELF else data["relation"]
        return self.run(
            services.claim, user, data["name"], relation, consent=data["consent"], child_consent=data["child_consent"]
        )


def place_choices():
    """Return the choices of where somebody lives: communities under their street, the street alone, or outside."""
    choices = [("", _("请选择"))]
    neighbourhoods = {}
    for neighbourhood in Neighbourhood.objects.all():
        neighbourhoods.setdefault(neighbourhood.street_id, []).append((f"n-{neighbourhood.pk}", neighbourhood.name))
    for street in StreetPage.objects.live().order_by("path"):
        missing = (f"s-{street.pk}", _("%(street)s，我的社区不在列表里") % {"street": street.short_name})
        choices.append((street.street_name, [*neighbourhoods.get(street.pk, []), missing]))
    return [*choices, (OUTSIDE, _("不住在本区"))]


def read_place(value):
    """Return the three fields of a resident for a value of `place_choices`."""
    place = {"street": None, "neighbourhood": None, "outside_district": value == OUTSIDE}
    kind, _dash, number = value.partition("-")
    if kind == "n" and number:
        place["neighbourhood"] = Neighbourhood.objects.select_related("street").get(pk=number)
    elif kind == "s" and number:
        place["street"] = StreetPage.objects.get(pk=number)
    return place


def place_value(resident):
    """Return the value of `place_choices` that says where ``resident`` lives."""
    if resident.outside_district:
        return OUTSIDE
    if resident.neighbourhood_id:
        return f"n-{resident.neighbourhood_id}"
    return f"s-{resident.street_id}" if resident.street_id else ""


def _initial(resident):
    born = resident.birth_month
    return {
        "name": resident.name,
        "phone": resident.phone,
        "birth_year": born.year if born else None,
        "birth_month": born.month if born else None,
        "sex": resident.sex,
        "contact_name": resident.contact_name,
        "contact_phone": resident.contact_phone,
        "place": place_value(resident),
    }

"""What the clerk types: the person in front of the counter, and how to find somebody's claims again.

Enter in any box sends the form. Boxes that the class does not need are not there.
"""

import datetime
import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models.residents import MINOR
from accounts.resident_forms import CheckedField, place_choices, read_place
from accounts.values import EARLIEST_YEAR, clean_name, clean_phone
from timetable.enums import Residence

_MONTH = re.compile(r"(\d{4})\D{0,2}(\d{1,2})\D?")
#: What the guardian is to the child, as it is written behind the name.
GUARDIANS = [
    ("", gettext_lazy("请选择")),
    *((word, word) for word in (gettext_lazy("父母"), gettext_lazy("祖父母、外祖父母"), gettext_lazy("其他监护人"))),
]
#: Where the sentence of a refusal is shown, when it asks for something.
ASKED_AT = {
    "needs_birth_month": "born",
    "birth_month": "born",
    "too_little": "born",
    "needs_home": "home",
    "place": "home",
    "relative": "contact_name",
    "guardian": "contact_name",
    "needs_audience": "audience",
    "health": "health",
}


class MonthField(forms.CharField):
    """A month of birth in one box: 195403, 1954-3, 1954年3月, full-width digits too. The value is its first day."""

    def clean(self, value):
        typed = unicodedata.normalize("NFKC", super().clean(value)).strip()
        if not typed:
            return None
        found = _MONTH.fullmatch(typed)
        if not found or not 1 <= int(found[2]) <= 12:
            raise ValidationError(_("请写年份和月份，例如 195403。"))
        today = timezone.localdate()
        year, month = int(found[1]), int(found[2])
        if not EARLIEST_YEAR <= year <= today.year or datetime.date(year, month, 1) > today:
            raise ValidationError(_("出生年月要在 1900 年到今天之间，请检查。"))
        return datetime.date(year, month, 1)


def _text(**attrs):
    return forms.TextInput(attrs={"autocomplete": "off", **attrs})


class CounterForm(forms.Form):
    """The person, and what the clerk has said and heard. ``run`` decides which boxes there are."""

    use_required_attribute = False  # the browser's bubbles speak the browser's language

    key = forms.UUIDField(widget=forms.HiddenInput)
    name = CheckedField(
        check=clean_name,
        label=gettext_lazy("姓名"),
        error_messages={"required": gettext_lazy("请填写姓名。")},
        widget=_text(autofocus=True),
    )
    phone = CheckedField(
        check=clean_phone,
        label=gettext_lazy("电话"),
        required=False,
        widget=_text(inputmode="tel"),
        help_text=gettext_lazy("没有就空着，改填出生年月。"),
    )
    born = MonthField(
        label=gettext_lazy("出生年月"),
        required=False,
        max_length=20,
        widget=_text(inputmode="numeric"),
        help_text=gettext_lazy("例如 195403。"),
    )
    home = forms.ChoiceField(label=gettext_lazy("住在哪个社区"), required=False)
    adult = forms.BooleanField(label=gettext_lazy("已满 18 周岁"), required=False)
    audience = forms.BooleanField(label=gettext_lazy("属于上面说的人群"), required=False)
    health = forms.BooleanField(label=gettext_lazy("健康提醒已经念过，本人说可以参加"), required=False)
    consent = forms.BooleanField(
        label=gettext_lazy("已经说明：姓名、电话等只用来办理报名、通知和点名，本人（未成年人由监护人）口头同意"),
        error_messages={"required": gettext_lazy("请先说明用途，听到同意以后再勾选。")},
    )
    contact_name = CheckedField(
        check=lambda typed: clean_name(typed, "contact_name"),
        label=gettext_lazy("家属或监护人姓名"),
        required=False,
        widget=_text(),
    )
    relation = forms.ChoiceField(label=gettext_lazy("监护人是孩子的"), choices=GUARDIANS, required=False)
    contact_phone = CheckedField(
        check=lambda typed: clean_phone(typed, "contact_phone"),
        label=gettext_lazy("家属或监护人电话"),
        required=False,
        widget=_text(inputmode="tel"),
    )
    child_consent = forms.BooleanField(
        label=gettext_lazy("监护人在场，另外口头同意登记这名未满 14 周岁的孩子"), required=False
    )
    checked = forms.BooleanField(label=gettext_lazy("证件已核验（不记证件号）"), required=False)

    def __init__(self, *args, run, audiences=(), streets=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.run = run
        if run.residence == Residence.ANYONE:
            del self.fields["home"]
        else:
            self.fields["home"].choices = _near_first(place_choices(), streets)
        if not run.health_notice:
            del self.fields["health"]
        if not audiences:
            del self.fields["audience"]
        if self.is_bound:
            self.focus()

    @property
    def more(self):
        """Whether the folded part is to be open: something is in it, wrong with it, or asked by the class."""
        names = ("contact_name", "relation", "contact_phone", "child_consent")
        return bool(
            self.run.relative_from_age is not None
            or (self.run.age_max is not None and self.run.age_max < MINOR)
            or any(self[name].errors or self[name].value() for name in names)
        )

    def focus(self):
        """Put the cursor into the first box that is wrong."""
        wrong = next((name for name in self.fields if name in self.errors), None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("autofocus", None)
            if name == wrong:
                field.widget.attrs["autofocus"] = True

    def clean(self):
        cleaned = super().clean()
        if "born" in self.errors:
            return cleaned
        born = cleaned.get("born")
        if born is None:
            if not cleaned.get("adult"):
                self.add_error("born", _("请填出生年月，或者勾选“已满 18 周岁”。"))
            elif not cleaned.get("phone") and "phone" not in self.errors:
                self.add_error("born", _("没有电话时请填出生年月，才能分清同名的人。"))
        else:
            self._guarded(cleaned, born)
        return cleaned

    def _guarded(self, cleaned, born):
        today = timezone.localdate()
        if today.year - born.year - (today.month < born.month) >= MINOR:
            return
        for name, sentence in (
            ("contact_name", _("未满 18 周岁，请填监护人姓名。")),
            ("relation", _("请选监护人和孩子的关系。")),
            ("contact_phone", _("请填监护人电话，有事要能联系上。")),
        ):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)

    def person(self):
        """Return the fields of the resident."""
        data = self.cleaned_data
        contact = data["contact_name"]
        if contact and data["relation"]:
            contact = _("%(name)s（%(relation)s）") % {"name": contact, "relation": data["relation"]}
        fields = {"name": data["name"], "phone": data["phone"], "birth_month": data["born"]}
        fields |= {"contact_name": contact, "contact_phone": data["contact_phone"]}
        return fields | (read_place(data["home"]) if data.get("home") else {})

    def place(self, error):
        """Show a DomainError beside its box; False where no box of this form can mend it."""
        name = ASKED_AT.get(error.code, error.code)
        if name not in self.fields:
            return False
        self.add_error(name, error.message)
        self.focus()
        return True


def _near_first(choices, streets):
    """The clerk's own streets first: nearly everybody at the counter lives there."""
    own = {street.street_name for street in streets}
    empty, *groups = choices
    return [empty, *sorted(groups, key=lambda group: group[0] not in own)]


class FindForm(forms.Form):
    """A receipt alone, or name and telephone (month of birth where there is none)."""

    use_required_attribute = False

    receipt = forms.CharField(label=gettext_lazy("回执号"), required=False, max_length=20, widget=_text())
    name = CheckedField(check=clean_name, label=gettext_lazy("姓名"), required=False, widget=_text())
    phone = forms.CharField(
        label=gettext_lazy("电话，没有电话的填出生年月"), required=False, max_length=30, widget=_text()
    )

    def clean(self):
        cleaned = super().clean()
        cleaned["receipt"] = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", cleaned.get("receipt", ""))).upper()
        if not cleaned["receipt"] and not self.errors:
            if not (cleaned.get("name") and cleaned.get("phone")):
                raise ValidationError(_("请填回执号；没有回执的，姓名和电话都要填，一个字也不能差。"))
            try:
                cleaned["who"] = self._who(cleaned["phone"])
            except ValidationError as error:
                self.add_error("phone", error)
        return cleaned

    def _who(self, typed):
        plain = unicodedata.normalize("NFKC", typed).strip()
        if _MONTH.fullmatch(plain) and len(re.sub(r"\D", "", plain)) <= 6:
            return {"phone": "", "birth_month": MonthField(required=False).clean(plain)}
        return {"phone": CheckedField(check=clean_phone).clean(plain)}

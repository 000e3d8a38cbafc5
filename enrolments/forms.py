"""The questions of the enrol flow, one a screen. What they say is checked and saved by accounts/services."""

import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.resident_forms import place_choices, read_place
from accounts.values import EARLIEST_YEAR


class NameForm(forms.Form):
    """Who the person at the telephone is."""

    title = _("您叫什么名字？")
    name = forms.CharField(
        label=_("姓名"),
        max_length=60,
        error_messages={"required": _("请填写姓名。")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    consent = forms.BooleanField(
        label=_("我同意用姓名和手机号办理报名、候补、抽签和点名"),
        error_messages={"required": _("请先勾选同意，才能替您报名。")},
    )


class BirthForm(forms.Form):
    """Year and month: the day is not needed. Two boxes, because old web views have no month picker."""

    title = _("是哪年哪月出生的？")
    year = forms.IntegerField(
        label=_("年"),
        error_messages={"required": _("请填写出生的年份，例如 1954。"), "invalid": _("年份是四位数字，例如 1954。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "bday-year", "autofocus": True}),
    )
    month = forms.TypedChoiceField(
        label=_("月"),
        coerce=int,
        choices=[("", _("请选择"))] + [(n, f"{n} 月") for n in range(1, 13)],
        error_messages={"required": _("请选择出生的月份。")},
    )

    def clean(self):
        cleaned = super().clean()
        year, month = cleaned.get("year"), cleaned.get("month")
        if year is None or not month:
            return cleaned
        today = timezone.localdate()
        if not EARLIEST_YEAR <= year <= today.year or datetime.date(year, month, 1) > today:
            self.add_error("year", _("出生年月要在 1900 年到今天之间，请检查。"))
        else:
            cleaned["birth_month"] = datetime.date(year, month, 1)
        return cleaned


class HomeForm(forms.Form):
    """Chosen from the list, never typed: a neighbourhood, only the street, or outside the district."""

    title = _("住在哪个社区？")
    home = forms.ChoiceField(label=_("街道和社区"), error_messages={"required": _("请选择一项。")})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["home"].choices = place_choices()

    def clean(self):
        cleaned = super().clean()
        return cleaned | read_place(cleaned["home"]) if cleaned.get("home") else cleaned


class RelativeForm(forms.Form):
    title = _("请留一位家属的联系方式")
    contact_name = forms.CharField(
        label=_("家属姓名"), max_length=60, error_messages={"required": _("请填写家属姓名。")}
    )
    contact_phone = forms.CharField(
        label=_("家属电话"),
        max_length=20,
        error_messages={"required": _("请填写家属电话。")},
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )


class ConfirmForm(forms.Form):
    """Everything on one page, and the button. ``key`` makes the button safe to press twice."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    health = forms.BooleanField(label=_("已经看过，身体可以参加"), required=False)
    audience = forms.BooleanField(label=_("属于上面说的人群"), required=False)
    wait = forms.BooleanField(label=_("如果这时刚好报满，就帮我排候补"), required=False)
    texting = forms.BooleanField(label=_("用短信告诉我开课、改期和候补（不是必需的，随时可以关）"), required=False)
    together = forms.BooleanField(required=False)

    def __init__(self, *args, family=None, **kwargs):
        super().__init__(*args, **kwargs)
        if family:
            words = _("和%(name)s一起抽（用同一个签，排在一起）")
            self.fields["together"].label = words % {"name": family.resident.name}

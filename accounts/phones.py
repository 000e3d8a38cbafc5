"""Mainland mobile numbers: what people type, what is stored (E.164), what is shown. No database here."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOBILE = re.compile(r"1[3-9]\d{9}")
BETWEEN = re.compile(r"[\s\-‐-―−.·()（）]+")


def normalise(text):
    """Return ``text`` as E.164 (``+8613800138000``); ValidationError with a sentence that says what is wrong.

    Spaces, dashes, brackets, full-width digits and the country's prefix are accepted: people copy numbers.
    """
    number = BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    number = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", number)
    if MOBILE.fullmatch(number):
        return f"+86{number}"
    if not number.isascii() or not number.isdigit():
        raise ValidationError(_("手机号只有数字，一共 11 位。请再看一遍。"), code="phone")
    if len(number) != 11:
        raise ValidationError(
            _("手机号是 11 位数字，您填了 %(count)s 位。请再数一遍。"), code="phone", params={"count": len(number)}
        )
    raise ValidationError(_("这不是手机号：手机号以 13 到 19 开头。没有手机可以到窗口办理。"), code="phone")


def shown(phone):
    """Return E.164 ``phone`` as people write it: 138 0013 8000."""
    number = phone.removeprefix("+86")
    return f"{number[:3]} {number[3:7]} {number[7:]}"


class PhoneField(forms.CharField):
    """One mobile number; the cleaned value is E.164."""

    default_error_messages = {"required": gettext_lazy("请填手机号。")}
    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "autofocus": True})

    def __init__(self, **kwargs):
        super().__init__(**{"label": gettext_lazy("手机号"), "max_length": 40, **kwargs})

    def clean(self, value):
        value = super().clean(value)
        return normalise(value) if value else value

"""The mobile number that signs in: stored as E.164, with its form field. Reading what is typed: accounts/values.py."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.values import COUNTRY_CODE, is_mobile, local_phone, phone_digits


def normalise(text):
    """Return ``text`` as E.164 (``+8613800138000``); ValidationError with a sentence that says what is wrong."""
    number = phone_digits(text)
    if is_mobile(number):
        return f"{COUNTRY_CODE}{number}"
    if not number.isascii() or not number.isdigit():
        raise ValidationError(_("手机号只有数字，一共 11 位。请再看一遍。"), code="phone")
    if len(number) != 11:
        raise ValidationError(
            _("手机号是 11 位数字，您填了 %(count)s 位。请再数一遍。"), code="phone", params={"count": len(number)}
        )
    raise ValidationError(_("这不是手机号：手机号以 13 到 19 开头。没有手机可以到窗口办理。"), code="phone")


def shown(phone):
    """Return E.164 ``phone`` as people write it: 138 0013 8000."""
    number = local_phone(phone)
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

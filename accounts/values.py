"""What a name, a telephone number and a month of birth may look like. Pure functions; DomainError says what is wrong.

Names are kept as written: rare characters (生僻字, four bytes in UTF-8) are never replaced by
look-alikes, so nothing here normalises Unicode beyond the digits of a telephone number.
"""

import datetime
import re
import unicodedata

from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError

NAME_LENGTH = 60
EARLIEST_YEAR = 1900
COUNTRY_CODE = "+86"

_MOBILE = re.compile(r"1[3-9]\d{9}")
_PREFIX = re.compile(r"^(\+86|0086|86(?=1\d{10}$))")
_LANDLINE = re.compile(r"(0(?:10|2\d)|0[3-9]\d{2})(\d{7,8})")
_SEPARATORS = re.compile(r"[\s\-‐-―−.·()（）]+")
#: Control and invisible characters, lone surrogates, line and paragraph separators.
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def clean_name(text, code="name"):
    """Return the name with single spaces; DomainError ``code`` where empty, too long or with invisible characters."""
    name = " ".join((text or "").split())
    if not name:
        raise DomainError(code, _("请填写姓名。"))
    if len(name) > NAME_LENGTH:
        raise DomainError(code, _("姓名最多 %(most)d 个字，请检查有没有多写。") % {"most": NAME_LENGTH})
    if any(unicodedata.category(character) in _INVISIBLE for character in name):
        raise DomainError(code, _("姓名里有看不见的符号，请重新输入一遍。"))
    return name


def phone_digits(text):
    """Return what was typed without spaces, dashes, brackets and the country's prefix, full-width digits made plain.

    People copy numbers. What is left may still be anything.
    """
    return _PREFIX.sub("", _SEPARATORS.sub("", unicodedata.normalize("NFKC", text or "")))


def clean_phone(text, code="phone"):
    """Return 11 digits, or 0510-12345678 for a landline; empty stays empty. DomainError ``code`` for anything else."""
    digits = phone_digits(text)
    if not digits:
        return ""
    if digits.isascii():
        if _MOBILE.fullmatch(digits):
            return digits
        if landline := _LANDLINE.fullmatch(digits):
            return "-".join(landline.groups())
    raise DomainError(code, _("电话号码不对：手机号是 11 位，座机要带区号，如 0510-12345678。"))


def masked_phone(phone):
    """Return a number (as clean_phone returns it) of which only both ends can be read: 138****1234, 0510-****5678."""
    area, dash, number = phone.rpartition("-")
    shown = "" if dash else number[:3]
    return f"{area}{dash}{shown}****{number[-4:]}" if phone else ""


def is_mobile(phone):
    """Whether an SMS can reach ``phone`` (as clean_phone returns it)."""
    return bool(_MOBILE.fullmatch(phone or ""))


def local_phone(phone):
    """Return a login's E.164 number as residents write it: 11 digits."""
    return (phone or "").removeprefix(COUNTRY_CODE)


def clean_birth_month(value, code="birth_month"):
    """Return the first day of that month, None for None; DomainError ``code`` before 1900 or after today."""
    if value is None:
        return None
    month = datetime.date(value.year, value.month, 1)
    if month.year < EARLIEST_YEAR or month > timezone.localdate():
        raise DomainError(code, _("出生年月不对：请填 1900 年到今天之间的年月。"))
    return month

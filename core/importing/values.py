"""From a cell's text to a value, or CellError with a sentence that says what would be right.

Each ``as_…`` is a function text → value; those with options are made by a factory.
Empty cells never reach them: the column says what empty means (registry.Column).
"""

import datetime
import re
import unicodedata

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import WEEKDAYS


class CellError(Exception):
    """The cell is wrong; the message is a sentence for people."""


def _half_width(text):
    """２０２７－０３ → 2027-03: digits and signs people type with a Chinese keyboard."""
    return unicodedata.normalize("NFKC", text).strip()


def line(longest=255):
    """Text of one line without mark-up, at most ``longest`` characters."""

    def as_line(text):
        if "<" in text or ">" in text:
            raise CellError(_("不能有尖括号（<、>），也不能写网页代码。"))
        if "\n" in text or "\r" in text:
            raise CellError(_("只能写一行，不能换行。"))
        if len(text) > longest:
            raise CellError(_("有 %(length)d 个字，最多 %(longest)d 个。") % {"length": len(text), "longest": longest})
        return text

    return as_line


def as_text(text):
    """Text of several lines without mark-up."""
    if "<" in text or ">" in text:
        raise CellError(_("不能有尖括号（<、>），也不能写网页代码。"))
    return text.replace("\r\n", "\n").replace("\r", "\n")


CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def as_code(text):
    """A code: Latin letters, digits, - _ and a dot, at most 40."""
    text = _half_width(text)
    if not CODE.fullmatch(text) or len(text) > 40:
        raise CellError(_("编号“%(text)s”只能用英文字母、数字、横线和点，最多 40 个。") % {"text": text[:40]})
    return text


SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


def as_slug(text):
    """The last part of an address: lower-case pinyin."""
    if not SLUG.fullmatch(text) or len(text) > 60:
        raise CellError(_("“%(text)s”不能用在网址里。请用小写拼音和横线，例如 gu-yunhe。") % {"text": text[:40]})
    return text


def whole(smallest=0, largest=32_767):
    """A whole number between ``smallest`` and ``largest``."""

    def as_whole(text):
        plain = _half_width(text)
        if not re.fullmatch(r"-?\d{1,12}", plain):
            raise CellError(_("“%(text)s”不是整数。") % {"text": text[:20]})
        if not smallest <= int(plain) <= largest:
            raise CellError(
                _("%(number)s 不在 %(smallest)d 到 %(largest)d 之间。")
                % {"number": plain, "smallest": smallest, "largest": largest}
            )
        return int(plain)

    as_whole.expects = format_lazy(gettext_lazy("整数，{smallest} 到 {largest}。"), smallest=smallest, largest=largest)
    return as_whole


def decimal(smallest, largest):
    """A number with a decimal point, e.g. degrees."""

    def as_decimal(text):
        plain = _half_width(text)
        if not re.fullmatch(r"-?\d{1,9}(\.\d{1,12})?", plain):
            raise CellError(_("“%(text)s”不是数字。") % {"text": text[:20]})
        if not smallest <= float(plain) <= largest:
            raise CellError(
                _("%(number)s 不在 %(smallest)s 到 %(largest)s 之间。")
                % {"number": plain, "smallest": smallest, "largest": largest}
            )
        return float(plain)

    return as_decimal


def as_fen(text):
    """A price in yuan → whole fen: 200, 200元, ￥12.50, 免费."""
    plain = _half_width(text).removeprefix("¥").removeprefix("￥").removesuffix("元").replace(",", "").strip()
    if plain == "免费":
        return 0
    number = re.fullmatch(r"(\d{1,7})(?:\.(\d{1,2}))?", plain)
    if not number:
        raise CellError(_("“%(text)s”不是金额。请写多少元，例如 200 或 12.50；免费写 0。") % {"text": text[:20]})
    return int(number[1]) * 100 + int((number[2] or "").ljust(2, "0"))


_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_TIME = re.compile(r"(\d{1,2})\s*[:时点]\s*(\d{2})\s*分?(?::00)?")


def as_date(text):
    """2027-03-01, 2027/3/1 or 2027年3月1日."""
    parts = _DATE.fullmatch(_half_width(text))
    try:
        date = datetime.date(*map(int, parts.groups())) if parts else None
    except ValueError:
        date = None
    if date is None or not 1900 <= date.year <= 2200:
        raise CellError(_("“%(text)s”不是日期。请写成 2027-03-01。") % {"text": text[:20]})
    return date


def as_time(text):
    """14:30 or 14点30分."""
    parts = _TIME.fullmatch(_half_width(text))
    try:
        return datetime.time(int(parts[1]), int(parts[2]))
    except (TypeError, ValueError) as error:
        raise CellError(_("“%(text)s”不是时间。请写成 14:30。") % {"text": text[:20]}) from error


def moment(last=False):
    """A date with or without a time → aware datetime; a date alone means its first minute, or its last."""

    def as_moment(text):
        plain = _half_width(text)
        day, _space, clock = plain.partition(" ")
        date = as_date(day)
        default = datetime.time(23, 59) if last else datetime.time(0, 0)
        time = as_time(clock) if clock.strip() else default
        return timezone.make_aware(datetime.datetime.combine(date, time))

    return as_moment


def as_dates(text):
    """Several dates between vertical bars: 2026-12-05|2026-12-12."""
    dates = [as_date(part) for part in re.split(r"[|;]", _half_width(text)) if part.strip()]
    if not dates or len(set(dates)) != len(dates):
        raise CellError(_("“%(text)s”里有重复的日期或没有日期。") % {"text": text[:40]})
    return dates


_DAY = re.compile(r"(?:周|星期|礼拜)?([1-7一二三四五六日天])")


def as_weekdays(text):
    """One class's days: 2, 周二, 2、4 → sorted numbers, 1 = Monday."""
    days = set()
    for part in re.split(r"[、,;/\s]+", _half_width(text)):
        found = _DAY.fullmatch(part)
        if not found:
            raise CellError(
                _("“%(text)s”不是星期几。请写 1 到 7（1 是周一），一周几次用顿号分开，几个班用竖线分开。")
                % {"text": text[:20]}
            )
        word = found[1].replace("天", "日")
        days.add(int(word) if word.isdigit() else WEEKDAYS.index(word) + 1)
    return sorted(days)


def as_weekday_groups(text):
    """Several classes between vertical bars: 2|3|4 → [[2], [3], [4]]; 2、4 → [[2, 4]]."""
    return [as_weekdays(part) for part in re.split(r"[|]", _half_width(text))]


def choice(choices):
    """One of a TextChoices class, by its Chinese label or its code."""

    def as_choice(text):
        for code, label in choices.choices:
            if text in (code, str(label)):
                return code
        raise CellError(
            _("没有“%(text)s”这一项。可以写：%(known)s。") % {"text": text[:20], "known": "、".join(as_choice.answers)}
        )

    as_choice.answers = [str(label) for label in choices.labels]
    return as_choice


def as_yes(text):
    """是 / 否."""
    plain = _half_width(text).lower()
    if plain in ("是", "1", "true", "yes", "y", "有", "示例"):
        return True
    if plain in ("否", "0", "false", "no", "n", "无"):
        return False
    raise CellError(_("“%(text)s”看不懂。请写“是”或“否”。") % {"text": text[:20]})


def names(text):
    """Several names between 、 or , or ;."""
    return [part.strip() for part in re.split(r"[、,，;；]", text) if part.strip()]


as_yes.answers = ("是", "否")
#: What a template's sheet of explanations says of a column without words of its own.
for _read, _words in (
    (as_code, gettext_lazy("英文字母、数字、横线和点，最多 40 个。")),
    (as_fen, gettext_lazy("多少元，例如 200 或 12.50；免费写 0。")),
    (as_date, gettext_lazy("日期，例如 2027-03-01。")),
    (as_time, gettext_lazy("时间，例如 14:30。")),
    (as_text, gettext_lazy("可以写几段，空一行分段。")),
):
    _read.expects = _words

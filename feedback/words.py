"""What nobody needs to write to us: numbers that lead to a person. Names and streets may be what a question is about."""

import re
import unicodedata

_GAP = r"[\s\-–—·]*"
_NUMBERS = re.compile(
    rf"(?<!\d)(?:1[3-9](?:{_GAP}\d){{9}}|\d(?:{_GAP}\d){{14}}(?:(?:{_GAP}\d){{2}}{_GAP}[\dx])?)(?![\dx])", re.I
)


def has_private_number(text):
    """Whether ``text`` holds a mobile telephone's or an identity card's number, however it is spaced.

    >>> has_private_number("我的电话是 138 1234 5678"), has_private_number("2026-11-26 的课几点")
    (True, False)
    """
    return bool(_NUMBERS.search(unicodedata.normalize("NFKC", text)))

"""How the visitor wants the pages to look: one cookie, read here and nowhere else (docs/design.md, "Versions of one page").

The server writes the wish as classes of ``<html>``: no script, no flash, and one address for all versions.
Not personal: a wish about type and colour, without a number of anybody.
"""

from dataclasses import dataclass, replace

from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _

COOKIE = "look"
COOKIE_AGE = 365 * 24 * 60 * 60  # seconds

#: Body text of the elder version in px, smallest first (domain.md §4.1: adjustable, the largest not below 30).
SIZES = (22, 24, 27, 30)
SIZE_WORDS = (_("大"), _("更大"), _("很大"), _("最大"))
TONES = {"": _("跟随手机"), "light": _("浅色"), "dark": _("深色"), "contrast": _("黑白分明")}


@dataclass(frozen=True)
class Look:
    """``size``: 0 is the usual version, 1 to 4 are the steps of the elder version. ``tone``: a key of TONES."""

    size: int = 0
    tone: str = ""

    @classmethod
    def from_text(cls, text):
        """Read what ``text`` of a cookie says; whatever is not understood is left out, nothing is an error."""
        look = cls()
        for word in (text or "")[:40].split("."):
            name, _dash, step = word.partition("-")
            if name == "elder":
                look = replace(look, size=int(step) if step in {"1", "2", "3", "4"} else 1)
            elif word in TONES:
                look = replace(look, tone=word)
        return look

    def __str__(self):
        """The one way to write it, for the cookie, an account and the key of a kept page."""
        return ".".join(filter(None, (f"elder-{self.size}" if self.size else "", self.tone)))

    @property
    def elder(self):
        return self.size > 0

    @property
    def is_usual(self):
        return not self.elder

    @property
    def classes(self):
        elder = f"elder size-{self.size}" if self.elder else ""
        return " ".join(filter(None, (elder, f"tone-{self.tone}" if self.tone else "")))

    # What the buttons in the templates say: the look that a tap on them asks for.

    @property
    def as_usual(self):
        return replace(self, size=0)

    @property
    def as_elder(self):
        return replace(self, size=max(1, self.size))

    @property
    def larger(self):
        return replace(self, size=self.size + 1) if 0 < self.size < len(SIZES) else None

    @property
    def smaller(self):
        return replace(self, size=self.size - 1) if self.size > 1 else None

    @property
    def sizes(self):
        """(words, pixels, look, whether it is the present one) of each step of the elder version."""
        return [
            (words, pixels, replace(self, size=step), step == self.size)
            for step, (words, pixels) in enumerate(zip(SIZE_WORDS, SIZES, strict=True), start=1)
        ]

    @property
    def tones(self):
        """(words, look, whether it is the present one) of each set of colours."""
        return [(words, replace(self, tone=tone), tone == self.tone) for tone, words in TONES.items()]


def keep(response, look):
    """Remember ``look`` on this phone for a year."""
    response.set_cookie(COOKIE, str(look), max_age=COOKIE_AGE, samesite="Lax")


def look_middleware(get_response):
    """Give every request its ``look``; pages differ by it, so say so to whatever keeps pages.

    ``request.look_to_keep``, when somebody sets it, goes back as the cookie (accounts: a look comes along to another phone).
    """

    def middleware(request):
        request.look = Look.from_text(request.COOKIES.get(COOKIE))
        response = get_response(request)
        if wanted := getattr(request, "look_to_keep", None):
            keep(response, wanted)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response

    return middleware


def look(request):
    """Context processor: ``look`` in every template; pages rendered outside a request have the usual one."""
    return {"look": getattr(request, "look", None) or Look()}

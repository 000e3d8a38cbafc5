"""Everybody can use every page: axe finds nothing, fingers hit, nothing is cut off, in every look.

One load a page, width and version: colours are switched on the page that is there (classes of <html>, as the server
writes them), so a state costs a second and not a day of CI.
"""

from collections import Counter
from pathlib import Path
from urllib.parse import urljoin

import axe_playwright_python
import pytest
from django.urls import reverse

from search.index.services import rebuild
from tests.browser.conftest import MISSING
from tests.enrolments.drawing import held
from tests.factories.enrolments import make_run
from tests.factories.house import at, claims_of, furnish
from tests.factories.people import GuardianshipFactory, ResidentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (390, 1280)

#: What the finger presses: every one of them has this height, and a line of text is no button.
PRESSED = "button, .button, select, summary, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), .chip, .facet-value"
TARGET, ELDER_TARGET = 44, 60  # px, domain.md §4.1

FIND = """
async ([rules, enhanced]) => {
  const only = rules.length === 1 ? { type: "rule", values: rules } : { type: "tag", values: rules };
  const found = await axe.run({ runOnly: only, resultTypes: ["violations"],
                                rules: enhanced ? { "color-contrast-enhanced": { enabled: true } } : {} });
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ": " + node.html.slice(0, 160) + " | " +
    node.any.concat(node.all, node.none).map((one) => one.message).join("; ").slice(0, 200)));
}
"""
TURN = "tone => { const all = document.documentElement.classList; all.remove('tone-light', 'tone-dark'); all.add('tone-' + tone); }"
SMALL = """
([selector, least]) => [...document.querySelectorAll(selector)]
  .filter((one) => one.getClientRects().length && !one.closest(".hidden-visually, .skip"))
  .filter((one) => one.getBoundingClientRect().height < least - 0.5)
  .map((one) => Math.round(one.getBoundingClientRect().height) + " px: " + one.outerHTML.slice(0, 120))
"""
WIDER = """
() => document.scrollingElement.scrollWidth <= innerWidth ? [] : [...document.body.querySelectorAll("*")]
  .filter((one) => one.getClientRects().length && one.getBoundingClientRect().right > innerWidth + 1)
  .filter((one) => ![...one.children].some((child) => child.getBoundingClientRect().right > innerWidth + 1))
  .map((one) => Math.round(one.getBoundingClientRect().right) + " px: " + one.outerHTML.slice(0, 120)).slice(0, 3)
"""


def anonymous_pages(district):
    """(name, address) of every page type and state that anybody sees."""
    home = district.home
    pages = [(page.specific_class.__name__, page.url) for page in home.get_descendants(inclusive=True).live()]
    kinds = Counter()
    pages = [(name, url) for name, url in pages if not (kinds.update([name]) or kinds[name] > 1)]
    run = held(district).class_run
    return [
        *pages,
        ("results", "/courses/?q=太极拳"),
        ("corrected", "/courses/?q=太级拳&weekday=3"),
        ("near", f"/courses/?near=s:{district.street.slug}"),
        ("nothing found", "/courses/?q=潜水艇驾驶"),
        ("site search", "/search/?q=运河"),
        ("events as list", "/events/?view=list"),
        ("draw", reverse("draws:draw", args=[run.code])),
        ("look", "/look/"),
        ("privacy", "/privacy/"),
        ("privacy of children", "/privacy/children/"),
        ("sign in", "/sign-in/"),
        ("check a certificate", "/certificates/"),
        ("not found", MISSING),
    ]


def own_pages(me, district):
    """(name, address) of a resident's own pages, in every state of a claim."""
    claims = claims_of(me, district)
    run = make_run(district, health_notice="量力而行。", **at(13))
    of = {name: claim.receipt for name, claim in vars(claims).items()}
    return [
        ("my learning", "/me/"),
        *[(f"claim: {name}", reverse("enrolments:enrolment", args=[receipt])) for name, receipt in of.items()],
        ("slip", reverse("enrolments:slip", args=[of["enrolled"]])),
        ("leave", reverse("enrolments:leave", args=[of["enrolled"]])),
        ("calendar", reverse("records:calendar")),
        ("who", reverse("enrolments:enrol", args=[run.code])),
        ("confirm", f"{reverse('enrolments:enrol', args=[run.code])}?person={me.pk}"),
        *[(name, reverse(f"accounts:{name}")) for name in ("people", "add_person", "consents", "data", "notices")],
        ("erase", reverse("accounts:erase_account")),
    ]


def still(width):
    return {"viewport": {"width": width, "height": 844}, "reduced_motion": "reduce"}


def wear(page, look):
    page.context.add_cookies([{"name": "look", "value": look, "url": urljoin(page.url, "/")}])


def complaints(page, address, width):
    """Everything wrong with ``address`` in all looks at ``width``, as lines."""
    found = []
    for elder in (False, True):
        wear(page, "elder-2" if elder else "light")
        page.goto(address)
        assert page.locator("html.elder").count() == int(elder), address
        page.evaluate(AXE)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        version = "elder" if elder else "light"
        found += [f"{version}: {line}" for line in page.evaluate(FIND, [RULES, elder])]
        for tone in ("dark", "contrast"):
            page.evaluate(TURN, tone)
            rule = "color-contrast-enhanced" if elder else "color-contrast"
            found += [f"{version}, {tone}: {line}" for line in page.evaluate(FIND, [[rule], False])]
        small = page.evaluate(SMALL, [PRESSED, ELDER_TARGET if elder else TARGET])
        found += [f"{version}, small: {line}" for line in small]
    return [f"{width} px, {line}" for line in found]


@pytest.mark.parametrize("width", WIDTHS)
def test_what_anybody_sees(open_page, district, width):
    furnish(district)
    rebuild()
    page, found = open_page(**still(width)), []
    page.goto("/look/")
    for name, address in anonymous_pages(district):
        found += [f"{name}, {line}" for line in complaints(page, address, width)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_a_resident_sees(signed_in, district, width):
    me = ResidentFactory(own=True, name="王秀英")
    GuardianshipFactory(guardian=me.user, resident__child=True)
    pages = own_pages(me, district)
    page, found = signed_in(me.user, **still(width)), []
    page.goto("/look/")
    for name, address in pages:
        found += [f"{name}, {line}" for line in complaints(page, address, width)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("elder", [False, True])
def test_nothing_is_cut_off_at_320_px_with_text_twice_as_large(signed_in, district, elder):
    me = ResidentFactory(own=True, name="王秀英")
    furnish(district)
    rebuild()
    page, found = signed_in(me.user, **still(320)), []
    page.goto("/look/")
    wear(page, "elder-4" if elder else "light")
    for name, address in [*anonymous_pages(district), *own_pages(me, district)]:
        page.goto(address)
        if not elder:  # 200 % of 16 px; the largest elder text is 30 px already
            page.evaluate("document.documentElement.style.fontSize = '225%'")
        found += [f"{name}: {line}" for line in page.evaluate(WIDER)]
    assert not found, "\n".join(found)

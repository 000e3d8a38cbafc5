"""Tokens: both dark sets are the same, every colour of text can be read on every ground, old web views understand the sheets."""

import re
from pathlib import Path

import pytest

from tests.test_phone import DESK

CSS = Path(__file__).resolve().parents[1] / "site" / "lifelong" / "static" / "lifelong" / "css"
TOKENS = (CSS / "tokens.css").read_text()

GROUNDS = ("paper", "wall", "wall-2", "muted-wash")
#: Colours of text, with the ground of their own.
TEXTS = {
    "ink": None,
    "ink-2": None,
    "water": "water-wash",
    "water-deep": "water-wash",
    "lantern": "lantern-wash",
    "good": "good-wash",
    **{street: f"{street}-wash" for street in ("indigo", "jade", "ochre", "plum", "moss", "rust")},
}
ON = {"on-water": ("water", "water-deep"), "on-lantern": ("lantern",), "on-roof": ("roof",), "on-mark": ("mark",)}
ENHANCED = 7  # WCAG 2.2, 1.4.6: ours for everybody, asked for in the elder version


def body_of(selector):
    return re.search(re.escape(selector) + r" \{(.*?)\}", TOKENS, re.S).group(1)


def values(*selectors):
    found = {}
    for selector in selectors:
        found |= dict(re.findall(r"--([\w-]+): ([^;]+);", body_of(selector)))
    return found


LIGHT, SYSTEM_DARK, DARK, CONTRAST = (
    ":root",
    ":root:not(.tone-light):not(.tone-contrast)",
    ".tone-dark",
    ".tone-contrast",
)
SETS = {"light": values(LIGHT), "dark": values(LIGHT, DARK), "contrast": values(LIGHT, CONTRAST)}


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_visitors_dark_is_the_systems():
    assert values(SYSTEM_DARK) == values(DARK)


@pytest.mark.parametrize("name", SETS)
def test_every_text_can_be_read_on_every_ground(name):
    tokens, bad = SETS[name], []
    for text, own in TEXTS.items():
        bad += [
            (text, ground) for ground in (*GROUNDS, own) if ground and contrast(tokens[text], tokens[ground]) < ENHANCED
        ]
    for text, grounds in ON.items():
        bad += [(text, ground) for ground in grounds if contrast(tokens[text], tokens[ground]) < ENHANCED]
    assert not bad


def test_nothing_else_names_a_colour():
    allowed = {"#fff", "#000"}  # paper in a printer and behind a QR code
    for sheet in CSS.glob("*.css"):
        if sheet.name != "tokens.css":
            assert set(re.findall(r"#[0-9a-f]{3,8}\b", sheet.read_text())) <= allowed, sheet.name


@pytest.mark.parametrize("word", ["@layer", ":has(", "oklch(", "color-mix(", "@container", "&"])
def test_old_web_views_know_every_rule(word):
    for sheet in (sheet for sheet in CSS.glob("*.css") if sheet.name not in DESK):
        rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
        assert word not in rules, (sheet.name, word)

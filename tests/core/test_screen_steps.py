"""Steps with a drawn screen: what a cell of pages.csv says, and what is drawn for it."""

import pytest
from django.template.loader import render_to_string

from core.blocks import SCREENS
from core.importing.pages import blocks_from_text
from core.importing.registry import RowError


def test_a_step_may_have_a_screen():
    blocks = blocks_from_text("## 两步\n1. 写下来，按“找课” 【画面：找课】\n2. 看一看")
    assert blocks == [
        ("heading", "两步"),
        ("screens", [{"words": "写下来，按“找课”", "screen": "search"}, {"words": "看一看", "screen": ""}]),
    ]


def test_steps_without_one_stay_plain():
    assert blocks_from_text("1. 一\n2. 二") == [("steps", ["一", "二"])]


def test_an_unknown_screen_is_named_with_those_there_are():
    with pytest.raises(RowError, match="找课、我要报名"):
        blocks_from_text("1. 一 【画面：没有的】")


@pytest.mark.parametrize("screen", [code for code, _name in SCREENS])
def test_every_screen_is_drawn_and_told(screen):
    drawn = render_to_string("components/screen.html", {"screen": screen})
    assert 'aria-label="画面：' in drawn
    assert len({render_to_string("components/screen.html", {"screen": code}) for code, _name in SCREENS}) == len(
        SCREENS
    )
    assert drawn.count("screen-ring") == 1

"""/styleguide/: every component in every state, from plain objects, in the look the reader has chosen. For staff.

Nothing here reads or writes a table: what is shown is invented and says so (示例). A component that is not here does
not exist: tests/test_styleguide.py counts the partials.
"""

import datetime
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache

from core import plots
from core.blocks import SCREENS
from courses.models import CoursePage
from enrolments.enums import Status
from home.models import NewsPage
from network.models import StreetPage
from network.street_map import Street, draw
from search.drawings import Spot, StreetMap
from search.forms import FinderForm
from timetable.enums import Phase

#: The street colours of tokens.css, with a name of each.
STREETS = {
    "indigo": "迎龙桥",
    "plum": "南禅寺",
    "jade": "清名桥",
    "ochre": "金星",
    "moss": "金匮",
    "rust": "扬名",
}

#: Tokens by what they are for.
COLOURS = ["ink", "ink-2", "water", "water-deep", "lantern", "good", *STREETS]
GROUNDS = ["paper", "wall", "wall-2", "water-wash", "lantern-wash", "good-wash", "muted-wash"]


#: Partials that are a <li>: they stand in a list.
ITEMS = {
    "components/run_row.html",
    "components/event_item.html",
    "components/session_items.html",
    "enrolments/card.html",
}


@dataclass
class Entry:
    """One component: its ``partial`` and the contexts of its states, each with a name; then the states as drawn."""

    name: str
    partial: str
    states: list = field(default_factory=lambda: [("", {})])

    @property
    def is_item(self):
        return self.partial in ITEMS

    def drawn(self, request):
        return replace(
            self, states=[(words, render_to_string(self.partial, state, request)) for words, state in self.states]
        )


@never_cache
def styleguide(request):
    """The page; for everybody else it is not there."""
    if not request.user.has_perm("wagtailadmin.access_admin"):
        raise Http404
    context = {
        "entries": [entry.drawn(request) for entry in entries()],
        "colours": COLOURS,
        "grounds": GROUNDS,
    }
    return render(request, "styleguide.html", context)


def street(colour="jade"):
    name = STREETS[colour]
    page = StreetPage(
        title=f"{name}街道", street_name=f"{name}街道", slug=colour, colour=colour, url_path="/shouye/network/"
    )
    page.summary = "六处家门口的学校之一。"
    return page


def course(title="太极拳入门", colour="jade"):
    page = CoursePage(
        title=title, slug="taiji", url_path="/shouye/courses/", is_sample=True, summary="零基础，十二次学会二十四式。"
    )
    page.street = street(colour)
    return page


def run(phase=Phase.OPEN, **changes):
    """A class run as components read it."""
    today = timezone.localdate()
    action = {Phase.OPEN: "我要报名", Phase.FULL: "排候补"}.get(phase, "")
    places = {Phase.OPEN: "余 3 名（共 30 名）", Phase.FULL: "已满，4 人候补"}.get(phase, "名额未公布")
    values = {
        "code": f"SG-{phase.value}",
        "name": "",
        "phase": phase,
        "is_full": phase == Phase.FULL,
        "action_words": action,
        "places_words": places,
        "places_left": 3,
        "waiting": 4,
        "pattern_words": "每周三 14:00—15:30",
        "weekdays": [3],
        "starts_on": today + datetime.timedelta(days=7),
        "ends_on": today + datetime.timedelta(days=91),
        "session_count": 12,
        "centre": SimpleNamespace(title="示例分中心", url="/network/", phone="", address=""),
        "room": None,
        "room_words": "教室待定",
        "delivery_words": "",
        "get_delivery_display": "现场",
        "get_mode_display": "先到先得",
        "teacher_words": "示例教师",
        "min_to_open": 8,
        "fee_fen": 0,
        "eligibility_words": "不限，人人可报",
        "enrol_opens_at": None,
        "enrol_closes_at": None,
        "is_draw": False,
        "is_walk_in": False,
        "counter_quota": 0,
        "is_sample": True,
        "sessions": SimpleNamespace(all=list),
        "alternative": None,
        "learning": course(),
        "learning_id": 1,
    }
    return SimpleNamespace(**{**values, **changes})


def session(**changes):
    start = timezone.now().replace(hour=14, minute=0)
    values = {
        "starts_at": start,
        "ends_at": start + datetime.timedelta(minutes=90),
        "span_words": "12月2日（周三）14:00—15:30",
        "planned_on": timezone.localdate(),
        "is_cancelled": False,
        "was_moved": False,
        "note": "",
        "mark": None,
        "room": None,
        "class_run": run(),
    }
    return SimpleNamespace(**{**values, **changes})


def claim(status, **changes):
    enrolment = SimpleNamespace(
        receipt="SHILI001",
        status=status,
        get_status_display=status.label,
        resident=SimpleNamespace(name="示例学员"),
        class_run=run(),
    )
    values = {"enrolment": enrolment, "run": run(), "offer": None, "position": None, "next_session": None, "state": ""}
    return SimpleNamespace(**{**values, **changes})


def entries():
    other = run(pattern_words="每周四 09:00—10:30")
    form = FinderForm({"q": "太极拳", "weekday": "3"})
    offered = claim(Status.OFFERED, offer=True, state="有一个名额为您保留到明天 10:00", time_left="还有 3 小时")
    days = [plots.Head(f"周{day}", day) for day in "一二三四五六日"]
    week = [
        plots.Row(
            name,
            [plots.Cell(f"{name}周{day}", number * 3 % 7, f"周{day}") for number, day in enumerate("一二三四五六日")],
            colour,
        )
        for colour, name in STREETS.items()
    ]
    year = [plots.Cell(f"{month} 月", month * 5 % 13, str(month)) for month in range(1, 13)]
    return [
        Entry("班的状态", "components/run_phase.html", [(phase.label, {"run": run(phase)}) for phase in Phase]),
        Entry(
            "一个班，一行",
            "components/run_row.html",
            [
                ("有名额", {"run": run(), "course": course()}),
                ("满了，有别的班", {"run": run(Phase.FULL, alternative=other), "course": course()}),
                ("已截止", {"run": run(Phase.CLOSED), "course": course()}),
            ],
        ),
        Entry("满了往哪里去", "components/run_alternative.html", [("", {"run": run(Phase.FULL), "other": other})]),
        Entry(
            "一个班能按的",
            "components/run_action.html",
            [(phase.label, {"run": run(phase), "course": course()}) for phase in (Phase.OPEN, Phase.FULL)],
        ),
        Entry(
            "一个班，全部",
            "components/class_run.html",
            [("有名额", {"run": run(), "page": course()}), ("停办", {"run": run(Phase.CANCELLED), "page": course()})],
        ),
        Entry(
            "课的卡片",
            "components/course_card.html",
            [("有班", {"course": course(), "run": run()}), ("暂未排班", {"course": course(colour="rust")})],
        ),
        Entry("故事的卡片", "components/story_card.html", [("", {"story": story()})]),
        Entry(
            "街道的卡片",
            "components/street_card.html",
            [(name, {"street": street(colour)}) for colour, name in STREETS.items()],
        ),
        Entry(
            "一场活动",
            "components/event_item.html",
            [("", {"session": session()}), ("取消了", {"session": session(is_cancelled=True)})],
        ),
        Entry(
            "一次课",
            "components/session_items.html",
            [
                ("", {"sessions": [session()]}),
                ("取消", {"sessions": [session(is_cancelled=True, note="老师生病")]}),
                ("改期", {"sessions": [session(was_moved=True)]}),
            ],
        ),
        Entry(
            "报上的班",
            "enrolments/card.html",
            [
                (
                    status.label,
                    {"card": claim(status, position=2 if status == Status.WAITING else None, state="候补第 2 位")},
                )
                for status in Status
            ],
        ),
        Entry("等您确认的名额", "enrolments/offer.html", [("", {"card": offered})]),
        Entry(
            "页面的头",
            "components/page_head.html",
            [("", {"page": course(), "street": street(), "labels": ["武术太极"]})],
        ),
        Entry("卡片的图", "components/picture.html", [("没有照片", {"item": story()})]),
        Entry("示例二字", "components/sample.html", [("", {"item": course()})]),
        Entry("找课的框", "components/search_box.html", [("", {"field": form["q"], "words": "找课"})]),
        Entry(
            "一项选择",
            "components/select.html",
            [("没选", {"field": form["time"]}), ("选了", {"field": form["weekday"], "chosen": ["weekday"]})],
        ),
        Entry("一个勾", "components/tick.html", [("", {"field": form["free"]})]),
        Entry("在哪儿附近", "components/near.html", [("", {"field": form["near"]})]),
        Entry("标出的字", "components/marked.html", [("", {"parts": [("太极", True), ("拳入门", False)]})]),
        Entry("翻页", "components/pages.html", [("", {"list": Paginator(range(50), 10).page(2)})]),
        Entry(
            "六个街道的图",
            "components/street_map.html",
            [("", {"map": street_map(), "to": "/courses/", "unit": "门课"})],
        ),
        Entry(
            "画出来的数",
            "components/plot.html",
            [
                (
                    "柱",
                    {
                        "plot": plots.bars(year),
                        "name": "一年的活动",
                        "unit": "场",
                        "sentence": "示例：十月最多。",
                        "to": "/events/",
                    },
                ),
                (
                    "格",
                    {
                        "plot": plots.heat(week, days),
                        "name": "一周的课",
                        "unit": "门课",
                        "sentence": "示例：周二最多。",
                        "to": "/courses/",
                    },
                ),
            ],
        ),
        Entry("帮助里的画面", "components/screen.html", [(name, {"screen": code}) for code, name in SCREENS]),
        Entry(
            "换显示方式",
            "components/look_button.html",
            [("", {"to": "elder-1", "words": "长辈版", "class": "button button-quiet"})],
        ),
        Entry("画", "components/canal.html"),
        Entry("标志", "components/mark.html"),
    ]


def story():
    page = NewsPage(title="古运河讲堂：一条河讲了十年", slug="jiangtang", url_path="/shouye/news/", is_sample=True)
    page.summary, page.street = "示例：每月一讲，听得懂，用得上。", street("plum")
    return page


def street_map():
    drawing = draw(tuple(Street(slug=colour, name=name, colour=colour) for colour, name in STREETS.items()))
    return StreetMap(drawing, [Spot(placed, 7 * number, "") for number, placed in enumerate(drawing.placed, start=1)])

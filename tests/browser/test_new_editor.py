"""Somebody who has never seen a CMS: from last term's course to a place in the finder, with a clash on the way.

Each step is one thing that a person does. Wagtail's own names of its buttons are used, as they are read on the screen.
"""

import contextlib
import re
import time

import pytest
from django.urls import reverse
from playwright.sync_api import TimeoutError, expect

from core.services import sync_roles
from courses.models import CoursePage
from home.services import found_site
from teachers.models import Teacher
from tests.factories.accounts import member
from tests.factories.learning import CoursePageFactory
from tests.factories.network import RoomFactory
from tests.factories.timetable import ClassRunFactory, SubjectFactory, TermFactory, days_from_today
from timetable.enums import ClassRunStatus
from timetable.models import ClassRun

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
MOST_SECONDS, MOST_STEPS = 300, 40
NEW = "太极拳入门（第二期）"


KEPT = "Object.keys(localStorage).some((name) => name.startsWith('unsaved:'))"


def until(page, script):
    """Wait for ``script`` to be true. Not page.wait_for_function: the desk's policy forbids its eval."""
    for _attempt in range(50):
        if page.evaluate(script):
            return
        page.wait_for_timeout(100)
    raise AssertionError(script)


def write(locator, words):
    """Fill a field and leave it: the calendar of a date goes away."""
    locator.fill(words)
    locator.blur()


def close_calendars(page):
    """Beside the form; one that opens only now, on a busy machine, is put away as well."""
    page.mouse.click(640, 20)
    page.evaluate("document.querySelectorAll('.xdsoft_datetimepicker').forEach((one) => one.remove())")


class Steps:
    """Counts what a person does on a page."""

    def __init__(self):
        self.count, self.began = 0, time.monotonic()

    def click(self, locator):
        self.count += 1
        locator.click()

    def fill(self, locator, words):
        self.count += 1
        write(locator, words)

    def tick(self, locator):
        """By the keyboard: the form moves while its preview arrives."""
        self.count += 1
        locator.press("Space")
        expect(locator).to_be_checked()

    def choose(self, locator, **what):
        self.count += 1
        locator.select_option(**what)


@pytest.fixture
def last_term(district):
    """A course with a class of last term, a class in the room that the new editor will ask for, and two terms."""
    sync_roles()
    last = TermFactory(name="上学期", starts_on=days_from_today(-150), ends_on=days_from_today(-30))
    TermFactory(name="这学期", starts_on=days_from_today(-10), ends_on=days_from_today(120))
    course = CoursePageFactory(parent=district.street, title="太极拳入门", subject=SubjectFactory(name="体育健身"))
    room, other = (RoomFactory(centre=district.street, name=name) for name in ("一号教室", "二号教室"))
    ClassRunFactory(
        learning=course, term=last, starts_on=days_from_today(-100), weekdays=[3], capacity=20, room=room,
        enrol_opens_at=None, enrol_closes_at=None,
    )  # fmt: skip
    taken = CoursePageFactory(parent=district.street, title="合唱")
    ClassRunFactory(learning=taken, room=room, weekdays=[3], starts_on=days_from_today(7))
    Teacher.objects.create(name="示例教师", home_centre=district.street)
    return district, room, other


def copy_the_course(page, steps):
    page.goto("/admin/")
    steps.click(page.get_by_role("link", name="课程", exact=True).first)
    steps.click(page.get_by_role("link", name="太极拳入门", exact=True))
    steps.click(page.locator("header").get_by_role("button", name="动作").first)
    steps.click(page.get_by_role("link", name="复制").first)
    steps.fill(page.locator("[name=new_title]"), NEW)
    steps.fill(page.locator("[name=new_slug]"), "taijiquan-2")
    steps.click(page.get_by_role("button", name="复制此页"))
    expect(page.locator(".messages")).to_contain_text("居民还看不到")
    expect(page.locator("[name=title]")).to_have_value(NEW)


def plan_the_class(page, steps, room, other):
    steps.click(page.locator("header").get_by_role("button", name="动作").first)
    steps.click(page.get_by_role("link", name="开一个班"))
    expect(page.locator("[data-chooser-title]").first).to_have_text(re.compile(NEW[:5]))
    steps.choose(page.locator("[name=term]"), label="这学期")
    steps.choose(page.locator("[name=room]"), value=str(room.pk))
    steps.fill(page.locator("[name=starts_on]"), days_from_today(7).isoformat())
    close_calendars(page)
    steps.tick(page.locator("[name=weekdays][value='3']"))
    steps.fill(page.locator("[name=starts_at]"), "14:30")
    steps.fill(page.locator("[name=ends_at]"), "16:00")
    steps.fill(page.locator("[name=session_count]"), "4")
    steps.fill(page.locator("[name=capacity]"), "15")
    steps.fill(page.locator("[name=enrol_opens_at]"), f"{days_from_today(-1)} 09:00")
    preview = page.locator("[data-sessions-preview]")
    expect(preview).to_contain_text("现在保存不了")
    expect(preview).to_contain_text("合唱")  # the clash is named
    close_calendars(page)
    steps.click(page.get_by_role("button", name="创建"))
    expect(page.locator("main")).to_contain_text("合唱")  # refused, with the name; nothing typed is lost
    expect(page.locator("[name=session_count]")).to_have_value("4")
    steps.choose(page.locator("[name=room]"), value=str(other.pk))
    expect(page.locator("[data-sessions-preview]")).to_contain_text("没有冲突")
    close_calendars(page)
    steps.click(page.get_by_role("button", name="创建"))
    expect(page.locator(".messages")).to_contain_text("排了 4 次课")
    expect(page.locator(".messages")).to_contain_text("请负责人")


def submit(page, steps, course):
    page.goto(reverse("wagtailadmin_pages:edit", args=[course.pk]))
    steps.click(page.locator("footer").get_by_role("button", name="更多动作"))
    steps.click(page.locator("[name=action-submit]"))
    expect(page.locator(".messages")).to_contain_text("提交")


def approve(page, steps):
    page.goto("/admin/")
    steps.click(page.get_by_role("link", name=NEW).first)
    steps.click(page.locator("footer").get_by_role("button", name="更多动作"))
    steps.click(page.locator("footer").get_by_role("button", name="批准").first)
    expect(page.locator(".messages")).to_contain_text("已被更新")


def publish_the_class(page, steps):
    page.goto(reverse("runs:index"))
    steps.click(page.get_by_role("link", name=re.compile(re.escape(NEW))).first)
    steps.click(page.get_by_role("link", name="公布").first)
    steps.click(page.get_by_role("button", name="公布，让居民看到"))
    expect(page.locator(".messages")).to_contain_text("已公布")


def test_from_last_terms_course_to_the_finder(signed_in, open_page, last_term):
    district, room, other = last_term
    found_site()
    steps = Steps()
    editor = signed_in(member("street_editor", district.street), **DESKTOP)
    copy_the_course(editor, steps)
    plan_the_class(editor, steps, room, other)
    course, run = CoursePage.objects.get(title=NEW), ClassRun.objects.get(learning__title=NEW)
    assert (run.room, run.status, run.sessions.count()) == (other, ClassRunStatus.DRAFT, 4)
    submit(editor, steps, course)
    approve(signed_in(member("college"), **DESKTOP), steps)
    publish_the_class(signed_in(member("street_lead", district.street), **DESKTOP), steps)
    resident = open_page(**DESKTOP)
    resident.goto("/courses/?q=太极拳")
    expect(resident.locator("main")).to_contain_text(NEW)
    assert steps.count <= MOST_STEPS, steps.count
    assert time.monotonic() - steps.began < MOST_SECONDS


def test_a_page_saves_itself(signed_in, district):
    """Wagtail's autosave is on: what was typed into a draft is there after the tab was closed."""
    sync_roles()
    course = CoursePageFactory(parent=district.street, title="剪纸", live=False)
    page = signed_in(member("street_editor", district.street), **DESKTOP)
    page.add_init_script(
        "addEventListener('w-unsaved:watch-edits', () => (document.documentElement.dataset.watched = 1))"
    )
    page.goto(reverse("wagtailadmin_pages:edit", args=[course.pk]))
    page.locator("html[data-watched]").wait_for()  # Wagtail has read the form as it was given
    summary, saved = (
        page.locator("[name=summary]"),
        page.locator("#w-autosave-indicator[data-w-autosave-state-value=saved]"),
    )
    summary.fill("")
    for words in ("一把剪刀，", "一张红纸，", "一个下午，", "一朵花。"):
        summary.press_sequentially(words)
        with contextlib.suppress(TimeoutError):  # Wagtail may have looked at the form only after these words
            saved.wait_for(timeout=4000)
            break
    typed = summary.input_value()
    page.close()
    course.refresh_from_db()
    assert course.get_latest_revision_as_object().summary == typed


def test_a_form_keeps_what_was_not_saved(signed_in, district):
    """A class run is no page: the browser keeps what was typed, offers it again, and forgets it once saved."""
    sync_roles()
    course = CoursePageFactory(parent=district.street, title="剪纸")
    page = signed_in(member("street_editor", district.street), **DESKTOP)
    address = f"{reverse('runs:add')}?learning={course.pk}"
    page.goto(address)
    page.fill("[name=name]", "周三下午班")
    page.check("[name=weekdays][value='3']")
    until(page, KEPT)
    again = page.context.new_page()
    page.close()
    again.goto(address)
    again.get_by_role("button", name="放回来").click()
    expect(again.locator("[name=name]")).to_have_value("周三下午班")
    expect(again.locator("[name=weekdays][value='3']")).to_be_checked()
    for name, value in {"starts_on": str(days_from_today(7)), "starts_at": "14:00", "ends_at": "15:30"}.items():
        write(again.locator(f"[name={name}]"), value)
    again.fill("[name=session_count]", "2")
    close_calendars(again)
    again.get_by_role("button", name="创建").click()
    expect(again.locator(".messages")).to_contain_text("排了 2 次课")
    assert not again.evaluate(KEPT)

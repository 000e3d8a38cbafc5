"""The roll on a phone at the door: big targets, a tap is saved by itself, one that did not get through is kept and sent again."""

import datetime

import pytest
from django.utils import timezone

from core.services import sync_roles
from enrolments.enums import Mark
from enrolments.models import Attendance
from tests.enrolments.classes import put
from tests.factories.accounts import member
from tests.factories.learning import CoursePageFactory
from tests.factories.people import ResidentFactory
from tests.factories.timetable import ClassRunFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: While ``sessionStorage.weak`` stands nothing gets through; ``window.answer`` is what another phone's tap makes of ours.
WEAK_NETWORK = """
const real = window.fetch;
window.fetch = (address, options) => {
  if (!options || options.method !== 'POST') { return real(address, options); }
  if (sessionStorage.weak) { return Promise.reject(new Error('network')); }
  if (window.answer) { return Promise.resolve(new Response(window.answer, {status: 409, headers: {'Content-Type': 'application/json'}})); }
  return real(address, options);
};
"""


@pytest.fixture
def door(signed_in, district):
    """A clerk's phone with the roll of a meeting of three people; ``page.people`` are their places."""
    sync_roles()
    day = timezone.localdate() - datetime.timedelta(days=8)
    run = ClassRunFactory(
        learning=CoursePageFactory(parent=district.street), starts_on=day, weekdays=[day.isoweekday()], capacity=9
    )
    page = signed_in(member("counter_clerk", district.street), viewport={"width": 390, "height": 844}, has_touch=True)
    page.add_init_script(WEAK_NETWORK)
    page.on("dialog", lambda dialog: dialog.accept())
    page.people = [put(run, ResidentFactory(name=name)) for name in ("安娜", "李四", "张三")]
    page.goto(f"/admin/roster/{run.sessions.order_by('starts_at').first().pk}/")
    return page


def row(page, number):
    return page.locator(f'[data-person="{page.people[number].pk}"]')


def tap(page, number, answer="present"):
    row(page, number).locator(f"label:has([value={answer}])").tap()


def marks(page):
    found = dict(Attendance.objects.values_list("enrolment", "mark"))
    return [found.get(place.pk) for place in page.people]


def test_the_roll_at_the_door(door):
    for label in row(door, 0).locator(".roster-marks label").all():
        box = label.bounding_box()
        assert (box["height"] >= 56, box["width"] >= 44) == (True, True)
    tap(door, 0)
    row(door, 0).get_by_text("已保存").wait_for()
    assert marks(door) == [Mark.PRESENT, None, None]

    door.evaluate("sessionStorage.weak = 1")
    tap(door, 1, "excused")
    tap(door, 2)
    door.get_by_text("还有 2 人没存上").wait_for()
    assert marks(door) == [Mark.PRESENT, None, None]
    assert "李四" not in door.evaluate("JSON.stringify(localStorage)")
    door.reload()
    assert row(door, 1).locator("[type=radio][value=excused]").is_checked()
    door.get_by_text("还有 2 人没存上").wait_for()
    door.evaluate("sessionStorage.removeItem('weak'); dispatchEvent(new Event('online'))")
    row(door, 1).get_by_text("已保存").wait_for()
    row(door, 2).get_by_text("已保存").wait_for()
    assert marks(door) == [Mark.PRESENT, Mark.EXCUSED, Mark.PRESENT]
    assert door.locator("[data-queue]").is_hidden()

    door.evaluate("""window.answer = '{"mark": "absent", "sentence": "别的手机刚点了“缺席”"}'""")
    tap(door, 2, "excused")
    row(door, 2).get_by_text("别的手机刚点了").wait_for()
    assert row(door, 2).locator("[type=radio][value=absent]").is_checked()

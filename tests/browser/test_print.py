"""What comes out of the printer, printed by Chromium: sheets, sizes, words, and codes that lead where they should."""

import datetime

import pytest
from django.utils import timezone

from core.models import DistrictSettings
from network.models import StreetPage, SubCentrePage
from tests.browser.test_counter import at_the_counter, run  # noqa: F401  fixtures: a clerk who has signed in
from tests.factories.enrolments import enrol_someone, make_run
from tests.factories.learning import CoursePageFactory
from tests.factories.people import UserFactory
from tests.factories.timetable import ClassRunFactory, days_from_today
from tests.printing import A4, A4_LANDSCAPE, printed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: Where the code stands: left, top, right, bottom in mm.
POSTER_CODE, WEEK_CODE = (0, 232, 60, 297), (264, 5, 297, 33)
NAVIGATION = ("回到网页", "打印海报", "主菜单", "登录", "搜索")


@pytest.fixture
def monday():
    """Next week's Monday: every class below meets then."""
    today = timezone.localdate()
    return today + datetime.timedelta(days=7 - today.weekday())


def teach(district, monday, title, count=1, hour=14, **fields):
    """``count`` courses that meet on that Monday at the sub-centre."""
    for number in range(count):
        ClassRunFactory(
            learning=CoursePageFactory(parent=district.street, title=title.format(number + 1)),
            centre=district.sub_centre,
            starts_on=monday,
            weekdays=[1],
            starts_at=datetime.time(hour),
            ends_at=datetime.time(hour + 1),
            **fields,
        )


def test_the_week_of_a_place_is_one_sheet_across(live_page, live_server, district, monday):
    SubCentrePage.objects.update(phone="051085001234", address="扬名路12号")
    teach(district, monday, "太极拳")
    teach(district, monday, "锡剧{}", count=5, hour=9)
    live_page.goto(f"/print/week/{district.sub_centre.pk}/?day={monday}")
    for colour in (True, False):
        paper = printed(live_page, colour)
        assert paper.sizes == [A4_LANDSCAPE]
        for words in ("一周课表", "太极拳", "14:00—15:00", "锡剧5", "上午", "周一", "051085001234", "扬名路12号"):
            assert words in paper.text
        assert not [words for words in NAVIGATION if words in paper.text]
        assert paper.shows_qr(live_server.url + district.sub_centre.url, WEEK_CODE)


def test_a_busy_week_goes_on_to_a_second_sheet_with_its_heads(live_page, district, monday):
    teach(district, monday, "课{}", count=40)
    live_page.goto(f"/print/week/{district.street.pk}/?day={monday}")
    paper = printed(live_page)
    assert set(paper.sizes) == {A4_LANDSCAPE}
    assert 2 <= len(paper.sizes) <= 3
    assert paper.text.count("周三") == len(paper.sizes), "each sheet names its days"
    assert all(f"课{number}" in paper.text for number in range(1, 41))


def test_a_cancelled_class_says_so_on_paper(live_page, district, monday):
    teach(district, monday, "太极拳")
    session = district.sub_centre.class_runs.get().sessions.order_by("starts_at").first()
    type(session).objects.filter(pk=session.pk).update(status="cancelled")
    live_page.goto(f"/print/week/{district.sub_centre.pk}/?day={monday}")
    assert "停课" in printed(live_page).text


@pytest.mark.parametrize("runs", [0, 1, 5])
@pytest.mark.parametrize("title", ["香氛", "无锡方言与吴歌里的古运河生活（提高班第三期）"])
def test_a_poster_of_a_course_is_one_sheet(live_page, live_server, district, runs, title):
    type(district.street).objects.filter(pk=district.street.pk).update(phone="051085001234")
    course = CoursePageFactory(parent=district.street, title=title, summary="零基础，从坐姿开始，" * 8, is_sample=True)
    for number in range(runs):
        ClassRunFactory(learning=course, centre=district.sub_centre, starts_on=days_from_today(7 + number), taken=2)
    live_page.goto(f"/print/poster/{course.pk}/")
    for colour in (True, False):
        paper = printed(live_page, colour)
        assert paper.sizes == [A4]
        for words in (title, "清名桥街道社区教育中心", "051085001234", "扫一扫", "示例"):
            assert words in paper.text
        assert paper.text.count("每周三14:00—15:30") == min(runs, 3)
        assert "余" not in paper.text, "a number of places is wrong the day after"
        assert not [words for words in NAVIGATION if words in paper.text]
        assert paper.shows_qr(live_server.url + course.url, POSTER_CODE)
        if runs > 3:
            assert "还有别的时间和地点" in paper.text


def test_a_poster_of_a_street_and_of_a_school_round_the_corner(live_page, live_server, district):
    settings = DistrictSettings.for_site(district.home.get_site())
    settings.phone = "051082700000"
    settings.save()
    StreetPage.objects.update(phone="")
    SubCentrePage.objects.update(phone="", address="扬名路12号", how_to_get_there="公交 23 路到扬名站")
    for page, words in ((district.street, "清名桥街道社区教育中心"), (district.sub_centre, "扬名路12号")):
        live_page.goto(f"/print/poster/{page.pk}/")
        paper = printed(live_page)
        assert paper.sizes == [A4]
        assert words in paper.text
        assert "051082700000" in paper.text
        assert paper.shows_qr(live_server.url + page.url, POSTER_CODE)


def test_the_slip_is_half_a_sheet(open_page, live_server, district, signed_in):
    user = UserFactory()
    claim = enrol_someone(make_run(district), name="王秀英", user=user)
    page = signed_in(user, viewport={"width": 390, "height": 844})
    page.goto(f"/me/enrolments/{claim.receipt}/slip/")
    paper = printed(page)
    assert paper.sizes == [A4]
    assert paper.lowest_ink() < 149
    for words in (claim.receipt, "王秀英", claim.class_run.learning.title):
        assert words in paper.text
    assert not [words for words in (*NAVIGATION, "打印回执") if words in paper.text]


def test_the_class_list_for_the_room(at_the_counter, district, run):  # noqa: F811
    for number in range(2):
        enrol_someone(run, name=f"学员甲{number}", phone="13912345678")
    page = at_the_counter(viewport={"width": 1280, "height": 800})
    page.goto(f"/admin/roster/run/{run.pk}/list/")
    paper = printed(page)
    assert paper.sizes == [A4]
    for words in ("学员甲0", "学员甲1", "太极拳入门", run.code, "2人"):
        assert words in paper.text
    assert "1391234" not in paper.text
    page.goto(f"/admin/roster/run/{run.pk}/")
    paper = printed(page)
    assert "学员甲0" in paper.text
    assert "打印名单" not in paper.text


def test_the_counters_slip_is_half_a_sheet(at_the_counter, run):  # noqa: F811
    claim = enrol_someone(run, name="王秀英")
    page = at_the_counter(viewport={"width": 1280, "height": 800})
    page.goto(f"/admin/counter/slip/{claim.receipt}/")
    paper = printed(page)
    assert paper.sizes == [A4]
    assert paper.lowest_ink() < 149
    assert claim.receipt in paper.text
    assert "再登记一位" not in paper.text


def test_an_ordinary_page_prints_without_its_menu_also_in_the_dark(open_page, live_server, district):
    CoursePageFactory(parent=district.street, title="太极拳入门")
    for look in ("", "dark", "elder-4"):
        page = open_page(color_scheme="dark")
        if look:
            page.context.add_cookies([{"name": "look", "value": look, "url": live_server.url}])
        page.goto(district.street.url)
        paper = printed(page)
        assert set(paper.sizes) == {A4}
        assert "太极拳入门" in paper.text
        assert not [words for words in ("登录", "长辈版", "普通版", "打印海报") if words in paper.text]


def test_the_button_comes_with_scripts_and_the_sentence_without(open_page, district):
    address = f"/print/week/{district.sub_centre.pk}/"
    page = open_page()
    page.goto(address)
    assert page.get_by_role("button", name="打印").is_visible()
    assert not page.get_by_text("用浏览器菜单里的“打印”").is_visible()
    page = open_page(java_script_enabled=False)
    page.goto(address)
    assert not page.locator("[data-print]").is_visible()
    assert page.get_by_text("用浏览器菜单里的“打印”").is_visible()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_preview_fits_the_screen(open_page, district, width):
    page = open_page(viewport={"width": width, "height": 844})
    for address in (f"/print/week/{district.sub_centre.pk}/", f"/print/poster/{district.street.pk}/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(".sheet").bounding_box()["width"] <= width

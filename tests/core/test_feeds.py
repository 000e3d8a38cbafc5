"""What machines read of the whole site: sitemap, robots.txt, printable text."""

from xml.etree import ElementTree

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from core.feeds import printable
from tests.factories.learning import CoursePageFactory

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("书法\x00\x07\x0b\x1f", "书法"),
        ("一\r\n二\r三\n四", "一\n二\n三\n四"),
        ("\ufffe书\ud800", "书"),
        (None, ""),
        ("𠮷🎈\t", "𠮷🎈\t"),
    ],
)
def test_only_what_xml_and_icalendar_allow_is_left(text, clean):
    assert printable(text) == clean


def test_the_sitemap_lists_live_public_pages_and_no_others(client, district):
    live = CoursePageFactory(parent=district.street)
    CoursePageFactory(parent=district.street, live=False)
    private = CoursePageFactory(parent=district.street)
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    PageViewRestriction.objects.create(page=district.other_street, restriction_type="login")
    CoursePageFactory(parent=district.other_street)

    response = client.get("/sitemap.xml")
    assert response.status_code == 200
    root = ElementTree.fromstring(response.content)  # noqa: S314  our own
    addresses = [element.text for element in root.iter(f"{SITEMAP}loc")]
    below = [address for address in addresses if address.startswith("http://testserver/network/")]
    assert below == [
        f"http://testserver{page.get_url()}" for page in (district.network, district.street, district.sub_centre, live)
    ]
    assert "http://testserver/" in addresses


def test_a_published_page_says_when_it_changed(client, district):
    course = CoursePageFactory(parent=district.street)
    course.save_revision().publish()
    course.refresh_from_db()
    entry = client.get("/sitemap.xml").content.decode().split(course.url)[1].split("</url>")[0]
    assert f"<lastmod>{timezone.localdate(course.last_published_at)}</lastmod>" in entry


def test_robots_may_read_everything_but_the_admin(client, district):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /admin/" in lines
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert client.head("/robots.txt").status_code == 200

"""/styleguide/ has every component, for staff only, and asks no table for what it shows."""

from pathlib import Path

import pytest

from lifelong.styleguide import entries

COMPONENTS = Path(__file__).resolve().parents[1] / "site" / "lifelong" / "templates" / "components"

#: Partials that are parts of a page's frame (seen on the page of the style guide itself) or of another component.
ELSEWHERE = {
    "body", "crumbs", "elder_bar", "footer", "header", "lens", "me_door", "near_me", "outside_wechat", "page_picture",
    "plot_cells", "plot_table", "sections", "share", "source",
}  # fmt: skip


@pytest.mark.django_db  # the form of the finder asks for its choices
def test_every_component_is_there():
    shown = {entry.partial for entry in entries()}
    missing = {path.stem for path in COMPONENTS.glob("*.html")} - ELSEWHERE - {Path(name).stem for name in shown}
    assert not missing


@pytest.mark.parametrize("path", sorted(COMPONENTS.glob("*.html")), ids=lambda path: path.stem)
def test_every_component_says_what_it_needs(path):
    assert path.read_text().startswith("{# ")


def test_staff_see_it(admin_client, district):
    page = admin_client.get("/styleguide/")
    assert page.status_code == 200
    html = page.content.decode()
    for words in ("已满，4 人候补", "最近还有名额", "我要这个名额", "古运河讲堂", "示意图，不按比例"):
        assert words in html, words
    assert (
        'class="elder size-3"'
        in admin_client.get(
            "/styleguide/", headers={"cookie": f"look=elder-3; sessionid={admin_client.cookies['sessionid'].value}"}
        ).content.decode()
    )


def test_nobody_else_does(client, district):
    assert client.get("/styleguide/").status_code == 404

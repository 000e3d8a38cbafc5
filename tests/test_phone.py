"""The site as an app on a weak phone: scripts and styles old web views read, what is shared, what is kept, what fails."""

import gc
import gzip
import io
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.http import HttpRequest
from django.test import Client
from PIL import Image
from wagtail.models import Site

from core.models import CustomImage, DistrictSettings
from lifelong.views import broken
from tests.factories.enrolments import enrol_someone, make_run
from tests.factories.learning import CoursePageFactory
from tests.factories.people import UserFactory

ROOT = Path(settings.BASE_DIR)
SCRIPTS = [path for path in ROOT.glob("**/static/**/*.js") if ".venv" not in path.parts and "var" not in path.parts]
SHEETS = list(ROOT.glob("site/lifelong/static/**/*.css"))
#: The desk's own sheets follow Wagtail, which asks for new browsers anyway.
DESK = {"roster.css", "counter.css", "development.css", "draw-desk.css"}
#: What Chromium 78 or iOS 13 cannot parse or does not have. A list, not a parser: it finds what people write.
TOO_NEW = {
    "optional chaining": r"[\w)\]]\?\.[a-zA-Z_([]",
    "??": r"\?\?",
    "logical assignment": r"(\|\||&&)=",
    "class field": r"^\s*(static\s+)?#?\w+\s*=[^=>].*;\s*$(?<=class)",
    "private name": r"\bthis\.#|^\s*#\w+",
    "replaceAll": r"\.replaceAll\(",
    "structuredClone": r"\bstructuredClone\b",
    "Array.at": r"\.at\(-?\d",
    "Object.hasOwn": r"\bObject\.hasOwn\b",
    "Promise.any": r"\bPromise\.any\b",
    "replaceChildren": r"\.replaceChildren\(",
    "import": r"^\s*(import|export)\b",
    "top-level await": r"^await\b",
    "separators": r"\b\d+_\d{3}\b",
    "lookbehind": r"\(\?<[=!]",
}
#: Whole rules or sheets that an old web view drops.
LOST = {
    "@layer": r"@layer\b",
    "@container": r"@container\b",
    "nesting": r"(^|[;{]\s*)&[\s.:>]",
    ":has()": r":has\(",
    ":is()": r":(is|where)\(",
    "oklch": r"\bokl(ch|ab)\(",
    "color-mix": r"color-mix\(",
    "range query": r"@media[^{]*[<>]=?",
    "new units": r"\d(dvh|svh|lvh|cqw|cqi)\b",
}


def code_of(path):
    """The text without comments."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    return re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("path", [*SCRIPTS, ROOT / "site/lifelong/templates/sw.js"], ids=lambda path: path.name)
def test_scripts_parse_in_a_web_view_of_2020(path):
    text = code_of(path)
    assert [name for name, pattern in TOO_NEW.items() if re.search(pattern, text, re.MULTILINE)] == []


@pytest.mark.parametrize("path", [path for path in SHEETS if path.name not in DESK], ids=lambda path: path.name)
def test_styles_are_read_by_old_web_views(path):
    text = code_of(path)
    assert [name for name, pattern in LOST.items() if re.search(pattern, text, re.MULTILINE)] == []


@pytest.mark.parametrize(
    "text", ["a?.b", "f()?.[0]", "a ?? b", "a ||= b", "this.#a", "x.replaceAll('a','b')", "await f()", "list.at(-1)"]
)
def test_the_list_finds_what_it_names(text):
    assert [name for name, pattern in TOO_NEW.items() if re.search(pattern, text, re.MULTILINE)]


def test_all_scripts_together_are_small():
    total = sum(len(gzip.compress(path.read_bytes())) for path in SCRIPTS)
    assert total <= 20 * 1024
    assert len(gzip.compress(Path(finders.find("lifelong/js/drafts.js")).read_bytes())) <= 1536


def test_the_manifest_names_the_district_and_its_icons_exist(client, district):
    response = client.get("/manifest.webmanifest")
    assert response["Content-Type"].startswith("application/manifest+json")
    body = json.loads(response.content)
    assert "终身学习" in body["name"]
    assert body["lang"] == "zh-Hans"
    assert {icon["purpose"] for icon in body["icons"]} == {"any", "maskable"}
    for icon in body["icons"]:
        with Image.open(finders.find(icon["src"].removeprefix(settings.STATIC_URL))) as picture:
            assert "{}x{}".format(*picture.size) == icon["sizes"]
    for shortcut in body["shortcuts"]:
        assert client.get(shortcut["url"]).status_code in {200, 302}


def test_the_worker_covers_the_site_and_is_asked_for_anew(client, district):
    response = client.get("/sw.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cache-Control"] == "no-cache"
    assert response["Service-Worker-Allowed"] == "/"
    text = response.content.decode()
    assert "{{" not in text
    assert "&" not in text.replace("&&", "")
    for address in re.findall(r'"(/static/[^"]+)"', text):
        assert finders.find(address.removeprefix("/static/"))
    assert '"/offline/"' in text
    assert "/me/timetable/kept/" in text


def test_a_changed_shell_has_another_name(client, district, monkeypatch, tmp_path):
    before = re.search(r"shell-\w+", client.get("/sw.js").content.decode())[0]
    changed = tmp_path / "site.css"
    changed.write_text("body {}")
    monkeypatch.setattr("lifelong.phone_views.finders.find", lambda name: str(changed))
    assert re.search(r"shell-\w+", client.get("/sw.js").content.decode())[0] != before


def test_the_page_for_no_network_says_what_where_and_whom(client, district):
    info = DistrictSettings.for_site(Site.objects.get())
    info.phone = "0510-82700000"
    info.save()
    html = client.get("/offline/").content.decode()
    for words in ("没有网络", "tel:051082700000", "再试一次", "存在手机里的课表"):
        assert words in html
    assert "csrf" not in html


def test_the_timetable_shows_what_one_has_and_nobody_elses(client, district):
    user = UserFactory()
    run = make_run(district, learning=CoursePageFactory(parent=district.street, title="太极拳入门"))
    enrol_someone(run, name="王秀英", user=user)
    enrol_someone(make_run(district, learning=CoursePageFactory(parent=district.street, title="剪纸")))
    for address in ("/me/timetable/", "/me/timetable/kept/"):
        assert client.get(address).status_code == 302
    client.force_login(user)
    for address in ("/me/timetable/", "/me/timetable/kept/"):
        response = client.get(address)
        html = response.content.decode()
        assert "太极拳入门" in html
        assert "剪纸" not in html
        assert "no-store" in response["Cache-Control"]
    assert "csrfmiddlewaretoken" not in html
    assert "离线看到的是" in html


def test_signing_out_tells_the_browser_to_forget(client, district):
    client.force_login(UserFactory())
    assert "Clear-Site-Data" not in client.get("/sign-out/")
    assert client.post("/sign-out/")["Clear-Site-Data"] == '"storage"'


@pytest.mark.filterwarnings(
    "ignore:unclosed file:ResourceWarning"
)  # Wagtail leaves its temporary file to the collector
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_shared_link_has_title_words_and_a_whole_address_of_a_picture(client, district):
    course = CoursePageFactory(parent=district.street, title="太极拳入门", summary="零基础，从站桩开始")

    def shared():
        return dict(
            re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', client.get(course.url).content.decode())
        )

    said = shared()
    assert said["title"] == "太极拳入门"
    assert said["description"] == "零基础，从站桩开始"
    assert said["url"] == f"http://testserver{course.url}"
    assert said["image"] == "http://testserver/static/lifelong/img/share.png"
    with io.BytesIO() as drawn:
        Image.new("RGB", (1300, 800)).save(drawn, "PNG")
        picture = CustomImage.objects.create(title="太极", file=ContentFile(drawn.getvalue(), name="taiji.png"))
    course.picture = picture
    course.save()
    assert re.match(r"http://testserver/media/images/taiji.*\.jpg$", shared()["image"])
    gc.collect()  # here, not in another test


def test_pages_of_no_page_share_nothing_but_keep_the_app(client, district):
    html = client.get("/sign-in/").content.decode()
    assert "og:title" not in html
    assert 'rel="manifest"' in html


@pytest.mark.django_db
def test_the_broken_page_stands_alone_and_knows_the_telephone_it_has_seen(district, django_assert_num_queries):
    info = DistrictSettings.for_site(Site.objects.get())
    info.phone = "0510-82700000"
    info.save()
    DistrictSettings.for_site(Site.objects.get())
    with django_assert_num_queries(0):
        response = broken(HttpRequest())
    html = response.content.decode()
    assert response.status_code == 500
    assert "tel:051082700000" in html
    assert "style=" not in html
    assert "<script" not in html
    for address in re.findall(r'href="/static/([^"]+)"', html):
        assert finders.find(address)


def test_refusals_say_where_to_go(client, district):
    lost = client.get("/mei-you/").content.decode()
    assert "/network/" in lost
    old = Client(enforce_csrf_checks=True).post("/sign-in/", {"phone": "1"})
    assert old.status_code == 403
    assert "窗口" in old.content.decode()

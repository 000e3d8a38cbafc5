"""The editors' guide: five pages with screenshots that are there, for everybody at the desk."""

import re

import pytest
from django.urls import reverse

from core.guide import FOLDER, guide_pages
from core.services import sync_roles
from tests.factories.accounts import member

pytestmark = pytest.mark.django_db
MOST_BYTES = 100_000


def test_five_pages_with_small_screenshots():
    assert [page.number for page in guide_pages()] == [1, 2, 3, 4, 5]
    pictures = {name for page in guide_pages() for name in re.findall(r"\]\(img/([^)]+)\)", page.source)}
    assert pictures == {path.name for path in (FOLDER / "img").iterdir()}
    for name in pictures:
        assert (FOLDER / "img" / name).stat().st_size < MOST_BYTES, name


@pytest.mark.parametrize("key", ["street_editor", "counter_clerk"])
def test_it_is_read_on_the_desk(client, district, key):
    sync_roles()
    client.force_login(member(key, district.street))
    for page in guide_pages():
        html = client.get(reverse("editor_guide_page", args=[page.number])).content.decode()
        assert page.title in html
        assert re.search(r'<img loading="lazy" src="/static/editors/[\w-]+\.webp" alt=".+?"', html)
    assert client.get(reverse("editor_guide_page", args=[6])).status_code == 404
    assert reverse("editor_guide") in client.get(reverse("wagtailadmin_home")).content.decode()

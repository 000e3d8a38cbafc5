"""The admin speaks Chinese: our own forms and tables, and what Wagtail's Chinese catalogue lacks."""

import ast
import re
from pathlib import Path

import pytest
import wagtail
from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext, override
from wagtail.admin.viewsets import viewsets

from accounts.models import User
from core.services import sync_roles
from core.text import HAN
from core.viewsets import DistrictViewSet
from tests.factories.accounts import member

pytestmark = pytest.mark.django_db

WAGTAIL = Path(wagtail.__file__).parent
#: screens of Wagtail that this site does not have: other languages, API tokens, the update banner
NOT_SHOWN = re.compile(
    r"translat|token|revoke|Last used|upgrade|editor guide|Your version|release notes|have changed|^created$|locales|API|<code>from|snippet_type|sitemaps",
    re.IGNORECASE,
)
OURS = {
    "network",
    "teachers",
    "timetable",
    "courses",
    "events",
    "community",
    "home",
    "search",
    "core",
    "accounts",
    "enrolments",
}


def source_sentences(catalogue):
    """Return the msgids of a .po file: what a version of Wagtail says in English."""
    text = catalogue.read_text("utf-8")
    for block in re.split(r"\n\n", text):
        match = re.search(r'^msgid ((?:".*"\n?)+)', block, re.MULTILINE)
        sentence = "".join(ast.literal_eval(line) for line in match[1].splitlines()) if match else ""
        if sentence and "msgctxt" not in block:
            yield sentence


@pytest.mark.parametrize("app", ["admin", ".", "users", "images", "documents", "contrib/redirects", "sites"])
def test_wagtail_says_it_in_chinese(app):
    """A newer Wagtail with new sentences fails here: add them to site/lifelong/locale."""
    with override("zh-hans"):
        english = [
            sentence
            for sentence in source_sentences(WAGTAIL / app / "locale/en/LC_MESSAGES/django.po")
            if gettext(sentence) == sentence
            and re.search(r"[A-Za-z]{4}", re.sub(r"%\(\w+\)[sd]|\{\w+\}", "", sentence))
        ]
    unexpected = [sentence for sentence in english if not NOT_SHOWN.search(sentence)]
    assert not unexpected


def test_every_model_and_field_that_people_see_has_a_chinese_name():
    for model in apps.get_models():
        if model._meta.app_label not in OURS or model._meta.auto_created or model._meta.label in UNSEEN:
            continue
        visible = [field for field in model._meta.fields if field.editable and not field.auto_created]
        for field in visible:
            ours = field.model._meta.app_label in OURS
            if ours and not field.name.endswith("_ptr") and field.get_internal_type() != "BigAutoField":
                inherited = field.model._meta.label in {"accounts.User", "core.CustomImage", "core.CustomDocument"}
                assert inherited or HAN.search(str(field.verbose_name)) or field.name in HIDDEN, field


#: tables of the index: on no screen
UNSEEN = {"search.SearchEntry", "search.SearchText", "search.SearchTerm", "search.SearchState"}
#: set by programs, on no form
HIDDEN = {"created_at", "updated_at", "centre", "content_object", "tag", "sort_order", "image", "filter_spec", "file",
          "width", "height", "focal_point_key", "site"}  # fmt: skip


def our_viewsets():
    reverse("wagtailadmin_home")
    return [viewset for viewset in viewsets.viewsets if isinstance(viewset, DistrictViewSet)]


def test_every_table_of_ours_speaks_chinese(client, district):
    chief = User.objects.create_superuser("guanliyuan")
    sync_roles()
    office = member("district_office")
    for viewset in our_viewsets():
        # An administrator cannot open residents' data to themselves (accounts/permissions.py).
        client.force_login(office if viewset.name == "data_openings" else chief)
        response = client.get(reverse(viewset.get_url_name("index")))
        assert 'lang="zh-hans"' in response.content.decode()
        headings = [str(column.label) for column in response.context["table"].columns.values()]
        headings += [str(button.label) for button in response.context["header_buttons"] if button.label]
        assert HAN.search(str(viewset.menu_label))
        for heading in headings:
            assert HAN.search(heading), (viewset.name, heading)
        if "add" in {route.name for route in viewset.get_urlpatterns()}:
            form = client.get(reverse(viewset.get_url_name("add"))).context["form"]
            for name, field in form.fields.items():
                assert HAN.search(str(field.label)), (viewset.name, name)
        filters = response.context.get("filters")
        for name, field in filters.form.fields.items() if filters else ():
            assert HAN.search(str(field.label)), (viewset.name, name, field.label)


def test_lists_of_pages(client, district):
    from tests.factories.learning import CoursePageFactory, EventPageFactory

    course = CoursePageFactory(parent=district.street, title="智能手机应用提高班")
    other = CoursePageFactory(parent=district.street, title="书法入门", live=False)
    EventPageFactory(parent=district.street, title="古运河行走")
    client.force_login(User.objects.create_superuser("guanliyuan"))
    url = reverse("course_list:index")
    listed = {page.pk for page in client.get(url).context["object_list"]}
    assert listed == {course.pk, other.pk}
    for query in ({"q": "手机"}, {"q": "手机", "ordering": "-title"}):
        assert [page.pk for page in client.get(url, query).context["object_list"]] == [course.pk]
    assert client.get(url, {"ordering": "nonsense", "p": "x", "street": "x"}).status_code == 200
    assert "古运河行走" in client.get(reverse("event_list:index")).content.decode()

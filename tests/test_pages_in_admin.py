"""Every page type is created, edited and published through the admin, as an editor's browser would do it.

Driven by get_page_models(): a new type is tested the day it is written.
"""

import pytest
from django import forms
from django.urls import reverse
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, get_page_models
from wagtail.test.utils.form_data import (
    inline_formset,
    nested_form_data,
    querydict_from_html,
    rich_text,
    streamfield,
)

from accounts.models import User
from core.models import BasePage
from core.text import HAN, pinyin_slug
from tests.factories.network import AcademyPageFactory

pytestmark = pytest.mark.django_db

CREATABLE = [model for model in get_page_models() if issubclass(model, BasePage) and model.is_creatable]
TITLE = "清名桥的新页面"
#: a form's own words for what it needs; everything else is filled by the kind of field
INLINE = {"opening_hours": {"days": ["1", "3"], "opens": "08:30", "closes": "11:30", "note": "示例"}}

#: Wagtail's own fields, not shown or named by its translation
NOT_OURS = {"slug", "comment_notifications", "ORDER", "DELETE", "id"}


@pytest.fixture
def admin(client, district):
    AcademyPageFactory(parent=district.network)
    client.force_login(User.objects.create_superuser("guanliyuan"))
    return client


def make_room_for(model):
    """Remove the pages of a type that may exist only so many times, and return a place for a new one."""
    if model.max_count:
        for page in model.objects.all():
            page.refresh_from_db()
            page.delete()
    for parent_model in model.clean_parent_page_models():
        parent = Page.get_first_root_node() if parent_model is Page else parent_model.objects.first()
        if parent:
            return parent
    raise AssertionError(f"no place in the tree for {model.__name__}: give the fixture one")


def words_for(model):
    """Return form data for everything of ``model`` that the browser builds with scripts: bodies, rich text, inlines."""
    data = {}
    for field in model._meta.get_fields():
        if isinstance(field, StreamField):
            blocks = [("heading", "小标题"), ("paragraph", rich_text("<p>正文一段。</p>"))]
            data[field.name] = streamfield(blocks)
        elif isinstance(field, RichTextField):
            data[field.name] = rich_text("<p>一条。</p>", features=field.features)
        elif field.name in INLINE:
            data[field.name] = inline_formset([INLINE[field.name]])
    return nested_form_data(data)


def filled(response, **values):
    """Return the form of an admin page as the browser would post it, with ``values`` and what else is required."""
    post = querydict_from_html(response.content.decode(), form_id="page-edit-form")
    form = response.context["form"]
    for name, field in form.fields.items():
        if field.required and not post.get(name):
            if isinstance(field, forms.ChoiceField):
                post[name] = next(value for value, _label in field.choices if value)
            elif isinstance(field, forms.IntegerField):
                post[name] = "2026"
            elif isinstance(field, forms.CharField):
                post[name] = "清名桥"
    for name, value in values.items():
        if isinstance(value, list):
            post.setlist(name, value)
        else:
            post[name] = value
    return dict(post.lists())  # the client would send only the last of several values


def flat_inlines(data):
    """nested_form_data makes one key per list item; a multiple choice wants one key with all of them."""
    flat = {}
    for key, value in data.items():
        head, _dash, tail = key.rpartition("-")
        if tail.isdigit() and head.endswith("-days"):
            flat.setdefault(head, []).append(value)
        else:
            flat[key] = value
    return flat


def create(client, model, *, action=None):
    parent = make_room_for(model)
    url = reverse("wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, parent.pk])
    response = client.get(url)
    assert response.status_code == 200
    values = {"title": TITLE, "slug": "", **flat_inlines(words_for(model))}
    if action:
        values[f"action-{action}"] = "1"
    response = client.post(url, filled(response, **values))
    assert response.status_code == 302, response.context["form"].errors
    return model.objects.get(title=TITLE)


def test_there_is_something_to_test():
    assert len(CREATABLE) >= 14


@pytest.mark.parametrize("model", CREATABLE, ids=lambda model: model.__name__)
class TestEveryPageType:
    def test_published_at_once(self, admin, model):
        page = create(admin, model, action="publish")
        assert page.live
        assert page.slug == pinyin_slug(TITLE)
        for field in model._meta.get_fields():
            if isinstance(field, StreamField):
                assert [block.block_type for block in getattr(page, field.name)] == ["heading", "paragraph"]
            elif isinstance(field, RichTextField):
                assert "一条。" in getattr(page, field.name)
            elif field.name in INLINE:
                (line,) = getattr(page, field.name).all()
                assert line.days == [1, 3]

    def test_draft_then_edited_then_published(self, admin, model):
        page = create(admin, model)
        assert not page.live
        assert page.slug == pinyin_slug(TITLE)
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        response = admin.get(url)
        assert response.status_code == 200
        assert response.context["form"]["title"].value() == TITLE
        values = {"title": "改过的标题", "summary": "改过的简介", **flat_inlines(words_for(model))}
        response = admin.post(url, filled(response, **values, **{"action-publish": "1"}))
        assert response.status_code == 302, response.context["form"].errors
        page.refresh_from_db()
        assert (page.live, page.title, page.summary) == (True, "改过的标题", "改过的简介")
        assert page.slug == pinyin_slug(TITLE)  # an address that people have seen does not follow the title

    def test_without_a_title_it_says_so(self, admin, model):
        parent = make_room_for(model)
        url = reverse("wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, parent.pk])
        values = {"title": "", "slug": "", **flat_inlines(words_for(model))}
        response = admin.post(url, filled(admin.get(url), **values) | {"title": ""})
        assert response.status_code == 200
        assert HAN.search(str(response.context["form"].errors["title"]))
        assert not model.objects.filter(title="").exists()

    def test_the_form_speaks_chinese(self, admin, model):
        parent = make_room_for(model)
        url = reverse("wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, parent.pk])
        response = admin.get(url)
        assert 'lang="zh-hans"' in response.content.decode()
        assert HAN.search(str(model._meta.verbose_name))
        assert HAN.search(str(model.page_description))
        every_form = [response.context["form"]]
        every_form += [formset.empty_form for name, formset in every_form[0].formsets.items() if name != "comments"]
        for form in every_form:
            for name, field in form.fields.items():
                if name not in NOT_OURS and not field.widget.is_hidden:
                    assert HAN.search(str(field.label)), f"{model.__name__}.{name}: {field.label}"


@pytest.mark.parametrize("model", [m for m in CREATABLE if not m.max_count], ids=lambda model: model.__name__)
def test_two_of_the_same_title_get_two_addresses(admin, model):
    parent = make_room_for(model)
    url = reverse("wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, parent.pk])
    values = {"title": TITLE, "slug": "", **flat_inlines(words_for(model))}
    for _copy in range(2):
        response = admin.post(url, filled(admin.get(url), **values, **{"action-publish": "1"}))
        assert response.status_code == 302, response.context["form"].errors
    slugs = sorted(model.objects.filter(title=TITLE).values_list("slug", flat=True))
    assert slugs == [pinyin_slug(TITLE), f"{pinyin_slug(TITLE)}-2"]

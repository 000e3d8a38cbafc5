"""Help on the editors' desk is honest: every field says what it does, every screen says it in Chinese."""

import re
from collections import defaultdict

import pytest
from bs4 import BeautifulSoup, NavigableString
from django.urls import reverse
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.admin.viewsets import viewsets
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import get_page_models

from core.text import HAN
from core.viewsets import DistrictViewSet
from tests.core.admin_addresses import furnish, routes
from tests.core.test_role_matrix import addresses, ask, is_refused, user_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:[Uu]nclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

#: Fields of Wagtail's own side panels, which explain themselves there, and what only residents write.
SELF_EXPLAINING = {"go_live_at", "expire_at", "comment_notifications", "wish"}


def helped(handler, found=None):
    """Return {field: help text of its panel} of an edit handler, and the forms of its inline panels."""
    found = {} if found is None else found
    if isinstance(handler, FieldPanel):
        found[handler.field_name] = handler.help_text
    for child in getattr(handler, "children", []):
        helped(child, found)
    return found


def inlines(handler):
    if isinstance(handler, InlinePanel):
        yield handler.child_edit_handler
    for child in getattr(handler, "children", []):
        yield from inlines(child)


def silent(form_class, handler):
    """Return the names of fields that say nothing about what they do."""
    panels = helped(handler) if handler else {}
    return {
        name
        for name, field in form_class.base_fields.items()
        if name not in SELF_EXPLAINING
        and not field.widget.is_hidden
        and not HAN.search(str(panels.get(name) or field.help_text))
    }


def editor_forms():
    """Yield (name, form class, its edit handler) of every form that an editor fills in."""
    reverse("wagtailadmin_home")
    for viewset in viewsets.viewsets:
        if isinstance(viewset, ModelViewSet) and isinstance(viewset, DistrictViewSet):
            yield viewset.name, viewset.get_form_class(), getattr(viewset, "_edit_handler", None)
    for model in get_page_models():
        handler = model.get_edit_handler()
        if model._meta.app_label != "wagtailcore":
            yield model.__name__, handler.get_form_class(), handler
            for inline in inlines(handler):
                yield f"{model.__name__}: {inline.model.__name__}", inline.get_form_class(), inline


def test_every_field_says_what_it_does():
    forms = list(editor_forms())
    assert len(forms) > 30
    assert not {name: fields for name, form, handler in forms if (fields := silent(form, handler))}


#: Screens of the desk: lists, forms, questions; not the fragments and JSON that they are made of.
SCREENS = re.compile(
    r"(^|[:_])(index|add|edit|copy|inspect|delete|history|usage|cancel|publish|forward|back|board|home|run|list|session|"
    r"find|person|add_subpage|move|account|site_history|aging_pages|workflow|workflow_tasks|explore|choose_parent|"
    r"page_types_usage|import|revisions_compare|workflow_history|score)$"
)
ENGLISH = re.compile(r"[A-Za-z]{3,}")
#: Names and abbreviations that Chinese readers know, addresses, codes and what somebody typed.
KNOWN = re.compile(
    r"JavaScript|Tab|WGS-?84|GCJ-02|BD-09|PDF|URL|Wagtail|(?i:xlsx|csv|docx|pptx|avif|heic|jpe?g|png|gif|webp|svg|txt|zip|rtf|odt|key)"
    r"|ICP|MPS|XXX+|Excel|Ctrl|Shift|Enter|Esc|https?://\S+|[\w.-]+@[\w.-]+|\S*\.(txt|png|json|xlsx|csv)|[a-z0-9]+(-[a-z0-9]+)+"
    r"|\b[A-Z0-9]{8}\b|[a-z]+\.[a-z]+page"  # a receipt's number; the kinds of pages in Wagtail's report of them
)
#: Lists of words that people search by: English ones too.
WORD_LISTS = {"synonym_groups:index", "stop_words:index"}
ATTRIBUTES = ("title", "alt", "placeholder", "aria-label", "aria-description")


def english(html, typed):
    """Return the pieces of visible text with an English word in them."""
    page = BeautifulSoup(html, "html.parser")
    for tag in page.select("script, style, template, svg, code, [data-side-panel-toggle-counter]"):
        tag.decompose()
    pieces = [str(text) for text in page.find_all(string=True) if type(text) is NavigableString]
    pieces += [tag[name] for tag in page.find_all(True) for name in ATTRIBUTES if tag.get(name)]
    found = set()
    for piece in pieces:
        words = piece.strip()
        for known in typed:
            words = words.replace(known, "")
        if ENGLISH.search(KNOWN.sub("", words)):
            found.add(" ".join(words.split())[:120])
    return found


@pytest.mark.parametrize("key", ["street_editor", "district_office"])
def test_every_screen_of_the_desk_is_in_chinese(district, client, key):
    world = furnish(district)
    user = user_of(key, district, world)
    client.force_login(user)
    typed = ["zuozhe", "tongshi", user.username, "Sample"]
    leaks, seen = defaultdict(list), 0
    for name, address in addresses(world.own, user):
        if not SCREENS.search(name.rstrip("+")) or name in WORD_LISTS:
            continue
        response, _people = ask(client, address)
        if is_refused(response) or "text/html" not in response.get("Content-Type", ""):
            continue
        seen += 1
        for words in english(response.content.decode(), typed):
            leaks[words].append(name)
    assert seen > len(routes()) / 8
    assert not dict(leaks)

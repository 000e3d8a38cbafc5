"""Template tags and filters that every template may use without loading (settings: builtins)."""

import json
import re
from dataclasses import dataclass

from django import template
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join, mark_safe
from wagtail.models import Site

from core import dates, site_tree
from core.feeds import page_address
from core.restrictions import public_pages

register = template.Library()

# What could end a <script> element or start an entity inside it (the same table as json_script).
_JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.filter
def fee(fen):
    """Money in integer fen: 免费, 200 元, 12.50 元; unknown (None) says so."""
    if fen is None:
        return "费用未公布"
    if fen == 0:
        return "免费"
    return f"{fen // 100} 元" if fen % 100 == 0 else f"{fen / 100:.2f} 元"


@register.filter
def phone(number):
    """Mobile numbers 3-4-4; anything else as entered."""
    digits = (number or "").strip()
    if len(digits) == 11 and digits.isdigit():
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    return digits


@register.filter
def linked(text):
    """``text`` with its addresses as links. Chinese is written without spaces, and urlize takes what stands before for a host."""
    parts = re.split(r"(https?://[!-~]+)", text or "")
    return mark_safe(  # noqa: S308  each part is escaped
        "".join(
            format_html('<a href="{}" rel="nofollow noopener">{}</a>', part, part) if number % 2 else escape(part)
            for number, part in enumerate(parts)
        )
    )


@register.filter
def tel(number):
    """The address part of a ``tel:`` link."""
    return "".join(character for character in number or "" if character.isdigit() or character == "+")


@register.filter
def day(value):
    """2012年9月3日（周一）."""
    return dates.date_words(value) if value else ""


@register.filter
def unbroken(value):
    """A day and hours, each kept in one line where it fits: 2026年9月6日（周日） | 09:00—11:00."""
    return format_html_join(" ", '<span class="unbroken">{}</span>', ((part,) for part in str(value).split()))


@register.filter
def short_day(value):
    """9月3日（周一）."""
    return dates.date_words(value, year=False) if value else ""


@register.filter
def bare_day(value):
    """9月3日. Django's ``date`` reads its format anew for each value: lists use these."""
    return f"{value.month}月{value.day}日" if value else ""


@register.filter
def iso(value):
    """2012-09-03, for machines."""
    return f"{value:%Y-%m-%d}" if value else ""


@register.filter
def machine_time(value):
    """2012-09-03T14:00:00+08:00, for machines."""
    return timezone.localtime(value).isoformat(timespec="seconds") if value else ""


@register.filter
def start_words(value):
    """A run's first day in words: 9月3日（周一）开课; 已开课 once it is past."""
    if not value:
        return ""
    return f"{dates.date_words(value, year=False)}{'开课' if value >= timezone.localdate() else '已开课'}"


@register.filter
def clock(value):
    """14:00."""
    return dates.clock(value) if value else ""


@register.filter
def weekday(value):
    """周一."""
    return dates.weekday_word(value) if value else ""


@register.simple_tag
def select_of(field):
    """Print the select of bound ``field``. Django's widget renders a template for each option: a third of the front page."""
    chosen = field.value()
    chosen = "" if chosen is None else str(chosen)
    parts = [format_html('<select name="{}" id="{}">', field.html_name, field.id_for_label)]
    for value, label in field.field.choices:
        if isinstance(label, (list, tuple)):
            parts += [format_html('<optgroup label="{}">', value), *_options(label, chosen), "</optgroup>"]
        else:
            parts += _options([(value, label)], chosen)
    return mark_safe("".join([*parts, "</select>"]))  # noqa: S308  each part is escaped


def _options(choices, chosen):
    for value, label in choices:
        selected = mark_safe(" selected") if str(value) == chosen else ""
        yield format_html('<option value="{}"{}>{}</option>', value, selected, label)


@register.simple_tag
def jsonld(data):
    """Print structured data (schema.org) so that no text in it can leave the element."""
    if not data:
        return ""
    text = json.dumps(data, ensure_ascii=False, default=str).translate(_JSON_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308  escaped above


@register.simple_tag(takes_context=True)
def page_jsonld(context):
    """Print what this page tells machines; nothing where there is no page of ours (404, 500)."""
    from core.jsonld import page_data
    from core.models import BasePage

    page = context.get("page")
    return jsonld(page_data(page, context.get("request"))) if isinstance(page, BasePage) else ""


@register.simple_tag(takes_context=True)
def canonical(context, query=""):
    """Print the one address of this page, with ``query`` where the page answers questions; nothing in a preview."""
    address = page_address(context["page"], context.get("request")) if context.get("page") else ""
    if not address:
        return ""
    return format_html('<link rel="canonical" href="{}">', f"{address}?{query}" if query else address)


@dataclass
class MenuItem:
    title: str
    address: str
    is_page: bool  # this very page
    is_current: bool  # this page or one above it


@register.simple_tag(takes_context=True)
def site_menu(context):
    """Return the pages of the main menu as MenuItems; works without a page too (404)."""
    request, here = context["request"], context.get("page")
    site = Site.find_for_request(request)
    if site is None:
        return []
    path = getattr(here, "path", "") or ""
    return [
        MenuItem(item.title, item.get_url(request), item.path == path, path.startswith(item.path))
        for item in site_tree.menu(site.root_page_id)
    ]


@register.simple_tag
def page_ancestors(page):
    """Return the live pages above ``page``, the home page first."""
    return site_tree.ancestors(page)


@register.simple_tag
def page_children(page):
    """Return the live, public pages right below ``page``."""
    return public_pages().child_of(page)


@register.simple_tag(takes_context=True)
def page_number_address(context, number):
    """Return this page's query string with ``page`` set to ``number`` and everything else kept."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    if number and number > 1:
        query["page"] = number
    return f"?{query.urlencode()}" if query else "?"

"""The editors' guide at /admin/guide/: the pages of docs/editors/ as they are written, with their screenshots.

Written in Markdown so that they can be read without the site too. Screenshots are made by
docs/editors/make_screenshots.py.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404
from django.templatetags.static import static
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

FOLDER = settings.BASE_DIR / "docs" / "editors"
#: where the screenshots are among the static files (STATICFILES_DIRS)
STATIC = "editors"


@dataclass(frozen=True)
class GuidePage:
    number: int
    title: str
    source: str

    @property
    def html(self):
        """The text as HTML; a screenshot's address becomes that of the static file."""
        from markdown_it import MarkdownIt  # here: the processes that serve residents never need it

        html = MarkdownIt("commonmark").render(self.source.partition("\n")[2])
        html = re.sub(
            r'src="img/([^"]+)"', lambda match: f'loading="lazy" src="{static(f"{STATIC}/{match[1]}")}"', html
        )
        return mark_safe(html)  # noqa: S308  our own files, no editor's words


@cache
def guide_pages():
    """Return the GuidePages in their order: files 1-….md, 2-….md, their first line is the title."""
    texts = [path.read_text("utf-8") for path in sorted(Path(FOLDER).glob("[0-9]-*.md"))]
    return [
        GuidePage(number, text.partition("\n")[0].lstrip("# ").strip(), text)
        for number, text in enumerate(texts, start=1)
    ]


class GuideView(WagtailAdminTemplateMixin, TemplateView):
    """One page of the guide, for everybody at the desk."""

    template_name = "core/guide.html"
    page_title = _("使用手册")
    header_icon = "help"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, number=1, **kwargs):
        pages = {page.number: page for page in guide_pages()}
        if number not in pages:
            raise Http404
        return super().get_context_data(
            pages=pages.values(), page=pages[number], following=pages.get(number + 1), **kwargs
        )

"""What is looked at before a page goes public: sentences that name the field, as a list and as errors of the form.

Core knows what every page has: a summary, pictures, headings, links. An app registers what it knows of its own pages
(``publish_checks`` module, imported by its AppConfig), as with sections. An error stops publishing and submitting: only
what the law asks for, a picture that a blind reader cannot know of (无障碍环境建设法, domain.md §4.1). The rest is
told, in the editor and after publishing; the editor decides.
"""

from dataclasses import dataclass

from bs4 import BeautifulSoup
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model

#: buttons of the page editor that show the page to others
GOING_PUBLIC = ("action-publish", "action-submit", "action-restart-workflow")
#: link texts that say nothing to somebody who hears only the links of a page (WCAG 2.4.4)
EMPTY_LINKS = {"点击这里", "点这里", "点击此处", "点此", "这里", "此处", "点击", "链接", "更多", "详情", "查看", "点我"}


@dataclass(frozen=True)
class Finding:
    """One sentence about one field. ``field``: its name in the form, "" for the page as a whole."""

    field: str
    label: str
    sentence: str | Promise
    is_error: bool = False

    def __str__(self):
        return _("%(label)s：%(sentence)s") % {"label": self.label, "sentence": self.sentence}


_registry = []


def publish_check(*labels):
    """Register the decorated ``function(page)``, which yields Findings, for page types, e.g. ``"network.CentrePage"``."""

    def register(function):
        _registry.append((set(labels), function))
        return function

    return register


def publish_checks(page):
    """Return the Findings about ``page`` as it stands (a draft, or what a form has put together), errors first."""
    labels = {model._meta.label for model in type(page).__mro__ if hasattr(model, "_meta")}
    found = [finding for wanted, function in _registry if wanted & labels for finding in function(page)]
    return sorted(found, key=lambda finding: not finding.is_error)


def label_of(page, name):
    return str(page._meta.get_field(name).verbose_name)


def is_going_public(data):
    return any(data.get(name) for name in GOING_PUBLIC)


def tell_findings(request, page):
    """After a page was published or submitted: what is still to be bettered, one line each."""
    if not is_going_public(request.POST):
        return
    if findings := publish_checks(page):
        lines = format_html_join("", "<li>{}</li>", ((str(finding),) for finding in findings))
        sentence = _("“%(page)s”还可以改好：") % {"page": page.title}
        messages.warning(request, format_html("{}<ul>{}</ul>", sentence, lines))


# ---------------------------------------------------------------- what every page has


@publish_check("core.BasePage")
def summary(page):
    if not page.summary.strip():
        yield Finding("summary", label_of(page, "summary"), _("空着，列表、搜索结果和微信分享里就没有介绍。"))


@publish_check("core.BasePage")
def picture(page):
    if page.picture and not page.picture.description.strip():
        sentence = _("图片“%(title)s”没有写“描述”，看不见图的人不知道画的是什么。请到“图片”里补上，或者换一张。") % {
            "title": page.picture.title
        }
        yield Finding("picture", label_of(page, "picture"), sentence, is_error=True)


@publish_check("core.BasePage")
def written_words(page):
    """Headings, links and pictures of every rich text and body of the page."""
    for field in page._meta.get_fields():
        if isinstance(field, RichTextField):
            yield from _links(page, field, getattr(page, field.name))
        elif isinstance(field, StreamField):
            yield from _body(page, field, getattr(page, field.name))


def _body(page, field, blocks):
    """Read the stored form of the blocks: an image that stands in two of them is one object to Wagtail, with one text."""
    has_heading, images = False, []
    for block in blocks.get_prep_value():
        kind, value = block["type"], block["value"]
        if kind == "heading":
            has_heading = True
        elif kind == "paragraph":
            yield from _links(page, field, value)
            if not has_heading and (low := BeautifulSoup(value or "", "html.parser").find("h3")):
                yield _finding(
                    page, field, _("“%(words)s”前面没有“小标题”，标题跳了一级，听网页的人会以为漏了一段。"), low
                )
        elif kind == "picture":
            images.append(value["image"])
        elif kind == "gallery":
            images += [item["value"] for item in value]
    yield from _images(field, images)


def _images(field, images):
    """``images``: as ImageBlock stores them; a bare number is an old one, which is read out by its own description."""
    silent = [
        image["image"]
        for image in images
        if isinstance(image, dict) and not image["decorative"] and not (image["alt_text"] or "").strip()
    ]
    titles = dict(get_image_model().objects.filter(pk__in=silent).values_list("pk", "title")) if silent else {}
    for pk in silent:
        sentence = _("图片“%(title)s”没有替代文字。写一句画的是什么，或者勾选“装饰图”。") % {
            "title": titles.get(pk, "")
        }
        yield Finding(field.name, str(field.verbose_name), sentence, is_error=True)


def _links(page, field, source):
    for link in BeautifulSoup(source or "", "html.parser").find_all("a"):
        words = link.get_text().strip()
        if words.strip("。，！>》→") in EMPTY_LINKS or words.startswith(("http://", "https://")):
            yield _finding(
                page, field, _("链接“%(words)s”没有说明通到哪里，请写成去处的名字，例如“秋季班报名办法”。"), link
            )


def _finding(page, field, sentence, tag):
    return Finding(field.name, str(field.verbose_name), sentence % {"words": tag.get_text().strip()})

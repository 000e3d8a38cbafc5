"""Import of news and plain pages; and the honest label of a site that was loaded with samples."""

from django.utils.translation import gettext as _
from wagtail.models import Site

from core.importing.pages import blocks_from_text, picked, save_page
from core.importing.registry import PROVENANCE, Column, Importer, RowError, register
from core.importing.values import as_date, as_slug, as_text, as_yes, line
from core.models import DistrictSettings
from home.models import HomePage, NewsIndexPage, NewsPage, StandardPage

COMMON = (
    Column("slug", "网址", as_slug, required=True, blank=False),
    Column("title", "标题", line(255), required=True, blank=False),
    Column("summary", "简介", line(200), default=""),
    Column("body", "正文", as_text, default="", longest=20_000),
    Column("is_sample", "示例", as_yes, default=False),
    Column("source_note", "资料来源", line(300), default=""),
)


def _values(row, *fields):
    values = picked(row, ("slug", "title", "summary", "is_sample", "source_note", *fields))
    if "body" in row:
        values["body"] = blocks_from_text(row["body"])
    return values


@register
class NewsImporter(Importer):
    stem, title, order = "news", "新闻", 70
    key = ("slug",)
    columns = (*COMMON, Column("date", "日期", as_date, required=True, blank=False), *PROVENANCE)

    def save(self, row):
        index = NewsIndexPage.objects.first()
        if index is None:
            raise RowError(_("网站还没有“新闻”总页，请先建立它。"))
        page = NewsPage.objects.child_of(index).filter(slug=row["slug"]).first()
        values = _values(row, "date")
        _page, change = save_page(NewsPage, page, values, parent=index, words=("title", "summary", "body"))
        return [change]


@register
class StandardPageImporter(Importer):
    """Plain pages. ``parent`` is the address of another plain page in the table or on the site; empty: below the home page."""

    stem, title, order = "pages", "普通页面", 71
    key = ("slug",)
    columns = (
        *COMMON,
        Column("parent", "上级网址", as_slug),
        Column("show_in_menus", "放进菜单", as_yes, default=False),
        *PROVENANCE,
    )

    def save(self, row):
        home = HomePage.objects.first()
        if home is None:
            raise RowError(_("网站还没有首页，请先建立它。"))
        page = StandardPage.objects.filter(slug=row["slug"]).order_by("depth").first()
        parent = home
        if row.get("parent"):
            parent = StandardPage.objects.filter(slug=row["parent"]).order_by("depth").first()
            if parent is None:
                raise RowError(_("没有网址是“%(slug)s”的上级页面。") % {"slug": row["parent"]}, "parent")
        elif page is not None:
            parent = page.get_parent()
        values = _values(row, "show_in_menus")
        _page, change = save_page(StandardPage, page, values, parent=parent, words=("title", "summary", "body"))
        return [change]


def label_as_sample_site():
    """Tick 示例站点 in the site's settings, so that every page says so; an editor unticks it when the content is real."""
    site = Site.objects.filter(is_default_site=True).first()
    if site:
        settings = DistrictSettings.for_site(site)
        settings.is_sample = True
        settings.save()

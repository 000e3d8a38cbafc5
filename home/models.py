"""HomePage, news and plain pages: what the front page composes. Other apps never import from here."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.search import index
from wagtail.url_routing import RouteResult

from core import site_tree
from core.blocks import BODY_BLOCKS
from core.models import BasePage


class HomePage(BasePage):
    """The root of the site."""

    question = models.CharField(
        _("首页的问题"), max_length=60, default="想学什么？在哪儿附近？什么时候？", help_text=_("首页最大的一行字。")
    )

    page_description = _("首页。全站只有一页。")
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "search.FinderPage",
        "events.EventIndexPage",
        "network.NetworkIndexPage",
        "home.NewsIndexPage",
        "home.StandardPage",
    ]
    max_count = 1
    content_panels = [*BasePage.content_panels, "question"]
    search_fields = BasePage.search_fields

    class Meta:
        verbose_name = _("首页")

    def route(self, request, path_components):
        """Return the page at an address by one query. Wagtail's own way asks two for each part of it."""
        if not path_components:
            return super().route(request, path_components)
        page = site_tree.page_at(f"{self.url_path}{'/'.join(path_components)}/")
        return RouteResult(page) if page else super().route(request, path_components)

    def get_context(self, request, *args, **kwargs):
        from home.selectors import front_page

        return {**super().get_context(request, *args, **kwargs), **front_page()}


class NewsIndexPage(BasePage):
    """新闻 list."""

    page_description = _("新闻总页，下面放一篇篇新闻。全站只有一页。")
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.NewsPage"]
    max_count = 1
    search_fields = BasePage.search_fields

    class Meta:
        verbose_name = _("新闻总页")

    def get_context(self, request, *args, **kwargs):
        from django.core.paginator import Paginator

        news = NewsPage.objects.live().public().child_of(self).select_related("picture").order_by("-date", "-pk")
        page = Paginator(news, 12).get_page(request.GET.get("page"))
        return {**super().get_context(request, *args, **kwargs), "news": page}


class NewsPage(BasePage):
    """One piece of news or notice (domain.md F1)."""

    date = models.DateField(_("日期"), default=timezone.localdate, help_text=_("新闻按它排先后，印在标题旁边。"))
    body = StreamField(
        BODY_BLOCKS, verbose_name=_("正文"), blank=True, help_text=_("点“＋”一段一段地加：小标题、文字、图片、文件。")
    )

    page_description = _("一篇新闻或通知。")
    parent_page_types = ["home.NewsIndexPage"]
    subpage_types = []
    content_panels = [*BasePage.content_panels, "date", "body"]
    search_fields = [*BasePage.search_fields, index.SearchField("body"), index.FilterField("date")]

    class Meta:
        verbose_name = _("新闻")
        verbose_name_plural = _("新闻")


class StandardPage(BasePage):
    """关于我们、报名办法 and other plain pages."""

    body = StreamField(
        BODY_BLOCKS,
        verbose_name=_("正文"),
        blank=True,
        help_text=_("点“＋”一段一段地加：小标题、文字、图片、步骤、文件。"),
    )

    page_description = _("普通页面：关于我们、怎么报名、隐私说明。")
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]
    content_panels = [*BasePage.content_panels, "body"]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("普通页面")
        verbose_name_plural = _("普通页面")

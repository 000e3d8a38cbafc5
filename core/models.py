"""The abstract base page, the image and document models, and the settings of the whole site.

ADR-0001: BasePage is an abstract class, not Wagtail's experimental WAGTAIL_PAGE_MODEL.
"""

import copy

from django import forms
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index

from core import site_tree
from core.exact import ExactEncoder
from core.forms import BasePageForm
from core.freshness import Kept
from core.panels import PublishChecksPanel
from core.restrictions import PublicPageManager, private_paths
from core.sections import sections_for
from core.text import sibling_slug


class CustomImage(AbstractImage):
    """Ours from the first migration, so that a field can be added later without moving files."""

    credit = models.CharField(_("来源或作者"), max_length=120, blank=True)

    admin_form_fields = (*Image.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = _("图片")
        verbose_name_plural = _("图片")


class CustomRendition(AbstractRendition):
    image = models.ForeignKey(CustomImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class CustomDocument(AbstractDocument):
    """Ours from the first migration."""

    source = models.CharField(_("来源"), max_length=120, blank=True)

    admin_form_fields = (*Document.admin_form_fields, "source")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("文件")
        verbose_name_plural = _("文件")


class BasePage(Page):
    """What every page of the site has: a summary, a picture, an honest label, a readable address.

    A subclass must declare ``parent_page_types``, ``subpage_types``, ``page_description``
    and ``search_fields`` itself: core/checks.py stops the site otherwise.
    """

    summary = models.CharField(
        _("一句话简介"), max_length=200, blank=True, help_text=_("出现在列表卡片、搜索结果和微信分享里，一两句话。")
    )
    picture = models.ForeignKey(
        "core.CustomImage",
        verbose_name=_("题图"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("横图，宽 1200 像素以上。没有合适的就空着，页面会用街道颜色代替。"),
    )
    is_sample = models.BooleanField(
        _("示例内容"), default=False, help_text=_("勾选后页面和列表都会标明“示例”。换成真实内容后请取消。")
    )
    source_note = models.CharField(
        _("资料来源"), max_length=300, blank=True, help_text=_("网址或文件名，印在页面底部。")
    )

    objects = PublicPageManager()

    base_form_class = BasePageForm
    # Not TitleFieldPanel: its browser script would fill the address with u8001u5e74…, and stumbles without a target.
    title_panel = FieldPanel(
        "title", classname="title", widget=forms.TextInput(attrs={"placeholder": _("页面标题（必填）")})
    )
    content_panels = [PublishChecksPanel(heading=_("发布前看一看")), title_panel, "summary", "picture"]
    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel("slug", help_text=_("网址的最后一段，用拼音。空着会按标题自动生成。")),
                "seo_title",
                "search_description",
                "show_in_menus",
            ],
            heading=_("网址与搜索"),
        ),
        MultiFieldPanel(["is_sample", "source_note"], heading=_("资料真实性")),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.AutocompleteField("summary"),
    ]

    class Meta:
        abstract = True

    def full_clean(self, *args, **kwargs):
        self._fill_slug()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self):
        self._fill_slug()
        super().minimal_clean()

    def _fill_slug(self):
        parent = self.get_parent() if self.path else getattr(self, "_cached_parent_obj", None)
        if not self.slug and self.title and parent:
            self.slug = sibling_slug(self.title, parent, self)

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), "sections": sections_for(self, request)}

    @classmethod
    def to_show(cls):
        """The rows as a page at its address needs them: a subclass joins what it prints."""
        return cls._default_manager.all()

    def get_url_parts(self, request=None):
        if len(site_tree.roots().sites) != 1:
            return super().get_url_parts(request)
        pk, _path, root_url = site_tree.roots().sites[0]
        address = site_tree.roots().address(self)
        return (pk, root_url, address) if address else None

    def get_url(self, request=None, current_site=None):
        """Return the address. On a site of its own it is read from the path alone: a list prints fifty of them."""
        if len(site_tree.roots().sites) != 1:
            return super().get_url(request, current_site)
        return site_tree.roots().address(self)

    url = property(get_url)

    def get_view_restrictions(self):
        """Wagtail's answer. Where nothing at all is private it is known without looking at the pages above."""
        return super().get_view_restrictions() if private_paths() else PageViewRestriction.objects.none()

    @property
    def description(self):
        """One sentence for search engines and shared links."""
        return self.search_description or self.summary

    def jsonld(self, request):
        """Return what this page is about as schema.org data (a dict or a list of them), or None."""
        return

    def get_sitemap_urls(self, request=None):
        from core.feeds import page_address

        return [{"location": page_address(self, request), "lastmod": self.last_published_at}]


@register_setting(icon="site")
class DistrictSettings(BaseSiteSetting):
    """Names, telephone and filing numbers. What is empty is not printed: a number is never invented (domain.md §4.2)."""

    district_name = models.CharField(_("区名"), max_length=40, default="无锡市南长区")
    site_name = models.CharField(_("网站名称"), max_length=40, default="终身学习公共资源平台")
    slogan = models.CharField(_("一句话"), max_length=60, blank=True, default="家门口的学校，人人可学")
    history_note = models.TextField(
        _("区划沿革"), blank=True, default="南长区于 2016 年 2 月 20 日与崇安区、北塘区合并为梁溪区。"
    )
    phone = models.CharField(_("咨询电话"), max_length=30, blank=True)
    phone_hours = models.CharField(_("接听时间"), max_length=60, blank=True)
    host_unit = models.CharField(_("主办单位"), max_length=80, blank=True)
    operator_unit = models.CharField(_("承办单位"), max_length=80, blank=True)
    privacy_contact = models.CharField(
        _("个人信息保护联系人"),
        max_length=60,
        blank=True,
        help_text=_("姓名或岗位，印在个人信息保护规则和儿童规则里。法律要求有专人，正式开放前要填。"),
    )
    privacy_phone = models.CharField(_("个人信息保护电话"), max_length=30, blank=True)
    icp_number = models.CharField(
        _("ICP 备案号"), max_length=40, blank=True, help_text=_("如 苏ICP备XXXXXXXX号-1。没有就空着，页脚不印。")
    )
    mps_number = models.CharField(
        _("公安备案号"), max_length=40, blank=True, help_text=_("如 苏公网安备 3202XXXXXXXXXX号。没有就空着。")
    )
    gov_site_code = models.CharField(_("政府网站标识码"), max_length=20, blank=True)
    is_sample = models.BooleanField(_("示例站点"), default=False, help_text=_("勾选后每页顶部说明这是示例数据。"))

    panels = [
        MultiFieldPanel(["district_name", "site_name", "slogan", "history_note"], heading=_("名称")),
        MultiFieldPanel(["phone", "phone_hours", "host_unit", "operator_unit"], heading=_("联系")),
        MultiFieldPanel(["privacy_contact", "privacy_phone"], heading=_("个人信息保护")),
        MultiFieldPanel(["icp_number", "mps_number", "gov_site_code"], heading=_("备案")),
        "is_sample",
    ]

    class Meta:
        verbose_name = _("站点信息")

    @classmethod
    def for_site(cls, site):
        """Return the settings of ``site``: every page prints them. A copy, because a form may change it."""
        cls.last_read = copy.copy(_settings(site.pk)) if site else super().for_site(site)
        return cls.last_read

    #: What this process has read last: for the page that must not ask the database (500).
    last_read = None

    @property
    def mps_code(self):
        """The digits of the police filing number, which its official link wants."""
        return "".join(character for character in self.mps_number if character.isdigit())


_settings = Kept(lambda site_pk: DistrictSettings.objects.get_or_create(site_id=site_pk)[0], most=8)


class ImportRun(models.Model):
    """One confirmed import: who brought which files, what came of it, and whether it was taken back."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("谁"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    username = models.CharField(_("账号"), max_length=150)
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    titles = models.CharField(_("内容"), max_length=200)
    files = models.CharField(_("文件"), max_length=500)
    rows = models.PositiveIntegerField(_("行"), default=0)
    created = models.PositiveIntegerField(_("新增"), default=0)
    updated = models.PositiveIntegerField(_("修改"), default=0)
    unchanged = models.PositiveIntegerField(_("不变"), default=0)
    problems = models.PositiveIntegerField(_("问题"), default=0)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("谁撤销"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("导入")
        verbose_name_plural = _("导入记录")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.titles} {self.files}"


class ImportedRecord(models.Model):
    """A record that an import made or changed: how it was before, and the proof of how the import left it.

    ``label`` names no resident: a claim is its class. Goes when the import is taken back.
    """

    run = models.ForeignKey(ImportRun, verbose_name=_("导入"), on_delete=models.CASCADE, related_name="records")
    position = models.PositiveIntegerField(_("次序"))
    row = models.PositiveIntegerField(_("行"), null=True)
    model = models.CharField(_("表"), max_length=100)
    object_pk = models.BigIntegerField(_("主键"))
    kind = models.CharField(_("种类"), max_length=40)
    label = models.CharField(_("名称"), max_length=200)
    verb = models.CharField(_("变化"), max_length=10)
    before = models.JSONField(_("原来的内容"), null=True, encoder=ExactEncoder)
    after = models.CharField(_("导入后的指纹"), max_length=64)

    class Meta:
        verbose_name = _("导入的内容")
        verbose_name_plural = _("导入的内容")
        ordering = ["run", "position"]
        indexes = [models.Index(fields=["run", "verb", "position"], name="imported_of_run")]

    def __str__(self):
        return f"{self.kind} {self.label}"

"""What is taught: LearningPage, the concrete base of courses and events, with its subjects and audiences."""

from django import forms
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from core.blocks import BODY_BLOCKS
from core.models import BasePage
from network.kept import with_centres
from network.models import StreetOwned


class Subject(models.Model):
    """What it is about (书画, 舞蹈, 信息技术 …). A table: another district has other subjects."""

    code = models.SlugField(_("代号"), max_length=40, unique=True, help_text=_("用在网址里，拼音。"))
    name = models.CharField(_("类别"), max_length=40, unique=True, help_text=_("居民在“找课”里按它筛选，例如：书画。"))
    sort_order = models.PositiveSmallIntegerField(_("顺序"), default=100, help_text=_("数字小的排在前面。"))

    class Meta:
        verbose_name = _("课程类别")
        verbose_name_plural = _("课程类别")
        ordering = ["sort_order", "name", "pk"]

    def __str__(self):
        return self.name


class Audience(models.Model):
    """One of the eight groups of the guidance (domain.md C5–C12) or everyone."""

    code = models.SlugField(
        _("代号"),
        max_length=40,
        unique=True,
        help_text=_("用在网址里，拼音；公布以后不要改，改了别人收藏的网址会失效。"),
    )
    name = models.CharField(_("人群"), max_length=40, unique=True, help_text=_("居民看的说法，例如：长辈。"))
    official_name = models.CharField(
        _("文件用语"), max_length=60, blank=True, help_text=_("文件里的正式说法；搜这个词也能找到。")
    )
    age_min = models.PositiveSmallIntegerField(
        _("从几岁"), null=True, blank=True, help_text=_("没有年龄界限的人群空着。")
    )
    age_max = models.PositiveSmallIntegerField(
        _("到几岁"), null=True, blank=True, help_text=_("没有年龄界限的人群空着。")
    )
    is_everyone = models.BooleanField(_("人人"), default=False, help_text=_("按人群筛选时，这一类总会一起出现。"))
    sort_order = models.PositiveSmallIntegerField(_("顺序"), default=100, help_text=_("数字小的排在前面。"))

    class Meta:
        verbose_name = _("人群")
        verbose_name_plural = _("人群")
        ordering = ["sort_order", "pk"]

    def __str__(self):
        return self.name


class LearningPageTag(TaggedItemBase):
    content_object = ParentalKey("timetable.LearningPage", on_delete=models.CASCADE, related_name="tagged_items")


class LearningPage(StreetOwned, BasePage):
    """The concrete base of CoursePage and EventPage: one thing for class runs to point at."""

    audiences = ParentalManyToManyField(
        Audience,
        verbose_name=_("适合谁"),
        blank=True,
        related_name="learning_pages",
        help_text=_("印在页面上，居民按人群筛选时靠它找到这一页。"),
    )
    subject = models.ForeignKey(
        Subject,
        verbose_name=_("类别"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="learning_pages",
        help_text=_("居民按类别筛选，选了才能在类别里找到这一页。"),
    )
    tags = ClusterTaggableManager(verbose_name=_("标签"), through=LearningPageTag, blank=True)
    body = StreamField(
        BODY_BLOCKS,
        verbose_name=_("正文"),
        blank=True,
        help_text=_("点“＋”一段一段地加：小标题、文字、图片、步骤。出现在页面中部。"),
    )

    page_description = _("课程和活动的共同部分（不直接新建）。")
    parent_page_types = []
    subpage_types = []
    is_creatable = False
    learning_panels = [
        FieldPanel("subject"),
        FieldPanel("audiences", widget=forms.CheckboxSelectMultiple),
        FieldPanel("tags", help_text=_("关键词，用顿号或逗号分开，例如：古运河、零基础。")),
    ]
    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(learning_panels, heading=_("类别与人群")),
        "body",
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("body"),
        index.FilterField("subject_id"),
        index.FilterField("street_id"),
    ]

    class Meta:
        verbose_name = _("课程或活动")
        verbose_name_plural = _("课程和活动")

    @classmethod
    def to_show(cls):
        return super().to_show().select_related("subject", "picture")

    @cached_property
    def public_runs(self):
        """Every run the public may see, ready for rows: what is still to start, soonest first, then what has begun."""
        runs = self.class_runs.public().select_related("room").prefetch_related("teachers", "sessions")
        return with_centres(list(runs.soonest_first()))

    @property
    def current_runs(self):
        return [run for run in self.public_runs if not run.is_over]

    @property
    def past_runs(self):
        return [run for run in self.public_runs if run.is_over]

    @cached_property
    def tag_names(self):
        return [tag.name for tag in self.tags.all()]

    @cached_property
    def audience_names(self):
        return [audience.name for audience in self.audiences.all()]

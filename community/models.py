"""Brand projects, research projects, learning organisations: what a street shows of itself."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from community.enums import BrandBasis, OrganisationKind, ResearchLevel, ResearchStatus
from core.blocks import BODY_BLOCKS
from core.dates import check_year
from core.models import BasePage
from network.models import StreetOwned


class BrandProjectPage(StreetOwned, BasePage):
    """特色品牌项目, one or two a street (domain.md N5, F3)."""

    basis = models.CharField(
        _("依托"), max_length=10, choices=BrandBasis.choices, default=BrandBasis.CULTURE, help_text=_("印在标题下面。")
    )
    year = models.PositiveSmallIntegerField(_("年份"), validators=[check_year], help_text=_("印在标题下面，四位年份。"))
    body = StreamField(
        BODY_BLOCKS, verbose_name=_("正文"), blank=True, help_text=_("点“＋”一段一段地加，像写一篇图文报道。")
    )

    template = "community/story_page.html"
    page_description = _("街道的特色品牌项目，像杂志文章一样讲清楚它的来历和做法。")
    parent_page_types = ["network.StreetPage"]
    subpage_types = []
    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel([FieldRowPanel(["basis", "year"])], heading=_("项目")),
        "body",
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body"), index.FilterField("basis")]

    class Meta:
        verbose_name = _("品牌项目")
        verbose_name_plural = _("品牌项目")

    @property
    def labels(self):
        return [BrandBasis(self.basis).label, _("%(year)d 年") % {"year": self.year}]


class ResearchProjectPage(StreetOwned, BasePage):
    """课题研究 (domain.md N6, F5–F6, F12)."""

    level = models.CharField(
        _("级别"),
        max_length=10,
        choices=ResearchLevel.choices,
        default=ResearchLevel.PROVINCE,
        help_text=_("印在标题下面。"),
    )
    status = models.CharField(
        _("进展"),
        max_length=10,
        choices=ResearchStatus.choices,
        default=ResearchStatus.DRAFT,
        help_text=_("印在标题下面，有进展就来改。"),
    )
    year = models.PositiveSmallIntegerField(_("年份"), validators=[check_year], help_text=_("印在标题下面，四位年份。"))
    plan_period = models.CharField(_("规划时期"), max_length=20, blank=True, help_text=_("例如：“十二五”"))
    problem = models.TextField(
        _("研究的问题"), max_length=600, blank=True, help_text=_("来自辖区的哪个重点、难点问题。")
    )
    body = StreamField(
        BODY_BLOCKS, verbose_name=_("正文"), blank=True, help_text=_("点“＋”一段一段地加：做法、成果、附件。")
    )

    template = "community/story_page.html"
    page_description = _("街道或学院的课题：研究什么、到哪一步了、成果在哪里。")
    parent_page_types = ["network.StreetPage", "network.AcademyPage"]
    subpage_types = []
    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldRowPanel(["level", "status"]), FieldRowPanel(["year", "plan_period"]), "problem"], heading=_("课题")
        ),
        "body",
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("problem"),
        index.SearchField("body"),
        index.FilterField("level"),
    ]

    class Meta:
        verbose_name = _("课题")
        verbose_name_plural = _("课题")

    @property
    def labels(self):
        return [
            ResearchLevel(self.level).label,
            ResearchStatus(self.status).label,
            _("%(year)d 年") % {"year": self.year},
        ]


class LearningOrganisationPage(StreetOwned, BasePage):
    """学习型组织, five kinds (domain.md D1–D2). A family is shown only with its consent."""

    kind = models.CharField(
        _("种类"),
        max_length=10,
        choices=OrganisationKind.choices,
        help_text=_("印在标题下面。学习型家庭要先有书面同意。"),
    )
    year = models.PositiveSmallIntegerField(
        _("命名年份"), validators=[check_year], null=True, blank=True, help_text=_("印在标题下面，四位年份；空着不印。")
    )
    family_consents = models.BooleanField(
        _("家庭同意公开"), default=False, help_text=_("学习型家庭必须有书面同意才能发布；撤回同意请取消发布。")
    )
    body = StreamField(BODY_BLOCKS, verbose_name=_("正文"), blank=True, help_text=_("点“＋”一段一段地加：事迹、照片。"))

    template = "community/story_page.html"
    page_description = _("学习型社区、机关、企业、楼院或家庭。家庭须本人同意。")
    parent_page_types = ["network.StreetPage"]
    subpage_types = []
    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("kind"), FieldPanel("year")]), "family_consents"], heading=_("组织")
        ),
        "body",
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body"), index.FilterField("kind")]

    class Meta:
        verbose_name = _("学习型组织")
        verbose_name_plural = _("学习型组织")
        constraints = [
            # The database keeps the promise too: no live family without consent.
            models.CheckConstraint(
                name="family_needs_consent",
                condition=~Q(kind=OrganisationKind.FAMILY) | Q(family_consents=True),
                violation_error_message=_("学习型家庭须先征得同意。"),
            )
        ]

    def clean(self):
        super().clean()
        if self.kind == OrganisationKind.FAMILY and not self.family_consents:
            raise ValidationError({"family_consents": _("学习型家庭须先有书面同意，才能建页面。")})

    @property
    def labels(self):
        return [OrganisationKind(self.kind).label, _("%(year)d 年") % {"year": self.year} if self.year else ""]

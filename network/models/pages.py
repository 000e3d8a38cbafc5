"""The pages of the network: academy, streets, sub-centres, teaching points.

The page tree is the network (architecture.md). What other apps point at is
``CentrePage``: any place of the network where people can meet.
"""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail.search import index

from core.blocks import BODY_BLOCKS
from core.dates import clock, days_words, wrong_order
from core.enums import StreetColour
from core.fields import ChoiceListField, WeekdaysField
from core.geo import HONEST_ACCURACY_M, distance_m, distance_words
from core.models import BasePage
from network.enums import (
    Accessibility,
    Facility,
    PointKind,
    PositionSource,
)
from network.forms import CentrePageForm


class NetworkIndexPage(BasePage):
    """三级社区教育网络: the network drawn and listed."""

    body = StreamField(
        BODY_BLOCKS, verbose_name=_("正文"), blank=True, help_text=_("点“＋”一段一段地加，印在网络图下面。")
    )

    page_description = _("三级社区教育网络的总页，下面放社区培训学院和六个街道。全站只有一页。")
    parent_page_types = ["home.HomePage"]
    subpage_types = ["network.AcademyPage", "network.StreetPage"]
    max_count = 1
    content_panels = [*BasePage.content_panels, "body"]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("网络总页")

    def get_context(self, request, *args, **kwargs):
        from network.diagram import tall, wide
        from network.selectors import network_tree

        tree = network_tree(self)
        return {
            **super().get_context(request, *args, **kwargs),
            "tree": tree,
            "wide": wide(tree),
            "tall": tall(tree),
        }


class CentrePage(BasePage):
    """Any place of the network where people meet. Concrete, so that rooms and class runs have one thing to point at.

    Position: WGS-84 degrees; ``accuracy_m`` is the radius in metres within which the
    true position lies. Unknown accuracy counts as poor.
    """

    code = models.CharField(
        _("编号"), max_length=40, unique=True, null=True, blank=True, help_text=_("导入和对账用，例如统计用区划代码。")
    )
    phone = models.CharField(
        _("电话"),
        max_length=30,
        blank=True,
        help_text=_("印在这里和这里开的课的页面上，居民直接打；报名被拒绝时也写这个号码。"),
    )
    address = models.CharField(
        _("地址"), max_length=120, blank=True, help_text=_("印在页面、课表和海报上。空着写“待核实”。")
    )
    address_source = models.CharField(
        _("地址来源"), max_length=120, blank=True, help_text=_("在地址下面印“据……”，让人知道可信不可信。")
    )
    how_to_get_there = models.TextField(
        _("怎么去"), max_length=300, blank=True, help_text=_("印在页面和海报上，写乘车、从哪个门进。")
    )
    responsible_person = models.CharField(_("开放负责人"), max_length=40, blank=True, help_text=_("须征得本人同意。"))
    safety_rules = models.TextField(
        _("安全须知"), max_length=500, blank=True, help_text=_("例如：凭证件登记入校，只走南门，不进教学楼其他楼层。")
    )
    facilities = ChoiceListField(_("设施"), choices=Facility.choices, help_text=_("勾了的印在页面上。"))
    accessibility = ChoiceListField(
        _("无障碍"),
        choices=Accessibility.choices,
        help_text=_("勾了的印在页面上，行动不便的人靠它决定去不去得了，请核实后再勾。"),
    )
    latitude = models.FloatField(
        _("纬度"),
        null=True,
        blank=True,
        validators=[MinValueValidator(3), MaxValueValidator(54)],
        help_text=_("上面粘贴坐标会自动填，北纬，例如 31.5440。"),
    )
    longitude = models.FloatField(
        _("经度"),
        null=True,
        blank=True,
        validators=[MinValueValidator(73), MaxValueValidator(136)],
        help_text=_("上面粘贴坐标会自动填，东经，例如 120.3020。"),
    )
    position_source = models.CharField(
        _("位置来源"),
        max_length=20,
        choices=PositionSource.choices,
        blank=True,
        help_text=_("写明这个位置是怎么来的，以后核对时看；网页上不印。"),
    )
    accuracy_m = models.PositiveIntegerField(
        _("位置误差（米）"), null=True, blank=True, help_text=_("可能偏多少米。大于 300 时网页只写“约几公里”。")
    )
    body = StreamField(
        BODY_BLOCKS, verbose_name=_("介绍"), blank=True, help_text=_("点“＋”一段一段地加：小标题、文字、图片。")
    )

    base_form_class = CentrePageForm
    exclude_fields_in_copy = ["code"]  # it is another place's
    page_description = _("网络里的一处学习场所（不直接新建，用下面几种）。")
    parent_page_types = []
    subpage_types = []
    is_creatable = False
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("address"),
        index.SearchField("body"),
        index.FilterField("code"),
    ]
    contact_panels = [
        MultiFieldPanel(
            ["phone", "address", "address_source", "how_to_get_there"],
            heading=_("联系与地址"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("position_input", heading=_("粘贴坐标")),
                FieldPanel("position_system", heading=_("坐标来自")),
                FieldRowPanel(["latitude", "longitude"]),
                FieldRowPanel(["position_source", "accuracy_m"]),
            ],
            heading=_("位置（WGS-84）"),
        ),
        InlinePanel("opening_hours", heading=_("开放时间"), label=_("一段开放时间")),
        MultiFieldPanel(["responsible_person", "safety_rules"], heading=_("开放规则")),
        MultiFieldPanel(["facilities", "accessibility"], heading=_("设施与无障碍")),
    ]
    content_panels = [*BasePage.content_panels, *contact_panels, "body"]

    class Meta:
        verbose_name = _("学习场所")
        verbose_name_plural = _("学习场所")
        constraints = [
            models.CheckConstraint(
                name="centre_position_whole",
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["latitude", "longitude"], name="centre_position")]

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return {**context, "rooms": self.rooms.all(), "resources": self.resources.all()}

    @property
    def has_position(self):
        return self.latitude is not None and self.longitude is not None

    @property
    def position_is_approximate(self):
        """True where metres would be a lie: accuracy unknown or worse than 300 m."""
        return self.accuracy_m is None or self.accuracy_m > HONEST_ACCURACY_M

    def distance_from(self, latitude, longitude):
        """Metres from a WGS-84 position, or None where this centre has none."""
        return distance_m(self.latitude, self.longitude, latitude, longitude) if self.has_position else None

    def distance_words_from(self, latitude, longitude):
        """The distance in words no more precise than this centre's position."""
        metres = self.distance_from(latitude, longitude)
        return "" if metres is None else distance_words(metres, self.accuracy_m)

    @property
    def position_digits(self):
        """Decimals of a degree worth showing: two (about a kilometre) where the position is approximate, else four."""
        return 2 if self.position_is_approximate else 4

    @property
    def kind_words(self):
        """What kind of place this is, in the district's words."""
        return self._meta.verbose_name

    @property
    def place_name(self):
        """The name people on the spot know."""
        return self.title

    @property
    def facility_names(self):
        return self._meta.get_field("facilities").labels(self.facilities)

    @property
    def accessibility_names(self):
        return self._meta.get_field("accessibility").labels(self.accessibility)

    def jsonld(self, request):
        from network.jsonld import centre_data

        return centre_data(self, request)

    @cached_property
    def street(self):
        """The StreetPage this centre belongs to, or None for the academy."""
        from network.services import street_of

        return street_of(self)


class OpeningHours(Orderable):
    """One line of a centre's opening rules (开放制度化, domain.md B8): part of the page's words, so it follows revisions."""

    centre = ParentalKey(CentrePage, on_delete=models.CASCADE, related_name="opening_hours")
    days = WeekdaysField(_("星期"), blank=False, help_text=_("这几天按下面的时间开门，印在页面上。"))
    opens = models.TimeField(_("开门"), help_text=_("几点开门，例如 8:30。"))
    closes = models.TimeField(_("关门"), help_text=_("几点关门，要晚于开门。"))
    note = models.CharField(_("说明"), max_length=80, blank=True, help_text=_("例如：寒暑假；仅教学楼一楼。"))

    panels = ["days", FieldRowPanel(["opens", "closes"]), "note"]

    class Meta(Orderable.Meta):
        verbose_name = _("开放时间")
        constraints = [
            models.CheckConstraint(
                name="opening_hours_in_order",
                condition=models.Q(opens__lt=models.F("closes")),
                violation_error_message=_("关门时间要晚于开门时间。"),
            )
        ]

    def __str__(self):
        return f"{days_words(self.days)} {clock(self.opens)}—{clock(self.closes)}"

    def clean(self):
        if wrong := wrong_order(self, ("opens", "closes", _("关门时间要晚于开门时间。"))):
            raise ValidationError(wrong)


class AcademyPage(CentrePage):
    """区社区培训学院: the head unit; its courses belong to the whole district."""

    page_description = _("区社区培训学院。全区只有一页，它开的课面向全区。")
    parent_page_types = ["network.NetworkIndexPage"]
    subpage_types = ["courses.CoursePage", "events.EventPage", "community.ResearchProjectPage"]
    max_count = 1
    search_fields = CentrePage.search_fields
    content_panels = CentrePage.content_panels

    class Meta:
        verbose_name = _("社区培训学院")


class StreetPage(CentrePage):
    """A street and its centre (街道社区教育中心). Its editors hold permissions on this page and what is below it."""

    street_name = models.CharField(_("街道名"), max_length=40, help_text=_("例如：清名桥街道"))
    english_name = models.CharField(
        _("英文名"), max_length=60, blank=True, help_text=_("给搜索引擎看的别名，页面上不印。空着不写。")
    )
    current_street = models.CharField(
        _("现属街道"), max_length=120, blank=True, help_text=_("区划调整后的归属，有公开资料才写。")
    )
    colour = models.CharField(
        _("街道颜色"),
        max_length=10,
        choices=StreetColour.choices,
        default=StreetColour.INDIGO,
        help_text=_("没有题图时页面用的颜色，街道的课程卡片也用它。"),
    )

    page_description = _("一个街道和它的社区教育中心。街道的课程、活动、品牌项目都放在它下面。")
    parent_page_types = ["network.NetworkIndexPage"]
    subpage_types = [
        "network.SubCentrePage",
        "network.TeachingPointPage",
        "courses.CoursePage",
        "events.EventPage",
        "community.BrandProjectPage",
        "community.ResearchProjectPage",
        "community.LearningOrganisationPage",
    ]
    search_fields = [*CentrePage.search_fields, index.SearchField("street_name"), index.SearchField("current_street")]
    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(["street_name", "english_name", "current_street", "colour"], heading=_("街道")),
        *CentrePage.contact_panels,
        "body",
    ]

    class Meta:
        verbose_name = _("街道")
        verbose_name_plural = _("街道")

    def __str__(self):
        return self.street_name or self.title

    def get_context(self, request, *args, **kwargs):
        from network.selectors import centres_of

        context = super().get_context(request, *args, **kwargs)
        return {**context, "centres": centres_of(self), "neighbourhoods": self.neighbourhoods.all()}

    def jsonld(self, request):
        from network.jsonld import street_data

        return street_data(self, request)

    @property
    def centre_name(self):
        """The street's own body: 清名桥街道社区教育中心."""
        return _("%(street)s社区教育中心") % {"street": self.street_name}

    @property
    def street(self):
        """A street is its own street: what CentrePage asks the tree for is this very page."""
        return self

    @property
    def short_name(self):
        """清名桥街道 → 清名桥."""
        return self.street_name.removesuffix("街道") or self.street_name


class SubCentrePage(CentrePage):
    """街道社区教育分中心（家门口的学校）in a host school."""

    host_school_then = models.CharField(
        _("2012 年的学校名"), max_length=60, blank=True, help_text=_("当年文件里的名字，印在页面上供对照。")
    )
    host_school_now = models.CharField(
        _("现在的学校名"), max_length=60, blank=True, help_text=_("居民认得的校名，课表和地点都写它。")
    )

    page_description = _("设在学校里的社区教育分中心（家门口的学校）。每个街道一处。")
    parent_page_types = ["network.StreetPage"]
    subpage_types = []
    search_fields = [
        *CentrePage.search_fields,
        index.SearchField("host_school_then"),
        index.SearchField("host_school_now"),
    ]
    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(["host_school_then", "host_school_now"], heading=_("所在学校")),
        *CentrePage.contact_panels,
        "body",
    ]

    class Meta:
        verbose_name = _("分中心")
        verbose_name_plural = _("分中心")

    @property
    def place_name(self):
        return self.host_school_now or self.host_school_then or self.title


class TeachingPointPage(CentrePage):
    """社区居民学校 or 居委会教学点: the smallest place of the network."""

    kind = models.CharField(
        _("种类"),
        max_length=20,
        choices=PointKind.choices,
        default=PointKind.TEACHING_POINT,
        help_text=_("印在这一处的卡片和海报上。"),
    )
    neighbourhood = models.ForeignKey(
        "network.Neighbourhood",
        verbose_name=_("社区"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        help_text=_("印在页面上，说明属于哪个社区。"),
    )

    page_description = _("社区居民学校或居委会教学点，离家最近的一处。")
    parent_page_types = ["network.StreetPage"]
    subpage_types = []
    search_fields = CentrePage.search_fields
    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(["kind", "neighbourhood"], heading=_("属于")),
        *CentrePage.contact_panels,
        "body",
    ]

    class Meta:
        verbose_name = _("居民学校 / 教学点")
        verbose_name_plural = _("居民学校 / 教学点")

    @property
    def kind_words(self):
        return PointKind(self.kind).label

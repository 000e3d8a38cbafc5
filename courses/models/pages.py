"""CoursePage: what is taught, for whom and how it is to be taught. Dates and places are class runs."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import PageManager
from wagtail.search import index

from core.blocks import RICH_TEXT
from core.dates import check_year
from courses.enums import Level, Track
from courses.querysets import UNDER_WAY, CoursePageQuerySet
from timetable.models import LearningPage


class CoursePage(LearningPage):
    """课程. The three texts are steps of course development (domain.md C20–C22): 目标, 内容, 实施指导方案."""

    code = models.CharField(
        _("课程编号"), max_length=40, unique=True, null=True, blank=True, help_text=_("导入和对账用，可以空着。")
    )
    aims = RichTextField(_("课程目标"), features=RICH_TEXT, blank=True, help_text=_("学完能做到什么，一条一行。"))
    outline = RichTextField(
        _("内容大纲"), features=RICH_TEXT, blank=True, help_text=_("印在课程页上的“学什么”，一行写一次课或一个单元。")
    )
    guide = RichTextField(
        _("实施指导方案"), features=RICH_TEXT, blank=True, help_text=_("怎么上：场地、器材、每次课的安排。")
    )
    track = models.CharField(
        _("类型"),
        max_length=12,
        choices=Track.choices,
        default=Track.SHORT,
        help_text=_("印在标题下面，统计时也按它分。"),
    )
    level = models.CharField(
        _("程度"),
        max_length=12,
        choices=Level.choices,
        default=Level.ANY,
        help_text=_("印在标题下面，让居民知道跟不跟得上。"),
    )
    is_local_feature = models.BooleanField(
        _("本土特色课程"), default=False, help_text=_("勾选后标题下面写“本土特色课程”，要同时填开发年份。")
    )
    local_feature_year = models.PositiveSmallIntegerField(
        _("开发年份"),
        validators=[check_year],
        null=True,
        blank=True,
        help_text=_("四位年份，例如 2026。印在课程页上。"),
    )
    developed_by = models.CharField(
        _("开发单位"), max_length=80, blank=True, help_text=_("印在课程页的“开发”一栏，空着不印。")
    )
    what_to_bring = models.CharField(
        _("要带什么"), max_length=200, blank=True, help_text=_("印在课程页上，例如：智能手机、老花镜。空着不印。")
    )

    objects = PageManager.from_queryset(CoursePageQuerySet)()

    exclude_fields_in_copy = ["code"]  # it is another course's
    page_description = _("一门课：学什么、适合谁。上课时间和名额在“班”里填，不在这里。")
    parent_page_types = ["network.StreetPage", "network.AcademyPage"]
    subpage_types = []
    content_panels = [
        *LearningPage.content_panels,
        MultiFieldPanel(["aims", "outline", "guide", "what_to_bring"], heading=_("目标、内容、实施")),
        MultiFieldPanel([FieldRowPanel(["track", "level"]), "developed_by", "code"], heading=_("类型与程度")),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("is_local_feature"), FieldPanel("local_feature_year")])],
            heading=_("本土特色"),
        ),
    ]
    search_fields = [
        *LearningPage.search_fields,
        index.SearchField("aims"),
        index.SearchField("outline"),
        index.FilterField("level"),
        index.FilterField("track"),
        index.FilterField("is_local_feature"),
    ]

    class Meta:
        verbose_name = _("课程")
        verbose_name_plural = _("课程")
        constraints = [
            models.CheckConstraint(
                name="local_feature_has_year",
                condition=Q(is_local_feature=False) | Q(local_feature_year__isnull=False),
                violation_error_message=_("本土特色课程要写开发年份。"),
            )
        ]

    def clean(self):
        super().clean()
        if self.is_local_feature and self.local_feature_year is None:
            raise ValidationError({"local_feature_year": _("本土特色课程要写开发年份。")})

    def jsonld(self, request):
        from courses.jsonld import course_data

        return course_data(self, request)

    @classmethod
    def to_show(cls):
        """Few courses were reviewed or awarded: whether this one was comes with its row, and the others ask no more."""
        from courses.models import CourseAward, ReviewRound

        rounds = ReviewRound.objects.passed().filter(course=OuterRef("pk"))
        awards = CourseAward.objects.filter(course=OuterRef("pk"))
        return super().to_show().annotate(was_passed=Exists(rounds), was_awarded=Exists(awards))

    @cached_property
    def passed_review(self):
        """The last ReviewRound that the course passed, or None."""
        return self.review_rounds.passed().first() if getattr(self, "was_passed", True) else None

    @cached_property
    def award_list(self):
        return list(self.awards.all()) if getattr(self, "was_awarded", True) else []

    @property
    def labels(self):
        """Short words under the title."""
        return [
            self.subject.name if self.subject else "",
            Level(self.level).label if self.level != Level.ANY else "",
            Track(self.track).label if self.track != Track.SHORT else "",
            _("本土特色课程") if self.is_local_feature else "",
        ]

    @property
    def is_under_way(self):
        """True where ``soonest_first`` found class runs that have all begun."""
        return getattr(self, "soonest", None) == UNDER_WAY

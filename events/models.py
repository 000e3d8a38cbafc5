"""EventPage and the calendar page at /events/. Sittings are class runs; no seats here."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import MultiFieldPanel

from core.models import BasePage
from timetable.models import LearningPage


class EventIndexPage(BasePage):
    """活动日历: month calendar and list."""

    page_description = _("活动日历页，列出六个街道的活动。全站只有一页。")
    parent_page_types = ["home.HomePage"]
    subpage_types = []
    max_count = 1
    search_fields = BasePage.search_fields

    class Meta:
        verbose_name = _("活动日历页")

    def get_context(self, request, *args, **kwargs):
        from events.calendar import month_of

        return {**super().get_context(request, *args, **kwargs), "month": month_of(request.GET)}


class EventPage(LearningPage):
    """活动: a lecture, an exhibition, a study walk; one or more sittings."""

    code = models.CharField(
        _("活动编号"), max_length=40, unique=True, null=True, blank=True, help_text=_("导入和对账用，可以空着。")
    )
    organisers = models.CharField(
        _("主办与协办"), max_length=160, blank=True, help_text=_("印在活动页上，几个单位用顿号分开。空着不印。")
    )

    exclude_fields_in_copy = ["code"]  # it is another event's
    page_description = _("一次活动：讲座、展演、人文行走。每一场的时间和名额在“班 / 场”里填。")
    parent_page_types = ["network.StreetPage", "network.AcademyPage"]
    subpage_types = []
    content_panels = [*LearningPage.content_panels, MultiFieldPanel(["organisers", "code"], heading=_("主办"))]
    search_fields = LearningPage.search_fields

    class Meta:
        verbose_name = _("活动")
        verbose_name_plural = _("活动")

    def jsonld(self, request):
        from events.jsonld import event_data

        return event_data(self, request)

    @property
    def labels(self):
        """Short words under the title."""
        return [self.subject.name] if self.subject else []

"""The flat list of events in the admin's menu."""

from django.utils.translation import gettext_lazy as _

from events.models import EventPage
from timetable.viewsets import LearningListViewSet


class EventListViewSet(LearningListViewSet):
    model = EventPage
    icon = "date"
    menu_label = _("活动")
    menu_order = 120
    list_filter = ["street", "subject", "is_sample"]
    list_export = [*LearningListViewSet.list_export, "organisers"]
    export_filename = "huodong"

"""The list of holidays and make-up days."""

import django_filters
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet

from timetable.models import CalendarDay


class CalendarDayFilterSet(WagtailFilterSet):
    year = django_filters.NumberFilter(field_name="date__year", label=gettext_lazy("年份"))

    class Meta:
        model = CalendarDay
        fields = ["kind", "year"]

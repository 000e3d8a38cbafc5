"""The list of sessions and the form that moves one."""

import django_filters
from django.contrib.admin.utils import quote
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton

from core.viewsets import DistrictIndexView, ServiceFormMixin
from network.models import CentrePage, StreetPage
from timetable import services
from timetable.enums import SessionStatus
from timetable.models import Session


class SessionFilterSet(WagtailFilterSet):
    when = django_filters.ChoiceFilter(
        label=gettext_lazy("时间"),
        empty_label=gettext_lazy("今天起"),
        choices=[("past", gettext_lazy("已经过去")), ("all", gettext_lazy("全部"))],
        method="keep",
    )
    starts_at = django_filters.DateFromToRangeFilter(label=gettext_lazy("日期"), widget=DateRangePickerWidget)
    street = django_filters.ModelChoiceFilter(
        field_name="class_run__learning__street",
        label=gettext_lazy("街道"),
        queryset=StreetPage.objects.order_by("path"),
    )
    centre = django_filters.ModelChoiceFilter(
        field_name="class_run__centre", label=gettext_lazy("地点"), queryset=CentrePage.objects.order_by("path")
    )

    class Meta:
        model = Session
        fields = ["when", "starts_at", "status", "street", "centre"]

    def keep(self, queryset, name, value):
        return queryset  # SessionIndexView reads it: the list must be short without any filter too


class SessionIndexView(DistrictIndexView):
    """Meetings from today on, unless a filter asks for others: nobody edits last year first."""

    def get_base_queryset(self):
        sessions = super().get_base_queryset()
        today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        when = self.request.GET.get("when")
        if when == "past":
            return sessions.filter(starts_at__lt=today)
        dated = any(self.request.GET.get(f"starts_at_{end}") for end in ("from", "to"))
        if when == "all" or dated:
            return sessions
        return sessions.filter(starts_at__gte=today)


class SessionEditView(ServiceFormMixin, generic.EditView):
    log_action = "timetable.move"
    cancel_url_name = None

    def save_through_service(self, form):
        starts_at, ends_at = form.span()
        session = Session.objects.get(pk=form.instance.pk)  # the form has written on its own copy
        values = {name: form.cleaned_data[name] for name in ("room", "note", "substitute")}
        return services.move_session(session, starts_at, ends_at, **values)

    @cached_property
    def header_buttons(self):
        if self.object.status != SessionStatus.SCHEDULED:
            return []
        url = reverse(self.cancel_url_name, args=(quote(self.object.pk),))
        return [HeaderButton(_("取消这次课"), url=url, icon_name="cross")]

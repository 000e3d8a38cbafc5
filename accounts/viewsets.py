"""The admin's list of users: staff. Residents are many, have no business there and are not shown by name.

And who opened whose record: read by the office and the auditor, written by nobody's hand.
"""

import django_filters
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.users.views import users

from accounts.access_forms import OpeningForm
from accounts.models import DataOpening, RecordAccess, User
from accounts.services.access import open_data
from core.viewsets import DistrictViewSet, ServiceFormMixin


def staff(queryset):
    """Narrow ``queryset`` to people who sign in with a password; a resident's is unusable and the phone set."""
    return queryset.filter(phone=None).exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)


class StaffIndexView(users.IndexView):
    def get_base_queryset(self):
        return staff(super().get_base_queryset())


class OneOfStaff:
    """A resident's number in the address finds nobody: no password can be given to a resident's login."""

    def get_object(self, *args, **kwargs):
        user = super().get_object(*args, **kwargs)
        if not staff(User.objects.filter(pk=user.pk)).exists():
            raise Http404
        return user


class StaffEditView(OneOfStaff, users.EditView):
    pass


class StaffDeleteView(OneOfStaff, users.DeleteView):
    pass


class StaffHistoryView(OneOfStaff, users.HistoryView):
    pass


class StaffCopyView(OneOfStaff, generic.CopyView):
    pass


class StaffViewSet(users.UserViewSet):
    index_view_class = StaffIndexView
    edit_view_class = StaffEditView
    delete_view_class = StaffDeleteView
    history_view_class = StaffHistoryView
    copy_view_class = StaffCopyView


class KeptViewSet(DistrictViewSet):
    """A list that nobody changes: rows are read, searched and exported."""

    inspect_view_enabled = False
    _SHOWN = frozenset({"index", "index_results"})

    def get_common_view_kwargs(self, **kwargs):
        absent = {"add", "edit", "delete", "history", "usage"} - self._SHOWN
        return super().get_common_view_kwargs(**{f"{name}_url_name": None for name in absent}, **kwargs)

    def get_urlpatterns(self):
        return [route for route in super().get_urlpatterns() if route.name in self._SHOWN]


class AccessFilterSet(WagtailFilterSet):
    at = django_filters.DateFromToRangeFilter(label=_("日期"), widget=DateRangePickerWidget)

    class Meta:
        model = RecordAccess
        fields = ["kind", "is_minor", "at", "resident_number"]


class RecordAccessViewSet(KeptViewSet):
    model = RecordAccess
    icon = "glasses"
    menu_label = _("查看记录")
    list_display = [
        Column("at", label=_("时间"), sort_key="at"),
        "kind",
        "username",
        Column("resident_number", label=_("学员号")),
        "is_minor",
        Column("screen", label=_("页面"), sort_key="view"),
        "address",
    ]
    filterset_class = AccessFilterSet
    list_export = ["at", "kind", "user_number", "username", "resident_number", "is_minor", "view", "method", "address"]
    search_fields = ["username", "view", "address"]
    export_filename = "chakan-jilu"
    panels = []


class OpeningCreateView(ServiceFormMixin, generic.CreateView):
    log_action = "wagtail.create"

    def save_through_service(self, form):
        data = form.cleaned_data
        return open_data(self.request.user, data["user"], data["reason"], data["hours"])

    def get_success_buttons(self):
        return []  # there is nothing to edit afterwards


class DataOpeningViewSet(KeptViewSet):
    model = DataOpening
    icon = "key"
    menu_label = _("为处理故障打开")
    add_view_class = OpeningCreateView
    list_display = ["user", "reason", "opened_by", "opened_at", "until"]
    list_select_related = ["user", "opened_by"]
    list_export = list_display
    search_fields = ["reason"]
    export_filename = "dakai-jilu"
    edit_handler = ObjectList(
        [
            FieldPanel("user", help_text=_("写明的期限内，这位管理员看得到居民资料，每看一次都留记录。")),
            "reason",
            FieldPanel("hours", heading=_("打开几小时")),
        ],
        base_form_class=OpeningForm,
    )
    _SHOWN = KeptViewSet._SHOWN | {"add"}


class AccessViewSetGroup(ViewSetGroup):
    menu_label = _("资料查看")
    menu_icon = "glasses"
    menu_order = 170
    items = (RecordAccessViewSet("record_access"), DataOpeningViewSet("data_openings"))

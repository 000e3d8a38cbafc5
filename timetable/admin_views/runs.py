"""The list of class runs and the forms that make, copy, change and delete one."""

import django_filters
from django.contrib.admin.utils import quote
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.log_actions import log

from core.viewsets import DeleteView, DistrictIndexView, ServiceFormMixin
from network.models import CentrePage, StreetPage
from timetable import services
from timetable.enums import ClassRunStatus
from timetable.forms import FEN
from timetable.models import ClassRun, LearningPage, Term


class ClassRunFilterSet(WagtailFilterSet):
    street = django_filters.ModelChoiceFilter(
        field_name="learning__street", label=gettext_lazy("街道"), queryset=StreetPage.objects.order_by("path")
    )
    centre = django_filters.ModelChoiceFilter(label=gettext_lazy("地点"), queryset=CentrePage.objects.order_by("path"))
    starts_on = django_filters.DateFromToRangeFilter(label=gettext_lazy("开课日期"), widget=DateRangePickerWidget)

    class Meta:
        model = ClassRun
        fields = ["status", "mode", "term", "street", "centre", "delivery", "starts_on", "is_sample"]


class ClassRunIndexView(DistrictIndexView):
    own_url_names = {}

    def to_row_dict(self, item):
        fee = item.fee_fen
        return {**super().to_row_dict(item), "fee_fen": None if fee is None else fee / FEN}

    @cached_property
    def header_more_buttons(self):
        buttons = super().header_more_buttons
        if self.permission_policy.user_has_permission(self.request.user, "add"):
            url = reverse(self.own_url_names["copy_term"])
            buttons.append(Button(_("整批复制到别的学期"), url=url, icon_name="copy", priority=15))
        return buttons

    @cached_property
    def _publishable(self):
        return self._allowed("publish")

    @cached_property
    def _copyable(self):
        return self._allowed("add")

    def get_list_more_buttons(self, instance):
        buttons = super().get_list_more_buttons(instance)
        if instance.pk in self._copyable and instance.asks_for_second:  # asked for once, whatever the rows are
            url = reverse(self.own_url_names["second"], args=(quote(instance.pk),))
            buttons.append(Button(_("加开一个班"), url=url, icon_name="plus", priority=20))
        if instance.pk in self._publishable:
            buttons += _decisions(self, instance, Button)
        return buttons


def _decisions(view, run, button_class, names=("publish", "move", "merge", "split", "cancel")):
    """Return the buttons for what of ``names`` may be decided about ``run`` in its present status."""
    is_open = run.status == ClassRunStatus.PUBLISHED and not run.is_over
    offered = {
        "publish": (run.status == ClassRunStatus.DRAFT, _("公布"), "view", 5),
        "move": (is_open and run.weekdays, _("整个班改时间地点"), "date", 21),
        "merge": (is_open and run.capacity, _("并到别的班"), "arrow-right", 22),
        "split": (is_open and run.capacity, _("分成两个班"), "resubmit", 23),
        "cancel": (run.status != ClassRunStatus.CANCELLED, _("取消这个班"), "cross", 25),
    }
    return [
        button_class(
            label, url=reverse(view.own_url_names[name], args=(quote(run.pk),)), icon_name=icon, priority=place
        )
        for name, (may, label, icon, place) in offered.items()
        if may and name in names
    ]


class ClassRunFormMixin(ServiceFormMixin):
    def save_through_service(self, form):
        return services.save_class_run(form.instance, teachers=form.cleaned_data["teachers"])

    def save_instance(self):
        run = super().save_instance()
        for sentence in self.form.cautions:
            messages.warning(self.request, sentence)
        return run


class ClassRunCreateView(ClassRunFormMixin, generic.CreateView):
    log_action = "wagtail.create"

    def get_success_message(self, instance):
        may_publish = self.permission_policy.user_has_permission_for_instance(self.request.user, "publish", instance)
        return _("“%(run)s”已保存，排了 %(count)d 次课。还没有公布，居民看不到。%(next)s") % {
            "run": instance,
            "count": instance.sessions.taking_place().count(),
            "next": _("核对后请在列表里“公布”。") if may_publish else _("请负责人在这个列表里“公布”。"),
        }

    def get_initial(self):
        """``?learning=<pk>``: the page whose editor sent somebody here, and where its street meets."""
        asked = self.request.GET.get("learning", "")
        page = LearningPage.objects.filter(pk=asked).first() if asked.isdecimal() else None
        given = {"learning": page, "centre": page.street_id} if page else {}
        return {**super().get_initial(), **given}


class ClassRunCopyView(generic.CopyView):
    """Open the form filled from another run, shifted into a later term, under a new number; saving goes to the create view.

    The term is ``?term=<pk>``, else the next one after the run's own; the buttons lead to the others.
    """

    def get_initial_form_instance(self):
        self.source = self.get_object()
        return services.copy_for_term(self.source, self._term)

    def get_form(self, *args, **kwargs):
        form = super().get_form(*args, **kwargs)
        form.initial |= {"code": "", "teachers": list(self.source.teachers.all())}
        return form

    @cached_property
    def _later_terms(self):
        own = self.source.term
        return list(Term.objects.filter(starts_on__gt=own.starts_on).order_by("starts_on", "pk")) if own else []

    @property
    def _term(self):
        asked = self.request.GET.get("term", "")
        by_pk = {str(term.pk): term for term in reversed(self._later_terms)}
        return by_pk.get(asked) or next(iter(self._later_terms), None)

    @cached_property
    def header_buttons(self):
        return [
            HeaderButton(_("复制到%(term)s") % {"term": term}, url=f"?term={term.pk}", icon_name="date")
            for term in self._later_terms
        ]


class ClassRunEditView(ClassRunFormMixin, generic.EditView):
    own_url_names = {}

    def get_page_subtitle(self):
        return _("%(run)s（%(status)s）") % {"run": self.object, "status": self.object.get_status_display()}

    @cached_property
    def _may_publish(self):
        return self.user_has_permission_for_instance("publish", self.object)

    @cached_property
    def header_buttons(self):
        return _decisions(self, self.object, HeaderButton, ("publish",)) if self._may_publish else []

    @cached_property
    def header_more_buttons(self):
        whole = ("move", "merge", "split", "cancel")
        more = _decisions(self, self.object, Button, whole) if self._may_publish else []
        return [*super().header_more_buttons, *more]

    def get_success_message(self):
        return _("“%(run)s”已保存，现在有 %(count)d 次课。") % {
            "run": self.object,
            "count": self.object.sessions.taking_place().count(),
        }


class ClassRunDeleteView(DeleteView):
    """Drafts only; the service says so."""

    def get_usage_url(self):
        return None  # its own sessions would count as usage

    def delete_action(self):
        log(instance=self.object, action="wagtail.delete", user=self.request.user, deleted=True)
        services.delete_class_run(self.object)

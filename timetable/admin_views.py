"""Admin views of class runs and sessions: forms that save through services, and asked-twice buttons."""

import datetime

import django_filters
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, View
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.log_actions import log

from core.errors import DomainError
from core.scoping import narrow_form
from core.viewsets import DeleteView, DistrictIndexView, ServiceFormMixin
from network.models import CentrePage, StreetPage
from timetable import services, services_bookings, signals
from timetable.enums import ClassRunStatus, SessionStatus
from timetable.forms import FEN, NoteForm
from timetable.models import CalendarDay, ClassRun, LearningPage, Session, Term


class ClassRunFilterSet(WagtailFilterSet):
    street = django_filters.ModelChoiceFilter(
        field_name="learning__street", label=gettext_lazy("街道"), queryset=StreetPage.objects.order_by("path")
    )
    centre = django_filters.ModelChoiceFilter(label=gettext_lazy("地点"), queryset=CentrePage.objects.order_by("path"))
    starts_on = django_filters.DateFromToRangeFilter(label=gettext_lazy("开课日期"), widget=DateRangePickerWidget)

    class Meta:
        model = ClassRun
        fields = ["status", "mode", "term", "street", "centre", "delivery", "starts_on", "is_sample"]


class CalendarDayFilterSet(WagtailFilterSet):
    year = django_filters.NumberFilter(field_name="date__year", label=gettext_lazy("年份"))

    class Meta:
        model = CalendarDay
        fields = ["kind", "year"]


class ClassRunIndexView(DistrictIndexView):
    publish_url_name = cancel_url_name = None

    def to_row_dict(self, item):
        fee = item.fee_fen
        return {**super().to_row_dict(item), "fee_fen": None if fee is None else fee / FEN}

    @cached_property
    def _publishable(self):
        return self._allowed("publish")

    def get_list_more_buttons(self, instance):
        buttons = super().get_list_more_buttons(instance)
        if instance.pk in self._publishable:
            buttons += _decisions(self, instance, Button)
        return buttons


def _decisions(view, run, button_class):
    """Return the buttons for what may be decided about ``run`` in its present status."""
    buttons = []
    if run.status == ClassRunStatus.DRAFT:
        url = reverse(view.publish_url_name, args=(quote(run.pk),))
        buttons.append(button_class(_("公布"), url=url, icon_name="view", priority=5))
    if run.status != ClassRunStatus.CANCELLED:
        url = reverse(view.cancel_url_name, args=(quote(run.pk),))
        buttons.append(button_class(_("取消这个班"), url=url, icon_name="cross", priority=25))
    return buttons


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
    publish_url_name = None

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
    publish_url_name = cancel_url_name = None

    def get_page_subtitle(self):
        return _("%(run)s（%(status)s）") % {"run": self.object, "status": self.object.get_status_display()}

    @cached_property
    def header_buttons(self):
        if self.user_has_permission_for_instance("publish", self.object):
            return _decisions(self, self.object, HeaderButton)
        return []

    def get_success_message(self):
        return _("“%(run)s”已保存，现在有 %(count)d 次课。") % {
            "run": self.object,
            "count": self.object.sessions.taking_place().count(),
        }


#: What the preview needs to be right; the rest of the form may still be empty.
PREVIEWED = (
    *("centre", "room", "teachers", "delivery"),
    *("starts_on", "ends_on", "weekdays", "starts_at", "ends_at", "session_count", "every_weeks"),
)


class PreviewSessionsView(PermissionCheckedMixin, View):
    """A piece of HTML for the form of a class run: the sessions that saving it would make, and what stands in their way.

    Takes the form as posted, writes nothing. Answers 403 to those who may not save it, 200 to whatever is in it.
    """

    http_method_names = ["post"]
    model = ClassRun
    form_class = None

    def post(self, request, pk=None):
        policy = self.permission_policy
        run = get_object_or_404(ClassRun, pk=pk) if pk else ClassRun()
        allowed = self.user_has_permission_for_instance("change", run) if pk else self.user_has_permission("add")
        if not allowed:
            raise PermissionDenied
        form = narrow_form(self.form_class(request.POST, instance=run, for_user=request.user), request.user, policy)
        return render(request, "timetable/admin/preview.html", self._foresee(form))

    @staticmethod
    def _foresee(form):
        wrong = [name for name in PREVIEWED if name in form.errors]
        run = form.instance
        if wrong or run.status == ClassRunStatus.CANCELLED:
            labels = [str(form.fields[name].label) for name in wrong]
            return {"wrong": "、".join(labels), "is_cancelled": not wrong}
        if form.non_field_errors():
            return {"refusal": "".join(form.non_field_errors())}
        try:
            foreseen = services.foresee(run, list(form.cleaned_data["teachers"]))
        except DomainError as error:
            return {"refusal": error.message}
        clashing = {id(clash.session): [] for clash in foreseen.clashes}
        for clash in foreseen.clashes:
            clashing[id(clash.session)].append(clash.words)
        rows = [(session.starts_at, session, None, clashing.get(id(session), [])) for session in foreseen.sessions]
        noon = datetime.time(12)
        rows += [
            (timezone.make_aware(datetime.datetime.combine(day.date, noon)), None, day, []) for day in foreseen.struck
        ]
        meeting = sum(not session.is_cancelled for session in foreseen.sessions)
        return {
            "rows": sorted(rows, key=lambda row: row[0]),
            "meeting": meeting,
            "clashes": len(foreseen.clashes),
            "cautions": list(form.cautions) if form.is_valid() else [],
        }


class ClosureFormMixin:
    """Saving a closure cancels nothing: it says which classes are in the way."""

    def save_instance(self):
        closure = super().save_instance()
        touched = services_bookings.sessions_in(closure)
        if touched:
            names = "；".join(str(session) for session in touched[: services_bookings.MOST_NAMED])
            messages.warning(
                self.request,
                _("这段时间已经排了 %(count)d 次课，请改时间或取消：%(names)s%(more)s。")
                % {
                    "count": len(touched),
                    "names": names,
                    "more": " ……" if len(touched) > services_bookings.MOST_NAMED else "",
                },
            )
        return closure


class ClosureCreateView(ClosureFormMixin, generic.CreateView):
    pass


class ClosureEditView(ClosureFormMixin, generic.EditView):
    pass


class ClassRunDeleteView(DeleteView):
    """Drafts only; the service says so."""

    def get_usage_url(self):
        return None  # its own sessions would count as usage

    def delete_action(self):
        log(instance=self.object, action="wagtail.delete", user=self.request.user, deleted=True)
        services.delete_class_run(self.object)


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


class DecisionView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """Ask once more, then let a service decide. Subclasses say what."""

    model = None
    index_url_name = edit_url_name = inspect_url_name = None
    permission_required = "change"
    instance_permission = "change"
    template_name = "timetable/admin/decide.html"
    form_class = NoteForm
    log_action = ""
    yes_label = ""
    is_serious = False

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.object = get_object_or_404(self.model, pk=kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        if not self.user_has_permission_for_instance(self.instance_permission, self.object):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self):
        return str(self.object)

    def get_breadcrumbs_items(self):
        index = {"url": reverse(self.index_url_name), "label": self.model._meta.verbose_name_plural}
        edit = {"url": reverse(self.edit_url_name, args=(quote(self.object.pk),)), "label": str(self.object)}
        return [*self.breadcrumbs_items, index, edit, {"url": "", "label": self.page_title}]

    def question(self):
        raise NotImplementedError

    def decide(self, note):
        """Do it through a service and return the sentence that says what happened."""
        raise NotImplementedError

    def form_valid(self, form):
        try:
            sentence = self.decide(form.cleaned_data.get("note", ""))
        except DomainError as error:
            messages.error(self.request, error.message)
        else:
            log(instance=self.object, action=self.log_action, user=self.request.user)
            messages.success(self.request, sentence)
        return redirect(self.index_url_name)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            question=self.question(),
            back_url=reverse(self.edit_url_name, args=(quote(self.object.pk),)),
            **kwargs,
        )


class PublishRunView(DecisionView):
    instance_permission = "publish"
    page_title = gettext_lazy("公布")
    header_icon = "view"
    yes_label = gettext_lazy("公布，让居民看到")
    log_action = "timetable.publish"

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        del form.fields["note"]
        return form

    def question(self):
        sentence = _("公布以后，居民会在网站上看到这个班和它的 %(count)d 次课。公布过的班不能删除，只能取消。")
        return sentence % {"count": self.object.sessions.taking_place().count()}

    def decide(self, note):
        services.publish_class_run(self.object)
        if self.object.learning.live:
            return _("“%(run)s”已公布。") % {"run": self.object}
        return _("“%(run)s”已公布，但“%(page)s”的页面还没发布，居民暂时看不到。") % {
            "run": self.object,
            "page": self.object.learning.title,
        }


class CancelRunView(DecisionView):
    instance_permission = "publish"
    page_title = gettext_lazy("取消这个班")
    header_icon = "cross"
    yes_label = gettext_lazy("取消这个班")
    is_serious = True
    log_action = "timetable.cancel"

    def question(self):
        ahead = self.object.sessions.taking_place().filter(starts_at__gt=timezone.now()).count()
        return _("还没上的 %(count)d 次课会一起取消，网站上写明“已取消”。取消以后不能再公布。") % {"count": ahead}

    def decide(self, note):
        services.cancel_class_run(self.object, note)
        return _("“%(run)s”已取消。") % {"run": self.object}


class CancelSessionView(DecisionView):
    page_title = gettext_lazy("取消这次课")
    header_icon = "cross"
    yes_label = gettext_lazy("取消这次课")
    is_serious = True
    log_action = "timetable.cancel"

    def question(self):
        # A copy: the view goes on with the session as it is.
        session = Session.objects.select_related("class_run").get(pk=self.object.pk)
        session.status = SessionStatus.CANCELLED
        notices = [notice for _receiver, notice in signals.session_notice.send(Session, session=session)]
        sentences = [_("这次课会写明“已取消”，其余的课照常上。")]
        for people, text in notices:
            sentences.append(
                _("会通知 %(people)d 位学员：“%(text)s”原因写在下面，会一起发出。") % {"people": people, "text": text}
                if people
                else _("还没有学员，不用通知谁。")
            )
        return "".join(sentences)

    def decide(self, note):
        services.cancel_session(self.object, note)
        return _("“%(session)s”已取消。") % {"session": self.object}

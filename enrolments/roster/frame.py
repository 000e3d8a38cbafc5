"""What the screens of a class share: the frame, the class itself, who judges, the order of names."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from core.scoping import below, granted_paths
from core.text import pinyin_words
from enrolments.models import Enrolment
from enrolments.permissions import counter_scope, may_call_roll, roster_runs
from timetable.models import ClassRun

#: What was typed is wrong; what was asked for cannot be done now.
WRONG, REFUSED = 422, 409


def may_judge(user, run):
    """Whether ``user`` decides who completed ``run`` and signs its papers: who may change its course's page."""
    course = below("learning", granted_paths(user, {"change"}))
    return ClassRun.objects.filter(counter_scope(user), course, pk=run.pk).exists()


def readable_run(user, pk):
    """Return the class run whose list ``user`` may read: 404 where there is none, PermissionDenied where it is another's."""
    run = get_object_or_404(ClassRun.objects.select_related("learning", "centre", "room"), pk=pk)
    if not ClassRun.objects.filter(roster_runs(user), pk=pk).exists():
        raise PermissionDenied
    return run


def people_of(run, *related):
    """Return the claims of those who take part in ``run``, with their residents, in the order of names."""
    return by_name(Enrolment.objects.filter(class_run=run).taking_part().select_related("resident", *related))


def by_name(people):
    """In the order in which people look for a name: by sound."""
    return sorted(people, key=lambda person: (pinyin_words(person.resident.name), person.pk))


class RosterMenuItem(MenuItem):
    def is_shown(self, request):
        return may_call_roll(request.user)


class RosterView(WagtailAdminTemplateMixin, TemplateView):
    """The frame: who calls the roll comes in; nothing is kept by a browser."""

    header_icon = "clipboard-list"

    def dispatch(self, request, *args, **kwargs):
        if not may_call_roll(request.user):
            raise PermissionDenied
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def get_breadcrumbs_items(self):
        index = {"url": reverse("roster:index"), "label": _("点名")}
        return [*self.breadcrumbs_items, index, *self.crumbs()]

    def crumbs(self):
        return []

    def page(self, status=200, **context):
        return self.render_to_response(self.get_context_data(**context), status=status)


class OneRunView(RosterView):
    """A screen of one class run, below its list."""

    def dispatch(self, request, *args, **kwargs):
        if not may_call_roll(request.user):
            raise PermissionDenied
        self.run = readable_run(request.user, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self):
        return str(self.run)

    def crumbs(self):
        return [
            {"url": reverse("roster:run", args=[self.run.pk]), "label": str(self.run)},
            {"url": "", "label": str(self.page_title), "sublabel": str(self.run)},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(run=self.run, **kwargs)

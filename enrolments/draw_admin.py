"""The draw desk in the admin: which draws wait for which act, and the acts. No names here either.

Who may publish a class run of a street may act on its draw (timetable/permissions.py): the
draw is part of what the public was promised. Every act is in Wagtail's log with the clerk.
"""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from core.dates import moment_words
from core.errors import DomainError
from core.pagination import UncountedPaginator
from enrolments import draw_preview
from enrolments.enums import DrawResult, ShareKind
from enrolments.models import Draw
from enrolments.services import draws
from enrolments.services.core import By
from timetable.enums import ClassRunStatus, EnrolMode
from timetable.models import ClassRun
from timetable.permissions import class_run_policy

PER_PAGE = 50


def desk_runs(user):
    """The draw runs that ``user`` answers for, drafts left out, those that close last first."""
    runs = class_run_policy.instances_user_has_permission_for(user, "publish")
    of_draws = Q(mode=EnrolMode.DRAW) | Q(pk__in=Draw.objects.values("class_run"))
    runs = runs.filter(of_draws).exclude(status=ClassRunStatus.DRAFT)
    return runs.select_related("draw", "learning__street", "centre").order_by(
        F("enrol_closes_at").desc(nulls_last=True), "-pk"
    )


def draw_of(run):
    return getattr(run, "draw", None)


def stage(run, now):
    """Return (where the draw of ``run`` stands, what the desk has to do and when), in words."""
    draw = draw_of(run)
    if draw is not None and draw.drawn_at:
        return _("已抽签"), _("%(when)s抽的，不用再做什么。") % {"when": moment_words(draw.drawn_at)}
    if run.status == ClassRunStatus.CANCELLED:
        return _("班已取消"), _("不再抽签。")
    if draw is None:
        return _("没有公布抽签办法"), _("写明名额、报名开始和截止，保存后自动公布；要在报名开始以前。")
    if draw.revealed_at:
        return _("公开数值已公布"), _("现在可以抽签。")
    if draw.frozen_at:
        return _("名单已封存"), _("等这个数出来，填进来公布：%(name)s") % {"name": draw.public_value_name}
    if run.enrol_closes_at is not None and run.enrol_closes_at <= now:
        return _("报名已截止"), _("封存名单。要赶在公开数值公布以前。")
    if run.enrol_opens_at is not None and run.enrol_opens_at <= now:
        return _("报名中"), _("%(when)s 截止，截止后封存名单。") % {"when": moment_words(run.enrol_closes_at)}
    if run.enrol_opens_at is None:
        return _("已公布办法"), _("还没有写报名开始的时间。")
    return _("已公布办法"), _("%(when)s 报名开始，在那以前可以改公开数值和专项名额。") % {
        "when": moment_words(run.enrol_opens_at)
    }


class DescribeForm(forms.Form):
    """The public value's name and the shares, which are drawn in the order of the fields."""

    public_value_name = forms.CharField(
        label=gettext_lazy("用哪个公开数值"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("要在报名截止以后才产生、谁都能自己查到的数，写清楚第几期、怎么写。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for kind in ShareKind:
            self.fields[kind.value] = forms.IntegerField(
                label=_("给“%(who)s”的名额") % {"who": kind.label}, min_value=1, max_value=999, required=False
            )

    def shares(self):
        seats = {kind: self.cleaned_data.get(kind.value) for kind in ShareKind}
        return [{"kind": kind.value, "seats": number} for kind, number in seats.items() if number]


class RevealForm(forms.Form):
    public_value = forms.CharField(
        label=gettext_lazy("公开数值"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("照公布的原样填，下一步会让您再对一遍。"),
    )
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)


class DeskView(WagtailAdminTemplateMixin, TemplateView):
    header_icon = "list-ol"

    def dispatch(self, request, *args, **kwargs):
        if not class_run_policy.user_has_permission(request.user, "publish"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": reverse("draw_desk:index"), "label": _("抽签")}]


class IndexView(DeskView):
    template_name = "enrolments/admin/draw_index.html"
    page_title = gettext_lazy("抽签")

    def get_context_data(self, **kwargs):
        page = UncountedPaginator(desk_runs(self.request.user), PER_PAGE).get_page(self.request.GET.get("p"))
        now = timezone.now()
        rows = [(run, *stage(run, now)) for run in page]
        return super().get_context_data(rows=rows, page=page, **kwargs)


class RunView(DeskView):
    """One draw: four steps in their order, each with what it does and what residents will read after it."""

    template_name = "enrolments/admin/draw_run.html"
    page_title = gettext_lazy("抽签")

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.describe_form = self.reveal_form = None
        self.confirm = ""

    @cached_property
    def run(self):
        run = get_object_or_404(ClassRun.objects.select_related("draw", "learning", "centre"), pk=self.kwargs["pk"])
        if not class_run_policy.user_has_permission_for_instance(self.request.user, "publish", run):
            raise PermissionDenied
        return run

    def get_page_subtitle(self):
        return str(self.run)

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": str(self.run)}]

    def get_context_data(self, **kwargs):
        run, draw, now = self.run, draw_of(self.run), timezone.now()
        words, due = stage(run, now)
        return super().get_context_data(
            run=run, draw=draw, stage=words, due=due, **(self._desk(run, draw, now) if draw else {}), **kwargs
        )

    def _desk(self, run, draw, now):
        steps = draw_preview.steps(run, draw, now)
        act = next((step.act for step in steps if step.is_due), "")
        return {
            "steps": steps,
            "act": act,
            "describe_form": self.describe_form or DescribeForm(initial=self._described(draw)),
            "reveal_form": self.reveal_form or RevealForm(),
            "confirm": self.confirm,
            "most": (run.capacity or 0) - run.counter_quota,
            "count": draw_preview.entered(run),
            "places": draw.places if draw.frozen_at else draw_preview.places_to_draw(run, now),
            "seen": draw_preview.seen_now(run, draw, now),
            "after": draw_preview.foreseen(run, draw, act, now, self.confirm) if act not in ("", "describe") else None,
        }

    def _described(self, draw):
        return {"public_value_name": draw.public_value_name} | {s["kind"]: s["seats"] for s in draw.shares}

    def get(self, request, *args, **kwargs):
        return self.render_to_response(self.get_context_data())

    def post(self, request, *args, **kwargs):
        acts = {"describe": self.describe, "freeze": self.freeze, "reveal": self.reveal, "hold": self.hold}
        act = acts.get(request.POST.get("do"))
        try:
            done = act() if act else ""
        except DomainError as error:
            messages.error(request, error.message)
            done = ""
        if done:
            messages.success(request, done)
            return redirect("draw_desk:run", self.run.pk)
        self.__dict__.pop("run", None)  # read again: somebody else may have acted meanwhile
        return self.render_to_response(self.get_context_data(), status=422 if act else 400)

    def _log(self, action, **data):
        log(instance=self.run, action=action, user=self.request.user, data=data)

    def describe(self):
        form = self.describe_form = DescribeForm(self.request.POST)
        if not form.is_valid():
            return ""
        with transaction.atomic():
            draw = draws.describe_draw(
                self.run, form.cleaned_data["public_value_name"], form.shares(), By(self.request.user)
            )
            self._log("enrolments.draw_describe", public_value_name=draw.public_value_name, shares=draw.shares)
        return _("已保存，马上公布在抽签页上。")

    def freeze(self):
        with transaction.atomic():
            draw = draws.freeze_by_hand(self.run, By(self.request.user))
            self._log("enrolments.draw_freeze", entries_hash=draw.entries_hash)
        return _("名单已封存：%(count)d 份报名，%(places)d 个名额。") % {
            "count": draw.entries.count(),
            "places": draw.places,
        }

    def reveal(self):
        """First the normal form of what was typed is shown; the second time the same value comes, it is published."""
        form = self.reveal_form = RevealForm(self.request.POST)
        if not form.is_valid():
            return ""
        value = draws.checked_public_value(form.cleaned_data["public_value"])
        if form.cleaned_data["confirmed"] != value and not draw_of(self.run).revealed_at:
            self.confirm = value
            return ""
        with transaction.atomic():
            draw = draws.reveal(self.run, value, By(self.request.user))
            self._log("enrolments.draw_reveal", public_value=draw.public_value)
        return _("公开数值已公布：%(value)s") % {"value": draw.public_value}

    def hold(self):
        with transaction.atomic():
            draw = draws.hold(self.run, by=By(self.request.user))
            self._log("enrolments.draw_hold", public_value=draw.public_value)
        return _("已抽签：%(seated)d 个抽中，结果已经公布，并通知了每个人。") % {
            "seated": draw.entries.filter(result=DrawResult.SEATED).count()
        }


class DrawMenuItem(MenuItem):
    def is_shown(self, request):
        return class_run_policy.user_has_permission(request.user, "publish")


def menu_item():
    return DrawMenuItem(_("抽签"), reverse("draw_desk:index"), name="draws", icon_name="list-ol", order=132)


def register_draw_log_actions(actions):
    actions.register_action("enrolments.draw_describe", _("改抽签办法"), _("改了抽签办法"))
    actions.register_action("enrolments.draw_freeze", _("封存抽签名单"), _("封存了抽签名单"))
    actions.register_action("enrolments.draw_reveal", _("公布公开数值"), _("公布了公开数值"))
    actions.register_action("enrolments.draw_hold", _("抽签"), _("抽了签"))


app_name = "draw_desk"
urlpatterns = [
    path("", IndexView.as_view(), name="index"),
    path("<int:pk>/", RunView.as_view(), name="run"),
]

"""The counter: somebody without telephone or login gets a place in under a minute, by keyboard alone.

One page: the class, then the person, then 「登记」. The rules and the chances are those of
everybody (enrolments/rules.py); who holds the role serves the classes of their own streets.
"""

import uuid

from django.db.models import Q
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from accounts.models import Resident
from accounts.services.access import note_refused
from core.errors import DomainError
from core.scoping import SEEING
from enrolments.alternatives import alternatives
from enrolments.counter_claims import (
    REFUSED,
    WRONG,
    ClaimView,
    CounterView,
    FindView,
    PersonView,
    SlipView,
    kept_for_counter,
    served,
)
from enrolments.counter_forms import CounterForm, FindForm
from enrolments.enums import Route
from enrolments.models import Enrolment
from enrolments.permissions import may_use_counter
from enrolments.rules import Facts, in_the_window, offered_at_all
from enrolments.selectors import draw_stage
from enrolments.services.counter import RefusedError, enrol_someone
from network.permissions import streets_of
from timetable.enums import EnrolMode
from timetable.models import Audience, ClassRun

#: Rows of the list of classes.
SHOWN = 60


class CounterMenuItem(MenuItem):
    def is_shown(self, request):
        return may_use_counter(request.user)


class EnrolView(CounterView):
    """/admin/counter/: without ``run`` the class is chosen, with it the person is typed."""

    template_name = "enrolments/admin/counter.html"

    def get(self, request, *args, **kwargs):
        query = request.GET.get("q", "").replace("\0", "").strip()[:60]
        wanted = request.GET.get("run", "")
        if wanted:
            run = served(request.user).filter(code=wanted).first()
            if run is None:
                self.note_foreign(wanted)
                messages.warning(request, _("没有班号是“%(code)s”的班，或者不归您的街道。") % {"code": wanted[:40]})
                return redirect("counter:index")
            return self.person_page(run, self.form(run))
        runs = self.runs(query)
        if query and len(runs) == 1:
            return redirect(self.address(runs[0]))
        return self.page(query=query, runs=runs, find=FindForm(), many=len(runs) == SHOWN)

    def post(self, request, *args, **kwargs):
        run = served(request.user).filter(code=request.POST.get("run", "")).first()
        if run is None:
            self.note_foreign(request.POST.get("run", ""))
            messages.warning(request, _("请先选班。"))
            return redirect("counter:index")
        if "switch" in request.POST:
            return self.switch(run)
        form = self.form(run, request.POST)
        if not form.is_valid():
            return self.person_page(run, form, status=WRONG)
        return self.enrol(run, form)

    def note_foreign(self, code):
        """A number of another street's class is an attempt; one that nobody has is a slip of the finger."""
        if ClassRun.objects.filter(code=code).exists():
            note_refused(self.request)

    # -------------------------------------------------------------- the class

    @staticmethod
    def address(run):
        return f"{reverse('counter:index')}?run={run.code}"

    def runs(self, query):
        """What is open now, soonest first; with a ``query`` everything that is not over, so that the reason can be told."""
        runs = (
            served(self.request.user).exclude(mode=EnrolMode.WALK_IN).current().order_by("starts_on", "starts_at", "pk")
        )
        if query:
            for word in query.split():
                named = Q(code__icontains=word) | Q(name__icontains=word)
                runs = runs.filter(named | Q(learning__title__icontains=word) | Q(centre__title__icontains=word))
            runs = list(runs[:SHOWN])
        else:
            runs = _open_now(runs)
        kept = kept_for_counter(runs)
        for run in runs:
            run.kept = kept.get(run.pk, 0)
        return runs

    def switch(self, run):
        """Another class for the same person: everything typed comes along."""
        other = served(self.request.user).filter(code=self.request.POST["switch"]).first()
        if other is None:
            self.note_foreign(self.request.POST["switch"])
            messages.warning(self.request, _("这个班不归您的街道，请到开班的地方办理。"))
            return self.person_page(run, self.form(run, self.request.POST))
        return self.person_page(other, self.form(other, typed=self.request.POST), switched=True)

    # -------------------------------------------------------------- the person

    def form(self, run, data=None, typed=None):
        audiences = list(Audience.objects.filter(learning_pages=run.learning_id)) if run.audience_only else []
        run.audiences = [one for one in audiences if one.age_min is None and one.age_max is None]
        streets = streets_of(self.request.user, SEEING)
        initial = {name: typed[name] for name in CounterForm.base_fields if name in (typed or ())} | {
            "key": uuid.uuid4()
        }
        return CounterForm(data, run=run, audiences=run.audiences, streets=streets, initial=initial)

    def person_page(self, run, form, status=200, error=None, others=None, **context):
        now = timezone.now()
        facts = Facts(resident=Resident(), run=run, route=Route.COUNTER, now=now, draw_stage=draw_stage(run))
        closed = offered_at_all(facts) or in_the_window(facts)
        run.kept = kept_for_counter([run]).get(run.pk, 0)
        run.enters_draw = run.mode == EnrolMode.DRAW and not (run.enrol_closes_at and run.enrol_closes_at <= now)
        run.has_place = bool(run.places_left or run.kept)
        if others is None:
            others = alternatives(run) if closed or not (run.has_place or run.enters_draw) else []
        mine = set(served(self.request.user).filter(pk__in=[one.run.pk for one in others]).values_list("pk", flat=True))
        for one in others:
            one.mine = one.run.pk in mine
        return self.page(
            status=status,
            run=run,
            form=form,
            closed=closed,
            error=error,
            others=others,
            can_wait=_can_wait(error),
            **context,
        )

    def enrol(self, run, form):
        data, key = form.cleaned_data, self.key(form)
        try:
            enrolment, known = enrol_someone(
                self.request.user,
                run,
                form.person(),
                child_consent=data["child_consent"],
                checked=data["checked"],
                health=data.get("health", False),
                audience=data.get("audience", False),
                wait=bool(self.request.POST.get("wait")),
                request_key=key,
            )
        except DomainError as error:
            run.refresh_from_db()
            if form.place(error):
                return self.person_page(run, form, status=WRONG)
            others = error.others if isinstance(error, RefusedError) else []
            return self.person_page(run, form, status=REFUSED, error=error, others=others)
        if enrolment.request_key != key:
            messages.warning(self.request, _("这个人以前就报了这个班，没有重复登记。下面是原来的回执。"))
        elif known:
            messages.info(self.request, _("以前登记过这个人，用的是原来的资料。"))
        return redirect("counter:slip", enrolment.receipt)

    @staticmethod
    def key(form):
        """The form's key; a new one where "back" brought up the form of somebody else."""
        key = form.cleaned_data["key"]
        used = Enrolment.objects.filter(request_key=key).select_related("resident").first()
        return uuid.uuid4() if used and used.resident.name != form.cleaned_data["name"] else key


def _open_now(runs):
    """Return those of ``runs`` that somebody may join today, SHOWN at most: first what has begun, then what is to come.

    Two questions, each with an index that is read in its order and no further than needed (benchmarks/desk.py).
    """
    now, today = timezone.now(), timezone.localdate()
    open_ = Q(enrol_closes_at__isnull=True) | Q(enrol_closes_at__gt=now) | Q(draw__drawn_at__isnull=False)
    runs = runs.filter(open_, enrol_opens_at__lte=now, capacity__isnull=False)
    late = ClassRun.objects.filter(join_until__gte=today).values("pk")
    begun = runs.filter(starts_on__lt=today, pk__in=late)
    coming = runs.filter(Q(join_until__isnull=True) | Q(join_until__gte=today), starts_on__gte=today)
    return [*begun[:SHOWN], *coming[:SHOWN]][:SHOWN]


def _can_wait(error):
    return error is not None and error.code in ("full", "held_for_list", "held_for_counter")


app_name = "counter"
urlpatterns = [
    path("", EnrolView.as_view(), name="index"),
    path("find/", FindView.as_view(), name="find"),
    path("person/<str:token>/", PersonView.as_view(), name="person"),
    path("claim/<slug:receipt>/", ClaimView.as_view(), name="claim"),
    path("slip/<slug:receipt>/", SlipView.as_view(), name="slip"),
]

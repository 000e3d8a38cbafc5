"""The counter, second box: find somebody's claims again and do for them what they could do themselves.

Reached by a receipt, or by exact name and telephone; never by a number in the address, so
nobody can leaf through people. Every look at a person is in the log of access, without the name.
"""

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.models import Resident
from accounts.services.access import note_opened
from core.errors import DomainError
from enrolments.counter_forms import FindForm
from enrolments.enums import LIVE, SeatKind, Status
from enrolments.models import Enrolment, Seat
from enrolments.permissions import counter_scope, may_use_counter
from enrolments.selectors import open_offer, position
from enrolments.services import places, waiting
from enrolments.services.core import counter
from timetable.enums import EnrolMode
from timetable.models import ClassRun

#: The request was understood and cannot be done; what was typed is wrong.
REFUSED, WRONG = 409, 422
#: How long the address of a person that was found stays good, and only for the clerk who found them.
FOUND_SECONDS = 3600
SALT = "enrolments.counter"

VERBS = {
    "accept": (waiting.accept, gettext_lazy("已经接受名额。")),
    "decline": (waiting.decline, gettext_lazy("已经放弃这个名额，退出候补。")),
    "keep": (waiting.keep_place, gettext_lazy("这次不要，排位保留。")),
    "pause": (waiting.pause, gettext_lazy("候补已经暂停，号码保留。")),
    "resume": (waiting.resume, gettext_lazy("候补已经恢复。")),
    "withdraw": (places.withdraw, gettext_lazy("已经退出。")),
}


class CounterView(WagtailAdminTemplateMixin, TemplateView):
    """The frame of the counter's screens."""

    header_icon = "desktop"
    page_title = gettext_lazy("窗口")

    def dispatch(self, request, *args, **kwargs):
        if not may_use_counter(request.user):
            raise PermissionDenied
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": reverse("counter:index"), "label": _("窗口")}, *self.crumbs()]

    def crumbs(self):
        return []

    def page(self, status=200, **context):
        return self.render_to_response(self.get_context_data(**context), status=status)


def served(user):
    """Return the public class runs that ``user`` may enrol people in."""
    runs = ClassRun.objects.public().published().filter(counter_scope(user))
    return runs.select_related("learning", "centre", "room", "term", "prerequisite")


def claims_in_reach(user):
    return Enrolment.objects.filter(counter_scope(user, "class_run__learning")).for_cards()


def kept_for_counter(runs):
    """Return {run pk: free seats kept for the counter}: one query."""
    seats = Seat.objects.free().filter(class_run__in=runs, kind=SeatKind.COUNTER)
    kept = {}
    for key in seats.values_list("class_run", flat=True):
        kept[key] = kept.get(key, 0) + 1
    return kept


class FindView(CounterView):
    """Post: the claim of a receipt, or the person of a name and telephone. By post, so that no name stands in an address."""

    template_name = "enrolments/admin/counter_find.html"
    page_title = gettext_lazy("找报名")

    def crumbs(self):
        return [{"url": "", "label": _("找报名")}]

    def get(self, request, *args, **kwargs):
        return self.page(form=FindForm())

    def post(self, request, *args, **kwargs):
        form = FindForm(request.POST)
        if not form.is_valid():
            return self.page(status=WRONG, form=form)
        answer = form.cleaned_data
        if answer["receipt"]:
            if claims_in_reach(request.user).filter(receipt=answer["receipt"]).exists():
                return redirect("counter:claim", answer["receipt"])
            form.add_error("receipt", _("您负责的街道没有这个回执号。请看清楚再输一次，或者用姓名和电话找。"))
            return self.page(status=WRONG, form=form)
        person = Resident.objects.present().filter(name=answer["name"], **answer["who"]).order_by("pk").first()
        if person is None or not claims_in_reach(request.user).filter(resident=person).exists():
            form.add_error(None, _("您负责的街道没有用这个姓名和电话报的班。姓名和电话都要和登记时一样。"))
            return self.page(status=WRONG, form=form)
        return redirect("counter:person", signing.dumps([person.pk, request.user.pk], salt=SALT))


class PersonView(CounterView):
    """The claims of somebody who was found, of the clerk's own streets."""

    template_name = "enrolments/admin/counter_person.html"
    page_title = gettext_lazy("这个人的报名")

    def crumbs(self):
        return [{"url": reverse("counter:find"), "label": _("找报名")}, {"url": "", "label": _("这个人的报名")}]

    def get(self, request, token):
        try:
            pk, clerk = signing.loads(token, salt=SALT, max_age=FOUND_SECONDS)
        except signing.BadSignature:
            messages.warning(request, _("这个页面已经过时，请重新找。"))
            return redirect("counter:find")
        person = Resident.objects.present().filter(pk=pk).first()
        if person is None or clerk != request.user.pk:
            raise Http404
        note_opened(request, [person])
        claims = list(claims_in_reach(request.user).filter(resident=person))
        live = [claim for claim in claims if claim.status in LIVE]
        return self.page(person=person, live=live, past=[claim for claim in claims if claim not in live])


class OneClaim(CounterView):
    """A claim by its receipt, of a class that the clerk serves."""

    @cached_property
    def claim(self):
        claim = claims_in_reach(self.request.user).filter(receipt=self.kwargs["receipt"]).first()
        if claim is None:
            raise Http404
        return claim

    def page(self, status=200, **context):
        note_opened(self.request, [self.claim.resident])
        return super().page(status, **context)

    def crumbs(self):
        return [
            {"url": reverse("counter:find"), "label": _("找报名")},
            {"url": "", "label": f"{self.page_title} {self.claim.receipt}"},
        ]


class ClaimView(OneClaim):
    """One claim, and what can be done about it for the person who stands there."""

    template_name = "enrolments/admin/counter_claim.html"
    page_title = gettext_lazy("办理")

    def get(self, request, *args, **kwargs):
        waiting.sweep_run(self.claim.class_run_id)  # an offer that ran out is judged before anybody reads it
        self.__dict__.pop("claim", None)
        return self.page()

    def get_context_data(self, **kwargs):
        claim = self.claim
        runs = self.other_runs if claim.status == Status.ENROLLED else []
        kept = kept_for_counter(runs)
        return super().get_context_data(
            claim=claim,
            run=claim.class_run,
            offer=open_offer(claim) if claim.status == Status.OFFERED else None,
            position=position(claim),
            is_live=claim.status in LIVE,
            others=[(run, kept.get(run.pk, 0)) for run in runs],
            events=claim.events.select_related("actor"),
            **kwargs,
        )

    @property
    def other_runs(self):
        """Runs of the same course with a place to change to now."""
        run, now = self.claim.class_run, timezone.now()
        runs = served(self.request.user).filter(learning=run.learning_id).exclude(pk=run.pk)
        runs = [other for other in runs.exclude(mode=EnrolMode.WALK_IN) if open_to_counter(other, now)]
        kept = kept_for_counter(runs)
        return [other for other in runs if other.places_left or other.pk in kept]

    def post(self, request, *args, **kwargs):
        verb = request.POST.get("do", "")
        try:
            if verb == "transfer":
                return self.transfer()
            if verb not in VERBS:
                raise DomainError("verb", _("没有这个操作，请刷新页面再试。"))
            if verb == "withdraw" and not request.POST.get("sure"):
                raise DomainError("sure", _("请先勾选“本人要退”，再按“退出”。名额会马上给下一位，退了不能撤回。"))
            act, sentence = VERBS[verb]
            act(self.claim, counter(request.user))
        except DomainError as error:
            self.__dict__.pop("claim", None)  # read anew for the page
            return self.page(status=REFUSED, error=error)
        messages.success(request, sentence)
        return redirect("counter:claim", self.claim.receipt)

    def transfer(self):
        wanted = self.request.POST.get("run", "")
        chosen = next((run for run in self.other_runs if run.code == wanted), None)
        if chosen is None:
            raise DomainError("run", _("请选要换到哪个班。名额可能刚被别人占了，请看现在的列表。"))
        by, told = counter(self.request.user), bool(self.request.POST.get("told"))
        made = places.transfer(self.claim, chosen, by, health=told, audience=told)
        return redirect("counter:slip", made.receipt)


def open_to_counter(run, now):
    opened = run.enrol_opens_at is not None and run.enrol_opens_at <= now
    still = run.enrol_closes_at is None or now < run.enrol_closes_at
    return opened and still and timezone.localdate(now) <= run.last_day_to_join


class SlipView(OneClaim):
    """The slip to print and hand over."""

    template_name = "enrolments/admin/counter_slip.html"
    page_title = gettext_lazy("回执")

    def get(self, request, *args, **kwargs):
        claim = self.claim
        return self.page(claim=claim, run=claim.class_run, position=position(claim), clerk=request.user)

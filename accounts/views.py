"""A resident's own pages: family, consents, data, notices. Each asks a service; none saves. Never cached, login required."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.consents import TEXTS
from accounts.enums import ConsentPurpose
from accounts.models import Consent, Guardianship, Notice, Resident
from accounts.privacy import holdings
from accounts.resident_forms import SELF, WHO, ClaimForm, ResidentForm
from accounts.selectors import export_of, residents_only_reached_by
from accounts.sign_in_views import forgotten
from core.errors import DomainError

REFUSED = 422  # the form comes back with what was typed and the reason
NOTICES_PER_PAGE = 20


def personal(view):
    """A page about the person who is signed in, in nobody's cache."""
    return never_cache(login_required(view))


@require_safe
@personal
def people(request):
    relations = dict(
        Guardianship.objects.filter(guardian=request.user, ends_on=None).values_list("resident_id", "relation")
    )
    words = dict(WHO)
    family = list(services.residents_of(request.user).select_related("street", "neighbourhood"))
    for person in family:
        person.relation_words = words.get(relations.get(person.pk, SELF))
    context = {
        "family": family,
        "has_own": any(person.user_id == request.user.pk for person in family),
        "claimable": services.claimable(request.user).count(),
    }
    return render(request, "accounts/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def add_person(request):
    """First screen: who is it. Second: the form for that person."""
    who = request.GET.get("who", "")
    if who not in dict(WHO):
        has_own = Resident.objects.filter(user=request.user).exists()
        choices = [(value, label) for value, label in WHO if value != SELF or not has_own]
        return render(request, "accounts/add_who.html", {"choices": choices, "next": _next(request)})
    form = ResidentForm(_posted(request), user=request.user, who=who)
    if request.method == "POST" and form.is_valid() and (person := form.save()):
        messages.success(request, _("%(name)s已经添加。") % {"name": person.name})
        return redirect(_next(request) or "accounts:people")
    context = {"form": form, "who": who, "who_words": dict(WHO)[who], "next": _next(request), "texts": TEXTS}
    return render(request, "accounts/add_person.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def edit_person(request, number):
    person = _own(request, number)
    form = ResidentForm(_posted(request), user=request.user, resident=person)
    if request.method == "POST" and form.is_valid() and form.save():
        messages.success(request, _("已经保存。"))
        return redirect("accounts:people")
    return render(request, "accounts/edit_person.html", _about(request, person) | {"form": form}, status=_status(form))


@require_POST
@personal
def leave_person(request, number):
    person = _own(request, number)
    try:
        services.end_guardianship(request.user, person)
    except DomainError as error:
        form = ResidentForm(user=request.user, resident=person)
        context = _about(request, person) | {"form": form, "error": error.message}
        return render(request, "accounts/edit_person.html", context, status=REFUSED)
    messages.success(request, _("您不再替%(name)s办理。") % {"name": person.name})
    return redirect("accounts:people")


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def claim_person(request):
    form = ClaimForm(_posted(request))
    if request.method == "POST" and form.is_valid() and (person := form.save(request.user)):
        messages.success(request, _("%(name)s已经在您的名下。") % {"name": person.name})
        return redirect("accounts:people")
    return render(request, "accounts/claim_person.html", {"form": form, "texts": TEXTS}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def consents(request):
    """One card per person, one row per purpose; each row is a form of its own."""
    error = ""
    if request.method == "POST":
        try:
            _change_consent(request)
            return redirect("accounts:consents")
        except DomainError as refusal:
            error = refusal.message
    context = {"login": _consent_rows(ConsentPurpose.ACCOUNT, user=request.user), "error": error, "cards": []}
    for person in services.residents_of(request.user):
        purposes = [purpose for purpose in TEXTS if purpose != ConsentPurpose.ACCOUNT]
        if not person.is_child:
            purposes.remove(ConsentPurpose.CHILD)
        context["cards"].append((person, _consent_rows(*purposes, resident=person)))
    return render(request, "accounts/consents.html", context, status=REFUSED if error else 200)


@require_safe
@personal
def data(request):
    return render(request, "accounts/data.html", {"family": services.residents_of(request.user)})


@require_safe
@personal
def export(request):
    response = JsonResponse(export_of(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="my-data-{timezone.localdate():%Y%m%d}.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def erase_account(request):
    error = ""
    if request.method == "POST":
        try:
            _need_confirmation(request)
            services.erase_login(request.user)
            logout(request)
            return forgotten(redirect("privacy:erased"))
        except DomainError as refusal:
            error = refusal.message
    going = list(residents_only_reached_by(request.user))
    staying = services.residents_of(request.user).exclude(pk__in=[person.pk for person in going])
    return _erase_page(request, going, error, staying=staying)


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def erase_person(request, number):
    person = _own(request, number)
    if person.user_id == request.user.pk:
        return redirect("accounts:erase_account")
    error = ""
    if request.method == "POST":
        try:
            _need_confirmation(request)
            services.erase_resident(person, by=request.user)
            messages.success(request, _("资料已经注销。"))
            return redirect("accounts:people")
        except DomainError as refusal:
            error = refusal.message
    return _erase_page(request, [person], error, person=person)


@require_safe
@personal
def notices(request):
    """The inbox. What is shown here for the first time is marked new once, then read."""
    mine = Notice.objects.filter(resident__in=services.residents_of(request.user).order_by().values("pk"))
    page = Paginator(mine.select_related("resident"), NOTICES_PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    if unread := [notice.pk for notice in shown if notice.read_at is None]:
        services.mark_read(request.user, Notice.objects.filter(pk__in=unread))
    several = len({notice.resident_id for notice in shown}) > 1
    return render(request, "accounts/notices.html", {"notices": shown, "list": page, "several": several})


def _own(request, number):
    """Return the resident if the login may act for them: anybody else's number is 404, as if there were none."""
    return get_object_or_404(services.residents_of(request.user), pk=number)


def _about(request, person):
    return {"person": person, "is_self": person.user_id == request.user.pk}


def _posted(request):
    return request.POST if request.method == "POST" else None


def _status(form):
    return REFUSED if form.is_bound and form.errors else 200


def _next(request):
    """Return the address to go on to, ours only."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe else ""


def _need_confirmation(request):
    if not request.POST.get("confirm"):
        raise DomainError("confirm", _("请先勾选“我看清楚了”，再按注销。"))


def _erase_page(request, going, error, **context):
    context |= {
        "going": going,
        "kept": services.kept_of(going),
        "holdings": [holding.label for holding in holdings()],
        "error": error,
    }
    return render(request, "accounts/erase.html", context, status=REFUSED if error else 200)


def _change_consent(request):
    purpose = request.POST.get("purpose")
    if purpose not in TEXTS:
        raise Http404
    number = request.POST.get("resident", "")
    if purpose == ConsentPurpose.ACCOUNT:
        owner = {"user": request.user}
    else:
        owner = {"resident": _own(request, int(number) if number.isdecimal() else 0)}
    verb = services.give_consent if request.POST.get("act") == "give" else services.withdraw_consent
    verb(purpose, **owner)


def _consent_rows(*purposes, **owner):
    """Return (text, live consent or None, last withdrawal or None) for each purpose."""
    rows = {purpose: [None, None] for purpose in purposes}
    for consent in Consent.objects.filter(purpose__in=purposes, **owner).order_by("pk"):
        rows[consent.purpose][consent.withdrawn_at is not None] = consent
    return [(TEXTS[purpose], *found) for purpose, found in rows.items()]

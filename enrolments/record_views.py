"""What residents and the public read about finished places: certificate, check page, own calendar. Writes nothing itself."""

from dataclasses import dataclass
from unicodedata import normalize
from urllib.parse import urlsplit, urlunsplit

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Resident
from core.errors import DomainError
from enrolments.enums import TAKEN_PART, Status
from enrolments.models import CalendarFeed, Certificate, Enrolment
from enrolments.pdf import date_line, pdf_response, qr, sentences
from enrolments.records import duration_words
from enrolments.services import feeds
from timetable.ical import calendar_file, loaded
from timetable.models import Session


def _mine(user):
    certificates = Certificate.objects.filter(enrolment__resident__in=Resident.objects.of(user).values("pk"))
    return certificates.select_related("enrolment__class_run__learning")


@never_cache
@login_required
@require_safe
def certificate(request, number):
    """/me/certificates/<number>/: the printable twin of the PDF, for its owner."""
    found = get_object_or_404(_mine(request.user), number=number)
    return _twin(request, found)


def _twin(request, found, no_font=False):
    picture = qr(found, request).svg_inline(border=0, omitsize=True, dark="#1f2a2d", svgclass="certificate-qr-code")
    context = {
        "certificate": found,
        "sentences": sentences(found),
        "date": date_line(found.issued_on),
        "qr": mark_safe(picture),  # noqa: S308  segno's own drawing: numbers only
        "no_font": no_font,
    }
    return render(request, "enrolments/certificate.html", context, status=503 if no_font else 200)


@never_cache
@login_required
@require_safe
def certificate_pdf(request, number):
    """/me/certificates/<number>.pdf; where no font can print the name, the printable page with a sentence."""
    found = get_object_or_404(_mine(request.user), number=number)
    if found.revoked_on:
        return redirect("records:certificate", number=found.number)
    return pdf_response(found, request) or _twin(request, found, no_font=True)


class CheckForm(forms.Form):
    """Number and code as they are read aloud: small letters, full-width signs and spaces do not matter."""

    number = forms.CharField(label="证书编号", max_length=40)
    code = forms.CharField(label="查验码", max_length=40)

    def clean_number(self):
        return _plain(self.cleaned_data["number"])

    def clean_code(self):
        return _plain(self.cleaned_data["code"])


def _plain(text):
    return "".join(normalize("NFKC", text).upper().split())


@never_cache
@require_safe
def check(request, number=""):
    """/certificates/ and /certificates/<number>/?code=…: is this paper genuine? For anybody, without signing in.

    An unknown number and a wrong code get the same answer: nobody learns which numbers exist.
    """
    asked = "code" in request.GET
    form = CheckForm({"number": number or request.GET.get("number", ""), "code": request.GET.get("code", "")})
    if not asked:
        form = CheckForm(initial={"number": number})
    found = None
    if asked and form.is_valid():
        found = _genuine(form.cleaned_data["number"], form.cleaned_data["code"])
    context = {
        "form": form,
        "answered": asked and form.is_valid(),
        "certificate": found,
        "masked_name": Resident(name=found.name).masked_name if found and found.name else "",
        "hours": duration_words(found.minutes) if found else "",
        "date": date_line(found.issued_on) if found else "",
        "revoked": date_line(found.revoked_on) if found and found.revoked_on else "",
    }
    response = render(request, "enrolments/certificate_check.html", context, status=404 if asked and not found else 200)
    response["X-Robots-Tag"] = "noindex"
    return response


def _genuine(number, code):
    found = Certificate.objects.filter(number=number).first()
    # A comparison takes place whether or not there is such a number, so that time tells nothing either.
    same = constant_time_compare(found.check_code if found else "-", code)
    return found if found and same else None


# ---- calendar


def _calendar(filename, name, sessions, request):
    response = HttpResponse(
        calendar_file(name, sessions, request, _("我报上的课；改期和取消会自动更新。")),
        content_type="text/calendar; charset=utf-8",
    )
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=filename)
    response["X-Robots-Tag"] = "noindex"
    return response


def _classes_of(resident):
    """Return the runs in which ``resident`` has or had a firm place, those cancelled meanwhile included."""
    lost = Q(
        status=Status.CLASS_CANCELLED,
        events__from_status=Status.ENROLLED,
        events__to_status=Status.CLASS_CANCELLED,
    )
    return Enrolment.objects.filter(Q(status__in=TAKEN_PART) | lost, resident=resident).values("class_run")


@never_cache
@require_safe
def feed_ics(request, token):
    """/me/calendar/<token>.ics: whoever has the address reads the classes of one resident, and no name."""
    feed = get_object_or_404(CalendarFeed, token=token, resident__erased_at=None)
    sessions = Session.objects.filter(class_run__in=_classes_of(feed.resident)).order_by("starts_at", "pk")
    return _calendar("my-classes.ics", _("我的课"), loaded(sessions), request)


@never_cache
@login_required
@require_safe
def enrolment_ics(request, receipt):
    """/me/enrolments/<receipt>.ics: one class, for those who may act for the resident."""
    mine = Enrolment.objects.filter(resident__in=Resident.objects.of(request.user).values("pk"))
    enrolment = get_object_or_404(mine.select_related("class_run__learning"), receipt=receipt)
    if not _classes_of(enrolment.resident_id).filter(pk=enrolment.pk).exists():
        raise Http404
    sessions = loaded(Session.objects.filter(class_run=enrolment.class_run_id).order_by("starts_at", "pk"))
    return _calendar(f"{enrolment.receipt}.ics", enrolment.class_run.learning.title, sessions, request)


@dataclass
class Address:
    """One resident's calendar on the page: ``web`` to copy, ``subscribe`` for the phone's own calendar to open."""

    resident: Resident
    web: str = ""
    subscribe: str = ""


def address_of(resident, request):
    """Return the Address of ``resident``; empty where no feed was asked for yet. The page of one's classes may use it."""
    feed = CalendarFeed.objects.filter(resident=resident).first()
    if feed is None:
        return Address(resident)
    web = request.build_absolute_uri(reverse("records:feed_ics", args=[feed.token]))
    return Address(resident, web, urlunsplit(urlsplit(web)._replace(scheme="webcal")))


@never_cache
@login_required
@require_safe
def calendar(request):
    """/me/calendar/: how to have one's classes in the phone's calendar."""
    addresses = [address_of(resident, request) for resident in Resident.objects.of(request.user)]
    return render(request, "enrolments/my_calendar.html", {"addresses": addresses})


@never_cache
@login_required
@require_POST
def calendar_address(request, pk):
    """POST: make the address, or change it (``new``)."""
    resident = get_object_or_404(Resident.objects.of(request.user), pk=pk)
    try:
        if request.POST.get("new"):
            feeds.reset_feed(resident)
            messages.success(request, _("已换成新地址，旧地址不能用了。"))
        else:
            feeds.open_feed(resident)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("records:calendar")

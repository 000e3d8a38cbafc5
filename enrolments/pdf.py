"""What both faces of a 结业证书 say, and its PDF as an answer; the drawing is in sheets.py."""

import segno
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from enrolments.records import duration_words


def check_address(certificate, request):
    """Return the whole address that the QR code leads to."""
    path = reverse("records:check", args=[certificate.number])
    return request.build_absolute_uri(f"{path}?code={certificate.check_code}")


def qr(certificate, request):
    return segno.make(check_address(certificate, request), error="m", micro=False)


def sentences(certificate):
    """Return what both faces say between the name and the signature."""
    return [
        _("参加《%(title)s》课程学习，") % {"title": certificate.title},
        _("上课 %(held)d 次，到课 %(came)d 次，学习时长 %(hours)s，")
        % {"held": certificate.held, "came": certificate.attended, "hours": duration_words(certificate.minutes)},
        _("经考核出勤合格，准予结业。"),
    ]


def date_line(day):
    return _("%(year)d年%(month)d月%(day)d日") % {"year": day.year, "month": day.month, "day": day.day}


def pdf_response(certificate, request):
    """Return the download, or None where no font of this machine can print the name."""
    from enrolments.sheets import certificate_pdf  # here: fpdf is 30 MB of a process, and few ever print

    body = certificate_pdf(certificate, request)
    if body is None:
        return None
    response = HttpResponse(body, content_type="application/pdf")
    filename = _("结业证书-%(number)s.pdf") % {"number": certificate.number}
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename)
    return response


def pdf_response_of_all(certificates, request, code):
    """Return one download of all ``certificates`` of the class ``code``, or None where not one of them can be printed."""
    from enrolments.sheets import certificates_pdf

    body = certificates_pdf(certificates, request)
    if body is None:
        return None
    response = HttpResponse(body, content_type="application/pdf")
    filename = _("结业证书-%(code)s.pdf") % {"code": code}
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename)
    return response

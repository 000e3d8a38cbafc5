"""Certificates and the personal calendar: /certificates/, /me/certificates/, /me/calendar/, /me/enrolments/<receipt>.ics."""

from django.urls import path

from enrolments import record_views as views

app_name = "records"
urlpatterns = [
    path("certificates/", views.check, name="check_form"),
    path("certificates/<slug:number>/", views.check, name="check"),
    path("me/certificates/<slug:number>/", views.certificate, name="certificate"),
    path("me/certificates/<slug:number>.pdf", views.certificate_pdf, name="certificate_pdf"),
    path("me/calendar/", views.calendar, name="calendar"),
    path("me/calendar/<int:pk>/address/", views.calendar_address, name="calendar_address"),
    path("me/calendar/<slug:token>.ics", views.feed_ics, name="feed_ics"),
    path("me/enrolments/<slug:receipt>.ics", views.enrolment_ics, name="enrolment_ics"),
]

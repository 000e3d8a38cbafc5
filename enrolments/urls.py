"""Addresses of the resident's pages about places."""

from django.urls import path

from enrolments import enrol_views, views

app_name = "enrolments"
urlpatterns = [
    path("me/", views.my_learning, name="my_learning"),
    path("me/timetable/", views.timetable, name="timetable"),
    path("me/timetable/kept/", views.timetable_kept, name="timetable_kept"),
    path("me/enrolments/<slug:receipt>/", views.enrolment, name="enrolment"),
    path("me/enrolments/<slug:receipt>/answer/", views.answer, name="answer"),
    path("me/enrolments/<slug:receipt>/leave/", views.leave, name="leave"),
    path("me/enrolments/<slug:receipt>/change/", views.change, name="change"),
    path("me/enrolments/<slug:receipt>/slip/", views.slip, name="slip"),
    path("enrol/<str:code>/", enrol_views.enrol, name="enrol"),
]

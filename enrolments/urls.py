"""Addresses of the resident's pages about places."""

from django.urls import path

from enrolments import enrol_views, views

app_name = "enrolments"
urlpatterns = [
    path("me/", views.my_learning, name="my_learning"),
    path("me/enrolments/<str:receipt>/", views.enrolment, name="enrolment"),
    path("me/enrolments/<str:receipt>/answer/", views.answer, name="answer"),
    path("me/enrolments/<str:receipt>/leave/", views.leave, name="leave"),
    path("me/enrolments/<str:receipt>/change/", views.change, name="change"),
    path("me/enrolments/<str:receipt>/slip/", views.slip, name="slip"),
    path("enrol/<str:code>/", enrol_views.enrol, name="enrol"),
]

"""Calendar feeds at /calendar/."""

from django.urls import path

from timetable import views

app_name = "timetable"
urlpatterns = [
    # A run's code is what the district writes, a slash included.
    path("run/<path:code>.ics", views.run_ics, name="run_ics"),
    path("centre/<int:pk>.ics", views.centre_ics, name="centre_ics"),
    path("street/<str:slug>.ics", views.street_ics, name="street_ics"),
]

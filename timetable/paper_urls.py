"""Sheets for the printer at /print/."""

from django.urls import path

from timetable import paper_views as views

app_name = "paper"
urlpatterns = [
    path("week/<int:pk>/", views.week, name="week"),
    path("poster/<int:pk>/", views.poster, name="poster"),
]

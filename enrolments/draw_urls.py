"""Addresses of the public draw pages, below /draws/."""

from django.urls import path

from enrolments import draw_views

app_name = "draws"
urlpatterns = [
    # A run's code is what the district writes, a slash included.
    path("<path:code>/data.json", draw_views.draw_data, name="data"),
    path("<path:code>/", draw_views.draw_page, name="draw"),
]

"""The rules of personal data, for everybody, below /privacy/."""

from django.urls import path

from accounts import privacy_views as views

app_name = "privacy"

urlpatterns = [
    path("", views.rules, name="rules"),
    path("children/", views.children, name="children"),
    path("erased/", views.erased, name="erased"),
]

"""Addresses of the doors. Of allauth only what is used: no sign-up, no e-mail, no password pages for residents."""

from allauth.account import views as account
from django.urls import include, path
from django.views.decorators.cache import never_cache

from accounts import sign_in_views as views

urlpatterns = [
    path("sign-in/", views.PhoneView.as_view(), name="account_login"),
    path("sign-in/code/", views.CodeView.as_view(), name="sign_in_code"),
    path("sign-out/", views.leave, name="account_logout"),
    # Staff only (accounts.middleware.StaffGate): the second step after the desk's password.
    path("security/password/", never_cache(account.reauthenticate), name="account_reauthenticate"),
    path("security/", include("allauth.mfa.urls")),
]

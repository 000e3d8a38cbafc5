"""What django-allauth asks this house: where to go after the door, and how staff prove themselves twice.

The only module, with services/sign_in.py, that knows allauth; docs/mechanisms/sign-in.md says which part of it is used.
"""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext_lazy as _

SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up through allauth, and a phone proves a resident, not a member of staff."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _("试得太多了。请过几分钟再试。"),
        "rate_limited": _("试得太多了。请过几分钟再试。"),
        "incorrect_password": _("密码不对。"),
    }

    def is_open_for_signup(self, request):
        return False

    def get_login_stages(self):
        """The code was checked before allauth is asked; all that may be left is a second factor."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def get_reauthentication_methods(self, user):
        """Who has a second factor proves it with that: a stolen password must not take the factor away."""
        methods = super().get_reauthentication_methods(user)
        factors = [method for method in methods if method["id"] != "reauthenticate"]
        return factors or methods


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("这 6 位数字不对。请等应用里换了新的一组再试，并看看手机的时间准不准。"),
    }

    def get_totp_issuer(self):
        return settings.WAGTAIL_SITE_NAME


def has_second_factor(user):
    return Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists()


def proved_second_factor(request):
    """Whether this session's user has shown a second factor since signing in."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def remember_password(sender, request, user, **kwargs):
    """The desk's sign-in is Wagtail's: tell allauth of it, or it asks for the same password again at once."""
    if request is not None and user.has_usable_password():
        record_authentication(request, user, method="password", reauthenticated=True)


def remember_new_factor(sender, request, user, authenticator, **kwargs):
    """Setting a factor up proves it: no second code half a minute later."""
    if authenticator.type in SECOND_FACTORS:
        record_authentication(
            request, user, method="mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True
        )

"""Who may come near the desk: staff, after password and second factor. Nobody else, on any address below it."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.messages import ERROR
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property

from accounts.adapter import has_second_factor, proved_second_factor
from accounts.services.access import note_refused


class RefusalLog:
    """Writes down what somebody who is signed in was refused at the desk; not those whom nobody knows.

    Wagtail answers a refusal with the way home and an error message, ours and the choosers answer 403, and a row out of
    reach may be 404: an address that names a row and finds none counts, a mistyped one does not.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith(self.desk) and self.refused(request, response) and request.user.is_authenticated:
            note_refused(request)
        return response

    @cached_property
    def desk(self):
        return reverse("wagtailadmin_home")

    def refused(self, request, response):
        if response.status_code == 404:
            match = request.resolver_match
            return bool(match and (match.args or match.kwargs))
        if response.status_code == 302 and response.headers["Location"] == self.desk:
            # Wagtail's permission_denied(); reading the messages as usual would take them from the next page.
            return any(message.level == ERROR for message in request._messages._queued_messages)
        return response.status_code == 403


class StaffGate:
    """Wagtail's own sign-in knows no second factor; this stands in front of everything behind it.

    With ``STAFF_MFA_REQUIRED`` off (development) a password is enough. A second factor that
    exists is asked for all the same before anybody may change it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.stop(request) or self.get_response(request)

    @cached_property
    def desk(self):
        return reverse("wagtailadmin_home")

    @cached_property
    def security(self):
        return reverse("mfa_index")

    @cached_property
    def open_doors(self):
        """Addresses at the desk that have to work before anybody is known."""
        return (reverse("wagtailadmin_login"), reverse("wagtailadmin_logout"), f"{self.desk}password_reset/")

    @cached_property
    def proving(self):
        """Addresses where the factor is shown."""
        return (reverse("mfa_reauthenticate"), reverse("mfa_reauthenticate_webauthn"))

    @cached_property
    def first_time(self):
        """Addresses where somebody without a factor gets one."""
        return (
            self.security,
            reverse("account_reauthenticate"),
            reverse("mfa_activate_totp"),
            reverse("mfa_add_webauthn"),
        )

    def stop(self, request):
        """Return the response that keeps ``request`` out; None to let it pass."""
        path = request.path
        at_desk, at_security = path.startswith(self.desk), path.startswith(self.security)
        if not (at_desk or at_security) or path.startswith(self.open_doors):
            return None
        if not request.user.is_authenticated:
            return None if at_desk else self.send_to(request, "wagtailadmin_login")
        if not request.user.has_perm("wagtailadmin.access_admin"):
            return self.not_yours(request)
        return self.second_step(request, at_desk)

    def second_step(self, request, at_desk):
        if at_desk and not settings.STAFF_MFA_REQUIRED:
            return None
        if proved_second_factor(request):
            return None
        if has_second_factor(request.user):
            return None if request.path in self.proving else self.send_to(request, "mfa_reauthenticate")
        return None if request.path in self.first_time else self.send_to(request, "mfa_activate_totp")

    def send_to(self, request, name):
        response = redirect(f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}")
        add_never_cache_headers(response)
        return response

    def not_yours(self, request):
        response = render(request, "account/not_staff.html", status=403)
        add_never_cache_headers(response)
        return response

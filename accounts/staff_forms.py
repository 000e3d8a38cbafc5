"""allauth's forms of the second step, without the English of their boxes: the page says what to fill in."""

from allauth.account.forms import ReauthenticateForm as PasswordForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm


class PlainBox:
    """One box, ready to type in. A recovery code is digits too."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs["autofocus"] = True
        if "code" in self.fields:
            self.fields["code"].widget.attrs["inputmode"] = "numeric"


class PlainPasswordForm(PlainBox, PasswordForm):
    pass


class PlainAuthenticateForm(PlainBox, AuthenticateForm):
    pass


class PlainReauthenticateForm(PlainBox, ReauthenticateForm):
    pass


class PlainActivateForm(PlainBox, ActivateTOTPForm):
    pass

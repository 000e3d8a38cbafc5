"""Forms of the doors: the desk's password, the residents' telephone number and code."""

import math

from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm as WagtailLoginForm

from accounts.limits import Cap
from accounts.phones import PhoneField

#: Wrong passwords. Somebody who guesses from elsewhere does not lock the owner out.
PER_NAME_AND_ADDRESS = Cap("desk-name", 10, 15 * 60)
PER_ADDRESS = Cap("desk-address", 100, 15 * 60)


class LoginForm(WagtailLoginForm):
    """Wagtail's own, whose password field has no label and so speaks English."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("密码")
        self.fields["remember"].label = _("记住我")

    def clean(self):
        """Count wrong passwords; after too many, the right one has to wait too."""
        address = get_adapter().get_client_ip(self.request) if self.request else "unknown"
        here = f"{address} {self.cleaned_data.get('username', '').casefold()}"
        if wait := PER_NAME_AND_ADDRESS.used_up(here) or PER_ADDRESS.used_up(address):
            minutes = math.ceil(wait / 60)
            raise ValidationError(_("密码试错太多次了。请过 %(minutes)s 分钟再试。"), params={"minutes": minutes})
        try:
            return super().clean()
        except ValidationError:
            PER_NAME_AND_ADDRESS.take(here)
            PER_ADDRESS.take(address)
            raise


class PhoneForm(forms.Form):
    """The one box of the sign-in page."""

    use_required_attribute = False  # our sentence, not the browser's English one
    phone = PhoneField()


class CodeForm(forms.Form):
    """The one box of the code page. Whether the code is right is the service's business."""

    use_required_attribute = False
    code = forms.CharField(
        label=_("短信里的 6 位数字"),
        max_length=20,
        error_messages={"required": _("请填短信里的 6 位数字。"), "max_length": _("验证码只有 6 位数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )

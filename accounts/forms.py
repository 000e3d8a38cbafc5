"""Forms of the doors: the desk's password, the residents' telephone number and code."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm as WagtailLoginForm

from accounts.phones import PhoneField


class LoginForm(WagtailLoginForm):
    """Wagtail's own, whose password field has no label and so speaks English."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("密码")
        self.fields["remember"].label = _("记住我")


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

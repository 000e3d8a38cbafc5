"""The form with which the office opens residents' data to an administrator for a while."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from accounts.models import User
from accounts.services.access import OPENING_HOURS


class OpeningForm(WagtailAdminModelForm):
    hours = forms.TypedChoiceField(
        label=_("打开几小时"),
        coerce=int,
        choices=[(hours, _("%(hours)d 小时") % {"hours": hours}) for hours in OPENING_HOURS],
        help_text=_("到时自动关上。打开期间看了谁，都有记录。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        field.queryset = User.objects.filter(is_superuser=True, is_active=True).order_by("username")
        field.label_from_instance = lambda user: f"{user.get_full_name()}（{user.username}）"

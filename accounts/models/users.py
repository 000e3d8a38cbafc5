"""The user model, custom from the first migration. A user is a login; the person who learns is a Resident."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Somebody who signs in: staff with name and password, residents with a phone and nothing else.

    ``phone`` is E.164 (+8613800138000), empty for staff. Wagtail's screens want two name
    fields; Chinese names are written without a space.
    """

    phone = models.CharField(_("手机号"), max_length=16, unique=True, null=True, blank=True)
    phone_verified = models.BooleanField(_("手机号已验证"), default=False)
    look = models.CharField(_("显示方式"), max_length=20, blank=True, editable=False)  # core/look.py

    class Meta(AbstractUser.Meta):
        verbose_name = _("用户")
        verbose_name_plural = _("用户")

    def get_full_name(self):
        return f"{self.last_name}{self.first_name}" or self.username

    def get_short_name(self):
        return self.get_full_name()

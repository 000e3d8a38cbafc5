"""The user model, custom from the first migration so that phone sign-in can join it."""

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Somebody who signs in. Wagtail's screens want two name fields; Chinese names are written without a space."""

    class Meta(AbstractUser.Meta):
        verbose_name = _("用户")
        verbose_name_plural = _("用户")

    def get_full_name(self):
        return f"{self.last_name}{self.first_name}" or self.username

    def get_short_name(self):
        return self.get_full_name()

"""Kinds of teachers (domain.md §3.2 E2 专职 / 兼职 / 志愿者)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TeacherKind(models.TextChoices):
    FULL_TIME = "full_time", _("专职")
    PART_TIME = "part_time", _("兼职")
    VOLUNTEER = "volunteer", _("志愿者")

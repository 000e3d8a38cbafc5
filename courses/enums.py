"""Fixed lists of courses (domain.md §3.2 C1–C4, §1.2 面试/分级)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Track(models.TextChoices):
    SHORT = "short", _("短期培训")
    DEGREE = "degree", _("学历教育")
    VOCATIONAL = "vocational", _("职业技能")
    DISTANCE = "distance", _("远程开放教育")


class Level(models.TextChoices):
    ANY = "any", _("不分程度")
    BEGINNER = "beginner", _("零基础 / 入门")
    BASIC = "basic", _("基础")
    INTERMEDIATE = "intermediate", _("提高")
    ADVANCED = "advanced", _("高级 / 研修")

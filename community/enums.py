"""Fixed lists of community work (domain.md §3.2 D2, F4–F6)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BrandBasis(models.TextChoices):
    INDUSTRY = "industry", _("产业特色")
    CULTURE = "culture", _("文化特色")
    ECOLOGY = "ecology", _("生态特色")


class OrganisationKind(models.TextChoices):
    COMMUNITY = "community", _("学习型社区")
    OFFICE = "office", _("学习型机关")
    ENTERPRISE = "enterprise", _("学习型企业")
    COURTYARD = "courtyard", _("学习型楼院")
    FAMILY = "family", _("学习型家庭")


class ResearchLevel(models.TextChoices):
    NATIONAL = "national", _("国家级")
    PROVINCE = "province", _("省级")
    CITY = "city", _("市级")
    DISTRICT = "district", _("区级")


class ResearchStatus(models.TextChoices):
    DRAFT = "draft", _("准备中")
    APPLIED = "applied", _("已申报")
    APPROVED = "approved", _("已立项")
    FINISHED = "finished", _("已结题")

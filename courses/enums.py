"""Fixed lists of courses (domain.md §3.2 C1–C4, C17–C24, §1.2 面试/分级)."""

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


class Stage(models.TextChoices):
    """How a course is developed, in the words of the guidance (domain.md C20–C24), in this order."""

    AIM = "aim", _("明确目标")
    CONTENT = "content", _("编写内容")
    GUIDE = "guide", _("设计实施指导方案")
    REVIEW = "review", _("课程评审")
    AWARD = "award", _("奖励")
    DONE = "done", _("完成")


#: the stages in which there is something to do, each with a milestone
STEPS = tuple(stage for stage in Stage if stage != Stage.DONE)


class Principle(models.TextChoices):
    """What reviewers score (domain.md C17); the values are the names of CourseReview's columns."""

    SCIENCE = "science", _("科学性")
    CHARACTER = "character", _("特色性")
    VARIETY = "variety", _("多样性")
    USEFULNESS = "usefulness", _("实用性")


class Outcome(models.TextChoices):
    OPEN = "open", _("评审中")
    PASSED = "passed", _("评审通过")
    SENT_BACK = "sent_back", _("退回修改")


#: outcomes with scores to show
DECIDED = (Outcome.PASSED, Outcome.SENT_BACK)


class AwardLevel(models.TextChoices):
    STREET = "street", _("街道")
    DISTRICT = "district", _("区")
    CITY = "city", _("市")
    PROVINCE = "province", _("省")
    NATION = "nation", _("国家")

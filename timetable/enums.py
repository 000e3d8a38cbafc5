"""Fixed lists of the timetable, with the named groups that questions use."""

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class Delivery(models.TextChoices):
    """How a class run is given (domain.md §3.2 B15)."""

    ONSITE = "onsite", _("现场")
    ONLINE = "online", _("线上")
    BLENDED = "blended", _("线上线下结合")


class Residence(models.TextChoices):
    """Who may enrol, by residence (domain.md §1.2 户籍/居住)."""

    ANYONE = "anyone", _("不限")
    DISTRICT = "district", _("本区居民")
    STREET = "street", _("本街道居民")


class EnrolMode(models.TextChoices):
    """How the places of a class run are given (domain.md §1.2)."""

    FIRST_COME = "first_come", _("先到先得")
    DRAW = "draw", _("抽签")
    COUNTER = "counter", _("只在窗口报名")
    WALK_IN = "walk_in", _("不用报名，直接来")


class ClassRunStatus(models.TextChoices):
    """What somebody decided. What follows from dates and places is a Phase, computed and never stored."""

    DRAFT = "draft", _("筹备中")
    PUBLISHED = "published", _("已公布")
    CANCELLED = "cancelled", _("已取消")


#: What the public may see: a cancelled run stays visible to those who were told of it.
PUBLIC_STATUSES = (ClassRunStatus.PUBLISHED, ClassRunStatus.CANCELLED)


class Phase(models.TextChoices):
    """Where a published class run stands today."""

    ANNOUNCED = "announced", _("报名时间未公布")
    OPENS_SOON = "opens_soon", _("即将报名")
    OPEN = "open", _("报名中")
    FULL = "full", _("已满")
    CLOSED = "closed", _("报名已截止")
    RUNNING = "running", _("已开课")
    ENDED = "ended", _("已结束")
    CANCELLED = "cancelled", _("已取消")


class SessionStatus(models.TextChoices):
    SCHEDULED = "scheduled", _("按计划")
    HELD = "held", _("已上课")
    CANCELLED = "cancelled", _("已取消")
    DROPPED = "dropped", _("已取消（课表调整）")  # the pattern no longer has this day; comes back if it does again


#: Nobody meets: the row stays, because somebody was told of it.
NOT_MEETING = (SessionStatus.CANCELLED, SessionStatus.DROPPED)


class DayKind(models.TextChoices):
    """Days on which the ordinary week does not hold (调休)."""

    HOLIDAY = "holiday", _("放假，不上课")
    WORKDAY = "workday", _("调休上班")


class TimeOfDay(models.TextChoices):
    """Words residents use for a class's start."""

    MORNING = "morning", _("上午")
    AFTERNOON = "afternoon", _("下午")
    EVENING = "evening", _("晚上")

    @property
    def hours(self):
        """The half-open span of start times this word means."""
        return _HOURS[self]


_HOURS = {
    TimeOfDay.MORNING: (datetime.time(0), datetime.time(12)),
    TimeOfDay.AFTERNOON: (datetime.time(12), datetime.time(17, 30)),
    TimeOfDay.EVENING: (datetime.time(17, 30), datetime.time.max),
}

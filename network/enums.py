"""Fixed lists of the network. Sources: domain.md §3.2 A, B."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Facility(models.TextChoices):
    PROJECTOR = "projector", _("投影")
    PIANO = "piano", _("钢琴")
    MIRROR = "mirror", _("练功镜")
    COMPUTERS = "computers", _("电脑")
    KITCHEN = "kitchen", _("烹饪台")
    LIBRARY = "library", _("图书角")
    PLAYGROUND = "playground", _("操场")
    WATER = "water", _("饮水")
    WIFI = "wifi", _("无线网络")
    PARKING = "parking", _("非机动车停放")


class Accessibility(models.TextChoices):
    STEP_FREE = "step_free", _("无台阶入口")
    LIFT = "lift", _("有电梯")
    GROUND_FLOOR = "ground_floor", _("教室在一楼")
    TOILET = "toilet", _("无障碍卫生间")
    WHEELCHAIR = "wheelchair", _("可借轮椅")
    HEARING = "hearing", _("助听设备")
    LARGE_PRINT = "large_print", _("大字教材")


class PositionSource(models.TextChoices):
    SURVEY = "survey", _("现场核对")
    GEOCODER = "geocoder", _("地图查询")
    APPROXIMATION = "approximation", _("大致位置，未核对")


class PointKind(models.TextChoices):
    """The third tier (domain.md A11, A13)."""

    RESIDENTS_SCHOOL = "residents_school", _("社区居民学校")
    TEACHING_POINT = "teaching_point", _("居委会教学点")


class NeighbourhoodStatus(models.TextChoices):
    CONFIRMED = "confirmed", _("有公开资料")
    SAMPLE = "sample", _("示例，待核对")


class ResourceKind(models.TextChoices):
    """What a school shares (domain.md B6: 师资、课程、设施)."""

    TEACHER = "teacher", _("师资")
    COURSE = "course", _("课程")
    FACILITY = "facility", _("设施")


class ResourceDirection(models.TextChoices):
    """Two-way opening (domain.md B7 双向开放)."""

    TO_COMMUNITY = "school_to_community", _("学校向社区开放")
    TO_SCHOOL = "community_to_school", _("社区向学校开放")

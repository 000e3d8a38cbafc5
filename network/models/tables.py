"""Facts of the network that are no pages: neighbourhoods, rooms, what school and community lend each other."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.dates import check_year
from core.fields import ChoiceListField
from network.enums import (
    Facility,
    NeighbourhoodStatus,
    ResourceDirection,
    ResourceKind,
)
from network.models.pages import CentrePage, StreetPage


class Neighbourhood(models.Model):
    """社区（居委会）of a street. Residents choose theirs from this list."""

    street = models.ForeignKey(
        StreetPage,
        verbose_name=_("街道"),
        on_delete=models.PROTECT,
        related_name="neighbourhoods",
        help_text=_("居民选了这个社区，就算这个街道的居民。"),
    )
    name = models.CharField(_("社区"), max_length=40, help_text=_("居民登记住址时从这里选，例如：芦庄第一。"))
    status = models.CharField(
        _("核对"),
        max_length=12,
        choices=NeighbourhoodStatus.choices,
        default=NeighbourhoodStatus.SAMPLE,
        help_text=_("选“示例，待核对”，网页上会标“示例”。"),
    )
    confirmed_in = models.PositiveSmallIntegerField(
        _("资料年份"), validators=[check_year], null=True, blank=True, help_text=_("哪一年的资料里有这个社区。")
    )
    source = models.CharField(
        _("来源"), max_length=200, blank=True, help_text=_("资料的名称或网址，核对时用，不公开。")
    )

    class Meta:
        verbose_name = _("社区")
        verbose_name_plural = _("社区")
        ordering = ["street_id", "pk"]  # as the district lists them: 第一、第二、第三 do not sort by character
        constraints = [models.UniqueConstraint(fields=["street", "name"], name="neighbourhood_once_per_street")]

    def __str__(self):
        return self.name

    @property
    def is_sample(self):
        return self.status == NeighbourhoodStatus.SAMPLE


class Room(models.Model):
    """A place to meet inside a centre, shared by hours."""

    centre = models.ForeignKey(
        CentrePage,
        verbose_name=_("场所"),
        on_delete=models.PROTECT,
        related_name="rooms",
        help_text=_("排班时，选了这个场所才选得到这间教室。"),
    )
    name = models.CharField(_("教室"), max_length=40, help_text=_("印在班的地点后面，例如：201 教室。"))
    capacity = models.PositiveSmallIntegerField(
        _("容纳人数"), null=True, blank=True, help_text=_("坐得下几个人，印在场所页上，排班定名额时参考。")
    )
    floor = models.CharField(_("楼层"), max_length=20, blank=True, help_text=_("印在场所页上，例如：一楼。"))
    equipment = ChoiceListField(
        _("设备"), choices=Facility.choices, help_text=_("勾了的印在场所页上，排班时照它挑教室。")
    )
    is_sample = models.BooleanField(
        _("示例"), default=False, help_text=_("勾选后，居民看到的地方都标明“示例”。换成真实内容后请取消。")
    )

    class Meta:
        verbose_name = _("教室")
        verbose_name_plural = _("教室")
        ordering = ["centre_id", "name", "pk"]
        constraints = [models.UniqueConstraint(fields=["centre", "name"], name="room_once_per_centre")]

    def __str__(self):
        return f"{self.centre.title} · {self.name}"

    @property
    def equipment_names(self):
        return self._meta.get_field("equipment").labels(self.equipment)


class SchoolResource(models.Model):
    """What a host school and its community lend each other (domain.md B6–B7)."""

    centre = models.ForeignKey(
        CentrePage,
        verbose_name=_("场所"),
        on_delete=models.PROTECT,
        related_name="resources",
        help_text=_("资源印在这个场所的页面上。"),
    )
    kind = models.CharField(_("种类"), max_length=10, choices=ResourceKind.choices, help_text=_("页面上按种类分。"))
    direction = models.CharField(
        _("方向"),
        max_length=20,
        choices=ResourceDirection.choices,
        default=ResourceDirection.TO_COMMUNITY,
        help_text=_("谁向谁开放，页面上分两边写。"),
    )
    name = models.CharField(_("名称"), max_length=80, help_text=_("居民看到的名称，例如：操场。"))
    description = models.TextField(
        _("说明"), max_length=400, blank=True, help_text=_("印在名称下面，写清楚怎么用、找谁。")
    )
    hours = models.CharField(
        _("约定时间"), max_length=120, blank=True, help_text=_("例如：周六 8:30—11:30，寒暑假除外。")
    )
    is_sample = models.BooleanField(
        _("示例"), default=False, help_text=_("勾选后，居民看到的地方都标明“示例”。换成真实内容后请取消。")
    )

    class Meta:
        verbose_name = _("学校资源")
        verbose_name_plural = _("学校资源")
        ordering = ["centre_id", "direction", "kind", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "kind", "direction", "name"], name="resource_once_per_centre")
        ]

    def __str__(self):
        return self.name


class Landmark(models.Model):
    """A name people use for where they are (南禅寺, 南长街): it leads to a street, and to a position where one is known.

    Position: WGS-84 degrees, ``accuracy_m`` as in CentrePage.
    """

    name = models.CharField(_("地名"), max_length=40, unique=True, help_text=_("居民嘴边的叫法，例如：南禅寺。"))
    other_names = models.CharField(
        _("别的叫法"), max_length=120, blank=True, help_text=_("用顿号或空格分开，例如：南长街、南下塘。")
    )
    street = models.ForeignKey(
        StreetPage,
        verbose_name=_("街道"),
        on_delete=models.PROTECT,
        related_name="landmarks",
        help_text=_("居民搜这个地名，先看到这个街道的课。"),
    )
    latitude = models.FloatField(
        _("纬度"), null=True, blank=True, help_text=_("WGS-84 坐标，和经度一起填；有了才算得出远近。")
    )
    longitude = models.FloatField(_("经度"), null=True, blank=True, help_text=_("WGS-84 坐标，和纬度一起填。"))
    accuracy_m = models.PositiveIntegerField(
        _("位置误差（米）"), null=True, blank=True, help_text=_("可能偏多少米。大于 300 时网页只写“约几公里”。")
    )
    source = models.CharField(
        _("来源"), max_length=200, blank=True, help_text=_("资料的名称或网址，核对时用，不公开。")
    )
    is_sample = models.BooleanField(
        _("示例，待核对"), default=False, help_text=_("勾选后，居民看到的地方都标明“示例”。换成真实内容后请取消。")
    )

    class Meta:
        verbose_name = _("地名")
        verbose_name_plural = _("地名")
        ordering = ["street_id", "name"]
        constraints = [
            models.CheckConstraint(
                name="landmark_position_whole",
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
                violation_error_message=_("纬度和经度要一起填。"),
            )
        ]

    def __str__(self):
        return self.name

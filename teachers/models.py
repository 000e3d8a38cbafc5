"""Who teaches. A teacher is shown to the public only with consent."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from network.models import CentrePage
from teachers.enums import TeacherKind


class TeacherQuerySet(models.QuerySet):
    def public(self):
        """Those who agreed to be named on the site."""
        return self.filter(consents_to_be_named=True)


class Teacher(models.Model):
    """A member of the teaching staff of the district (domain.md §3.2 E)."""

    name = models.CharField(
        _("姓名"), max_length=40, help_text=_("排班时按姓名选。勾了“同意公开姓名”，网页上才印出来。")
    )
    kind = models.CharField(
        _("类别"),
        max_length=10,
        choices=TeacherKind.choices,
        default=TeacherKind.PART_TIME,
        help_text=_("统计专职、兼职、志愿者时用，网页上不印。"),
    )
    home_centre = models.ForeignKey(
        CentrePage,
        verbose_name=_("所属场所"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="teachers",
        help_text=_("这个场所所在的街道可以修改这位老师的资料。"),
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("登录账号"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="teacher",
        help_text=_("填了以后，老师用这个账号只看得到自己所教班的名单，可以点名。账号由系统管理员建，放进“教师”组。"),
    )
    introduction = models.TextField(
        _("简介"), max_length=400, blank=True, help_text=_("写专长和经历，同事排班时参考；网页上不印。")
    )
    consents_to_be_named = models.BooleanField(
        _("同意公开姓名"), default=False, help_text=_("没有本人同意，网页上只写“老师待公布”。")
    )
    is_sample = models.BooleanField(
        _("示例"), default=False, help_text=_("勾选后，居民看到的地方都标明“示例”。换成真实内容后请取消。")
    )

    objects = TeacherQuerySet.as_manager()

    class Meta:
        verbose_name = _("教师")
        verbose_name_plural = _("教师")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    @property
    def public_name(self):
        """The name for the public: empty without consent."""
        return self.name if self.consents_to_be_named else ""

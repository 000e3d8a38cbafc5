"""What came of a place: attendance, learning hours, certificates, and the feed of one's own classes."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Resident
from enrolments.codes import new_code
from enrolments.enums import Mark
from enrolments.models.places import Enrolment
from timetable.models import Session


def new_token():
    return secrets.token_urlsafe(24)


class Attendance(models.Model):
    """点名: one person at one meeting. No row means that nobody has marked it yet."""

    enrolment = models.ForeignKey(
        Enrolment, verbose_name=_("报名"), on_delete=models.PROTECT, related_name="attendance"
    )
    session = models.ForeignKey(Session, verbose_name=_("课次"), on_delete=models.PROTECT, related_name="attendance")
    mark = models.CharField(_("出勤"), max_length=8, choices=Mark.choices, default=Mark.UNMARKED)
    minutes = models.PositiveSmallIntegerField(
        _("学了几分钟"), null=True, blank=True, help_text=_("只在“部分时间”时填；空着按一半算。")
    )
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("点名人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    marked_at = models.DateTimeField(_("点名时间"))

    class Meta:
        verbose_name = _("点名")
        verbose_name_plural = _("点名")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["enrolment", "session"], name="marked_once")]

    def __str__(self):
        return self.get_mark_display()


class Certificate(models.Model):
    """结业证书. ``name`` is as printed; erasing a person empties it and the certificate can be checked no more by name."""

    enrolment = models.OneToOneField(
        Enrolment, verbose_name=_("报名"), on_delete=models.PROTECT, related_name="certificate"
    )
    number = models.CharField(_("证书编号"), max_length=24, unique=True)
    check_code = models.CharField(_("查验码"), max_length=12, default=new_code)
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    title = models.CharField(_("课程"), max_length=200)
    centre = models.CharField(_("办学单位"), max_length=120)
    attended = models.PositiveSmallIntegerField(_("到课次数"))
    held = models.PositiveSmallIntegerField(_("上课次数"))
    minutes = models.PositiveIntegerField(_("学习分钟"))
    issued_on = models.DateField(_("发证日期"))
    revoked_on = models.DateField(_("撤销日期"), null=True, blank=True)
    is_sample = models.BooleanField(_("示例"), default=False)

    class Meta:
        verbose_name = _("结业证书")
        verbose_name_plural = _("结业证书")
        ordering = ["-pk"]

    def __str__(self):
        return self.number


class CalendarFeed(models.Model):
    """The secret address of one resident's calendar; a new token closes the old address."""

    resident = models.OneToOneField(
        Resident, verbose_name=_("学员"), on_delete=models.CASCADE, related_name="calendar_feed"
    )
    token = models.CharField(_("地址"), max_length=40, unique=True, default=new_token)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("我的日历地址")
        verbose_name_plural = _("我的日历地址")

    def __str__(self):
        return str(self.resident_id)

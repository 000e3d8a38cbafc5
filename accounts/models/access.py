"""Who at the desk opened whose record, who was refused, and when an administrator was let in (domain.md §4.5).

Append-only in the database (accounts/append_only.py). No row names a resident, and none
points at a row that may go: the log outlives both.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import AccessKind
from accounts.screen_words import screen_words


class RecordAccess(models.Model):
    """One opening of one person's record, or one refused attempt. ``view``: the name of the address (``counter:claim``)."""

    at = models.DateTimeField(_("时间"), default=timezone.now)
    kind = models.CharField(_("结果"), max_length=8, choices=AccessKind.choices)
    user_number = models.PositiveBigIntegerField(_("账号编号"))
    username = models.CharField(_("账号"), max_length=150)
    resident_number = models.PositiveBigIntegerField(_("学员号"), null=True, blank=True)
    is_minor = models.BooleanField(_("未成年人"), default=False)
    view = models.CharField(_("页面"), max_length=80, blank=True)
    method = models.CharField(_("方式"), max_length=8, blank=True)
    address = models.CharField(_("被拒的地址"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("查看记录")
        verbose_name_plural = _("查看记录")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["at"], name="record_access_by_time"),
            models.Index(fields=["resident_number"], name="record_access_by_person"),
        ]
        constraints = [
            models.CheckConstraint(
                name="record_access_has_its_object",
                condition=Q(kind=AccessKind.OPENED, resident_number__isnull=False)
                | Q(kind=AccessKind.REFUSED, resident_number__isnull=True),
            )
        ]

    def __str__(self):
        return f"{self.username} {self.get_kind_display()} {self.screen}"

    @property
    def screen(self):
        return screen_words(self.view)


class DataOpening(models.Model):
    """为处理故障打开: until ``until`` an administrator may see residents' data, because the office said so and why."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("给哪个系统管理员"), on_delete=models.PROTECT, related_name="openings"
    )
    reason = models.CharField(
        _("原因"), max_length=200, help_text=_("写清处理什么故障，例如：某班候补没有递补，要看报名变动。不写居民姓名。")
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("批准人"), on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(_("打开时间"), default=timezone.now)
    until = models.DateTimeField(_("打开到"))

    class Meta:
        verbose_name = _("资料打开许可")
        verbose_name_plural = _("资料打开许可")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="data_opening_ends", condition=Q(until__gt=F("opened_at"))),
            models.CheckConstraint(name="data_opening_not_by_oneself", condition=~Q(user=F("opened_by"))),
        ]

    def __str__(self):
        return f"{self.user} {timezone.localtime(self.until):%Y-%m-%d %H:%M}"

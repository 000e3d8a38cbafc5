"""What a session takes up, and when a place is closed to it.

Bookings are derived from sessions and written by timetable/services/bookings.py only; closures are what editors know.
"""

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.dates import clock, date_words, wrong_order
from network.models import CentrePage, Room
from teachers.models import Teacher
from timetable.models.runs import Session


class Booking(models.Model):
    """One room or one teacher is taken by one session for its hours (architecture, invariant 5).

    That no two of them overlap is the database's rule too: timetable/one_place.py.
    """

    session = models.ForeignKey(Session, verbose_name=_("课次"), on_delete=models.CASCADE, related_name="bookings")
    room = models.ForeignKey(
        Room, verbose_name=_("教室"), null=True, blank=True, on_delete=models.CASCADE, related_name="bookings"
    )
    teacher = models.ForeignKey(
        Teacher, verbose_name=_("教师"), null=True, blank=True, on_delete=models.CASCADE, related_name="bookings"
    )
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))

    class Meta:
        verbose_name = _("占用")
        verbose_name_plural = _("占用")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["room", "starts_at"], name="booking_of_room"),
            models.Index(fields=["teacher", "starts_at"], name="booking_of_teacher"),
        ]
        constraints = [
            models.CheckConstraint(
                name="booking_of_one_thing",
                condition=Q(room__isnull=False, teacher__isnull=True) | Q(room__isnull=True, teacher__isnull=False),
            ),
            models.CheckConstraint(name="booking_in_order", condition=Q(starts_at__lt=F("ends_at"))),
        ]

    def __str__(self):
        return f"{self.room or self.teacher} {self.session.span_words}"


class CentreClosure(models.Model):
    """When a centre lends no room: exams and holidays of the host school (domain.md B8).

    Whole days, or the hours ``starts_at``–``ends_at`` of each day from ``starts_on`` to ``ends_on``.
    """

    centre = models.ForeignKey(
        CentrePage,
        verbose_name=_("场所"),
        on_delete=models.CASCADE,
        related_name="closures",
        help_text=_("这段时间里，任何班都不能排在这个场所。"),
    )
    starts_on = models.DateField(_("从"), help_text=_("停用的第一天。"))
    ends_on = models.DateField(_("到"), help_text=_("停用的最后一天，这天也算在内。"))
    starts_at = models.TimeField(_("每天从"), null=True, blank=True, help_text=_("整天不开放就两个都空着。"))
    ends_at = models.TimeField(_("每天到"), null=True, blank=True, help_text=_("和“每天从”一起填，要晚于它。"))
    reason = models.CharField(_("原因"), max_length=40, help_text=_("例如：期末考试、学校放假。"))
    is_sample = models.BooleanField(
        _("示例"), default=False, help_text=_("勾选后，居民看到的地方都标明“示例”。换成真实内容后请取消。")
    )

    class Meta:
        verbose_name = _("场所停用")
        verbose_name_plural = _("场所停用")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="closure_dates_in_order",
                condition=Q(starts_on__lte=F("ends_on")),
                violation_error_message=_("结束的日期不能早于开始的日期。"),
            ),
            models.CheckConstraint(
                name="closure_hours_in_order",
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(starts_at__isnull=False, ends_at__isnull=False, starts_at__lt=F("ends_at")),
                violation_error_message=_("每天的时间要么两个都写，要么都空着；结束要晚于开始。"),
            ),
        ]

    def __str__(self):
        return f"{self.centre.title} {self.span_words} {self.reason}"

    def clean(self):
        wrong = wrong_order(
            self,
            ("starts_on", "ends_on", _("最后一天不能早于第一天。")),
            ("starts_at", "ends_at", _("每天的结束要晚于开始。")),
        )
        if (self.starts_at is None) != (self.ends_at is None):
            empty = "starts_at" if self.starts_at is None else "ends_at"
            wrong[empty] = _("每天的时间要么两个都写，要么都空着（整天停用）。")
        if wrong:
            raise ValidationError(wrong)

    @property
    def span_words(self):
        """2026年6月20日（周六）—2026年6月24日（周三）8:00—12:00."""
        days = [date_words(self.starts_on), date_words(self.ends_on)]
        is_whole = self.starts_at is None or self.ends_at is None
        hours = "" if is_whole else f"{clock(self.starts_at)}—{clock(self.ends_at)}"
        return "—".join(dict.fromkeys(days)) + hours

    def covers(self, starts_at, ends_at):
        """True when a meeting with these aware hours touches the closure."""
        starts, ends = (timezone.localtime(moment).replace(tzinfo=None) for moment in (starts_at, ends_at))
        day = max(starts.date(), self.starts_on)
        while day <= min(ends.date(), self.ends_on):
            closes = datetime.datetime.combine(day, self.starts_at or datetime.time())
            opens = datetime.datetime.combine(day, self.ends_at or datetime.time())
            if self.ends_at is None:
                opens += datetime.timedelta(days=1)
            if starts < opens and closes < ends:
                return True
            day += datetime.timedelta(days=1)
        return False

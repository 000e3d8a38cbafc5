"""What a session takes up: the hours of its room and of its teachers. Derived from sessions, written by timetable/services_bookings.py."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from network.models import Room
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

"""Seats, claims on them, offers, and the log of every transition (architecture, invariants 1, 2, 6)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Resident
from enrolments.codes import new_code
from enrolments.enums import AT_COUNTER, LISTED, LIVE, SEAT_HOLDING, OfferOutcome, Reason, Route, SeatKind, Status
from enrolments.querysets import EnrolmentQuerySet, SeatQuerySet
from timetable.models import ClassRun


class Seat(models.Model):
    """座位: one place of a class run. It exists before anybody asks; its holder is ``seat.enrolment``, a one-to-one.

    ``vacated_at``: when somebody last gave it up; who said "keep my place" after that is not asked again for it.
    """

    class_run = models.ForeignKey(ClassRun, verbose_name=_("班"), on_delete=models.PROTECT, related_name="seats")
    number = models.PositiveSmallIntegerField(_("座号"))
    kind = models.CharField(_("种类"), max_length=8, choices=SeatKind.choices, default=SeatKind.OPEN)
    vacated_at = models.DateTimeField(_("让出时间"), null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("座位")
        verbose_name_plural = _("座位")
        ordering = ["class_run", "number"]
        constraints = [models.UniqueConstraint(fields=["class_run", "number"], name="seat_number_once")]

    def __str__(self):
        return f"{self.class_run_id} · {self.number}"


class Enrolment(models.Model):
    """报名: a resident's claim on a class run, in a state. Only ``offered`` and ``enrolled`` hold a seat.

    ``receipt`` is printed on the slip and stands in a draw's list. ``party`` is the receipt
    shared by a family that entered together. ``queue_no`` orders the waiting list within
    (``missed``, ``queue_no``). ``request_key`` makes the enrol POST idempotent.
    """

    resident = models.ForeignKey(Resident, verbose_name=_("学员"), on_delete=models.PROTECT, related_name="enrolments")
    class_run = models.ForeignKey(ClassRun, verbose_name=_("班"), on_delete=models.PROTECT, related_name="enrolments")
    seat = models.OneToOneField(
        Seat, verbose_name=_("座位"), null=True, blank=True, on_delete=models.PROTECT, related_name="enrolment"
    )
    status = models.CharField(_("状态"), max_length=16, choices=Status.choices)
    receipt = models.CharField(_("回执号"), max_length=12, unique=True, default=new_code)
    party = models.CharField(_("同行号"), max_length=12, blank=True)
    queue_no = models.PositiveIntegerField(_("候补号"), null=True, blank=True)
    missed = models.PositiveSmallIntegerField(_("错过次数"), default=0)
    route = models.CharField(_("途径"), max_length=8, choices=Route.choices, default=Route.ONLINE)
    health_agreed_at = models.DateTimeField(_("确认健康提醒"), null=True, blank=True)
    request_key = models.UUIDField(_("提交标识"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("经办人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("报名时间"), auto_now_add=True)
    changed_at = models.DateTimeField(_("变动时间"), auto_now=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("报名")
        verbose_name_plural = _("报名")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["class_run", "status", "missed", "queue_no"], name="enrolment_of_run"),
            models.Index(fields=["resident", "status"], name="enrolment_of_resident"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "class_run"], condition=Q(status__in=LIVE), name="one_live_enrolment"
            ),
            models.UniqueConstraint(
                fields=["class_run", "queue_no"], condition=Q(queue_no__isnull=False), name="queue_number_once"
            ),
            models.UniqueConstraint(fields=["resident", "request_key"], name="one_claim_per_request"),
            models.CheckConstraint(
                name="seat_held_by_holders_only",
                condition=Q(status__in=SEAT_HOLDING, seat__isnull=False)
                | (~Q(status__in=SEAT_HOLDING) & Q(seat__isnull=True)),
            ),
            models.CheckConstraint(
                name="listed_has_a_number", condition=~Q(status__in=LISTED) | Q(queue_no__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.receipt} {self.get_status_display()}"

    @property
    def is_live(self):
        return self.status in LIVE

    # For templates, which name no status.

    @property
    def is_entered(self):
        return self.status == Status.ENTERED

    @property
    def is_waiting(self):
        return self.status == Status.WAITING

    @property
    def is_paused(self):
        return self.status == Status.PAUSED

    @property
    def is_offered(self):
        return self.status == Status.OFFERED

    @property
    def is_enrolled(self):
        return self.status == Status.ENROLLED

    @property
    def is_completed(self):
        return self.status == Status.COMPLETED

    @property
    def at_counter(self):
        return self.route in AT_COUNTER


class Offer(models.Model):
    """候补录取: a seat held for one resident until ``expires_at``. Expiry is judged when read."""

    enrolment = models.ForeignKey(Enrolment, verbose_name=_("报名"), on_delete=models.CASCADE, related_name="offers")
    seat = models.ForeignKey(Seat, verbose_name=_("座位"), null=True, on_delete=models.SET_NULL, related_name="offers")
    made_at = models.DateTimeField(_("发出"))
    expires_at = models.DateTimeField(_("保留到"))
    outcome = models.CharField(_("结果"), max_length=8, choices=OfferOutcome.choices, default=OfferOutcome.OPEN)
    closed_at = models.DateTimeField(_("结束"), null=True, blank=True)

    class Meta:
        verbose_name = _("候补录取")
        verbose_name_plural = _("候补录取")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(outcome=OfferOutcome.OPEN), name="offer_open_by_expiry")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(outcome=OfferOutcome.OPEN), name="one_open_offer_per_enrolment"
            ),
            models.UniqueConstraint(
                fields=["seat"], condition=Q(outcome=OfferOutcome.OPEN), name="one_open_offer_per_seat"
            ),
            models.CheckConstraint(
                name="offer_closed_with_outcome",
                condition=Q(outcome=OfferOutcome.OPEN, closed_at__isnull=True, seat__isnull=False)
                | (~Q(outcome=OfferOutcome.OPEN) & Q(closed_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.enrolment_id} → {self.seat_id}"


class EnrolmentEvent(models.Model):
    """One transition, append-only: the database itself refuses a change, and a deletion unless the run is sample data.

    It names nobody: the resident is found through the enrolment, the actor is a login's number.
    """

    enrolment = models.ForeignKey(Enrolment, verbose_name=_("报名"), on_delete=models.PROTECT, related_name="events")
    from_status = models.CharField(_("从"), max_length=16, choices=Status.choices, blank=True)
    to_status = models.CharField(_("到"), max_length=16, choices=Status.choices)
    reason = models.CharField(_("原因"), max_length=16, choices=Reason.choices)
    route = models.CharField(_("途径"), max_length=8, choices=Route.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("经办人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("报名变动")
        verbose_name_plural = _("报名变动")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.from_status or '—'} → {self.to_status}"

    @property
    def at_counter(self):
        return self.route in AT_COUNTER

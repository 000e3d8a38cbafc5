"""What the desk adds to a class: a note about a claim, who came without one, what was said to everybody."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from enrolments.models.places import Enrolment
from timetable.models import ClassRun, Session


class ClaimNote(models.Model):
    """备注: a fact about one claim, with who wrote it and when. The resident reads it in the copy of their data; it goes with them."""

    enrolment = models.ForeignKey(Enrolment, verbose_name=_("报名"), on_delete=models.CASCADE, related_name="notes")
    text = models.CharField(_("备注"), max_length=120)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("写的人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("备注")
        verbose_name_plural = _("备注")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.enrolment_id}"


class HeadCount(models.Model):
    """没报名的人数: how many came to one meeting without a claim. A number, no names."""

    session = models.OneToOneField(Session, verbose_name=_("课次"), on_delete=models.CASCADE, related_name="head_count")
    people = models.PositiveSmallIntegerField(_("人数"))
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("数的人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    counted_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("没报名的人数")
        verbose_name_plural = _("没报名的人数")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.people}"


class ClassMessage(models.Model):
    """班级通知: what was said to everybody in a class, once (``request_key``). The words themselves are in their inboxes."""

    class_run = models.ForeignKey(ClassRun, verbose_name=_("班"), on_delete=models.CASCADE, related_name="messages")
    title = models.CharField(_("标题"), max_length=30)
    text = models.CharField(_("内容"), max_length=500)
    request_key = models.UUIDField(_("提交标识"), unique=True)
    people = models.PositiveSmallIntegerField(_("人数"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("发的人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("班级通知")
        verbose_name_plural = _("班级通知")
        ordering = ["-pk"]

    def __str__(self):
        return self.title

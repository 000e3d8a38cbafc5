"""What a resident was told: the inbox on the site, and each try to tell them elsewhere."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Channel, DeliveryState, NoticeKind
from accounts.models.residents import Resident


class Notice(models.Model):
    """通知. ``send_after`` is when it may leave by SMS or e-mail; until then further edits join it (``batch_key``)."""

    resident = models.ForeignKey(Resident, verbose_name=_("学员"), on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("种类"), max_length=12, choices=NoticeKind.choices)
    title = models.CharField(_("标题"), max_length=120)
    text = models.TextField(_("内容"), blank=True)
    address = models.CharField(_("链接"), max_length=200, blank=True)
    batch_key = models.CharField(_("合并标识"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("时间"), auto_now_add=True)
    send_after = models.DateTimeField(_("最早发出"))
    sent_at = models.DateTimeField(_("发出时间"), null=True, blank=True)
    read_at = models.DateTimeField(_("看过的时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["send_after"], condition=Q(sent_at__isnull=True), name="notice_to_send")]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "batch_key"],
                condition=Q(sent_at__isnull=True) & ~Q(batch_key=""),
                name="one_open_batch",
            )
        ]

    def __str__(self):
        return self.title


class NoticeDelivery(models.Model):
    """One try to send a notice by one channel. The address is not kept here."""

    notice = models.ForeignKey(Notice, verbose_name=_("通知"), on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(_("渠道"), max_length=6, choices=Channel.choices)
    state = models.CharField(_("结果"), max_length=6, choices=DeliveryState.choices)
    detail = models.CharField(_("说明"), max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("发送记录")
        verbose_name_plural = _("发送记录")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.get_channel_display()} {self.get_state_display()}"

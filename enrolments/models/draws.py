"""抽签: a public, repeatable lottery over frozen entries. The arithmetic is in enrolments/lottery.py."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from enrolments.enums import DrawResult, DrawStage, ShareKind
from enrolments.models.places import Enrolment
from timetable.models import ClassRun


class Draw(models.Model):
    """One draw per class run, ever (the one-to-one).

    ``committed_at``: rule version, ``seed_hash`` and the name of the public value were
    published. ``frozen_at``: entries were closed; ``entry_list`` (one line per entry, what the
    hash is over) and ``entries_hash`` were published. ``revealed_at``: the public value was
    published. ``drawn_at``: the seed was published with the results. ``seed`` is secret until then.
    """

    class_run = models.OneToOneField(ClassRun, verbose_name=_("班"), on_delete=models.PROTECT, related_name="draw")
    rule_version = models.CharField(_("规则版本"), max_length=10)
    seed = models.CharField(max_length=64, editable=False)
    seed_hash = models.CharField(_("种子的 SHA-256"), max_length=64, editable=False)
    public_value_name = models.CharField(_("公开数值的名称"), max_length=200)
    public_value = models.CharField(_("公开数值"), max_length=100, blank=True)
    shares = models.JSONField(_("专项名额"), default=list, blank=True)
    committed_at = models.DateTimeField(_("承诺公布时间"))
    frozen_at = models.DateTimeField(_("名单封存时间"), null=True, blank=True)
    entry_list = models.TextField(_("封存名单"), blank=True)
    entries_hash = models.CharField(_("名单的 SHA-256"), max_length=64, blank=True)
    places = models.PositiveSmallIntegerField(_("可抽名额"), null=True, blank=True)
    revealed_at = models.DateTimeField(_("公开数值公布时间"), null=True, blank=True)
    drawn_at = models.DateTimeField(_("抽签时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("抽签")
        verbose_name_plural = _("抽签")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.class_run_id}"

    @property
    def stage(self):
        """A DrawStage."""
        if self.drawn_at:
            return DrawStage.DRAWN
        if self.revealed_at:
            return DrawStage.REVEALED
        return DrawStage.FROZEN if self.frozen_at else DrawStage.COMMITTED


class DrawEntry(models.Model):
    """One entry of a frozen list with its place in the order; evidence, kept pseudonymously for three years."""

    draw = models.ForeignKey(Draw, verbose_name=_("抽签"), on_delete=models.PROTECT, related_name="entries")
    enrolment = models.OneToOneField(
        Enrolment, verbose_name=_("报名"), on_delete=models.PROTECT, related_name="draw_entry"
    )
    code = models.CharField(_("回执号"), max_length=12)
    party = models.CharField(_("同行号"), max_length=12)
    flags = models.CharField(_("专项"), max_length=8, blank=True)
    key = models.CharField(_("排序值"), max_length=64, blank=True)
    rank = models.PositiveIntegerField(_("顺序"), null=True, blank=True)
    result = models.CharField(_("结果"), max_length=8, choices=DrawResult.choices, blank=True)
    share = models.CharField(_("用的专项"), max_length=1, choices=ShareKind.choices, blank=True)

    class Meta:
        verbose_name = _("抽签名单")
        verbose_name_plural = _("抽签名单")
        ordering = ["draw", "rank", "code"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "code"], name="draw_code_once"),
            models.UniqueConstraint(fields=["draw", "rank"], name="draw_rank_once"),
        ]

    def __str__(self):
        return self.code

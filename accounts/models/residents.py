"""The person who learns, who may act for them, and what was agreed to (domain.md §4.5)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import ConsentPurpose, Relation, Sex
from accounts.querysets import ResidentQuerySet
from network.models import Neighbourhood, StreetPage

#: Age lines of the law (domain.md §4.5): below the first a child's data is sensitive, below the second a minor.
CHILD, MINOR = 14, 18


class Resident(models.Model):
    """学员: a person, not a login. Several may share a telephone; some have none.

    ``birth_month`` is the first day of the month of birth: the day itself is not needed.
    ``street`` empty and ``outside_district`` false means that nobody asked yet.
    After erasing, ``erased_at`` is set and nothing personal is left in the row.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("本人账号"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="resident",
    )
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    phone = models.CharField(_("联系电话"), max_length=16, blank=True)
    birth_month = models.DateField(_("出生年月"), null=True, blank=True)
    sex = models.CharField(_("性别"), max_length=6, choices=Sex.choices, blank=True)
    street = models.ForeignKey(
        StreetPage, verbose_name=_("居住街道"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    neighbourhood = models.ForeignKey(
        Neighbourhood, verbose_name=_("居住社区"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    outside_district = models.BooleanField(_("不住在本区"), default=False)
    contact_name = models.CharField(_("紧急联系人"), max_length=60, blank=True)
    contact_phone = models.CharField(_("紧急联系人电话"), max_length=16, blank=True)
    checked_on = models.DateField(_("证件核验日期"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("核验人"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    is_sample = models.BooleanField(_("示例"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("登记人"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("学员")
        verbose_name_plural = _("学员")
        ordering = ["pk"]
        indexes = [models.Index(fields=["phone"], name="resident_by_phone")]
        constraints = [
            models.CheckConstraint(
                name="resident_lives_in_one_place",
                condition=Q(outside_district=False) | Q(street__isnull=True, neighbourhood__isnull=True),
                violation_error_message=_("不住在本区的，不用选街道和社区。"),
            ),
            models.CheckConstraint(
                name="resident_erased_whole",
                condition=Q(erased_at__isnull=True)
                | Q(name="", phone="", contact_name="", contact_phone="", birth_month__isnull=True, user__isnull=True),
            ),
        ]

    def __str__(self):
        return self.name or "已注销的学员"

    def age_on(self, day):
        """Return full years on ``day``, taking the first of the birth month as birthday; None where unknown."""
        if self.birth_month is None:
            return None
        return day.year - self.birth_month.year - (day.month < self.birth_month.month)

    @property
    def is_child(self):
        """Under 14: personal data of a child (PIPL art. 31)."""
        age = self.age_on(timezone.localdate())
        return age is not None and age < CHILD

    @property
    def is_minor(self):
        """Under 18: each opening of such a record at the desk is logged (未成年人网络保护条例 art. 36)."""
        age = self.age_on(timezone.localdate())
        return age is not None and age < MINOR

    @property
    def masked_name(self):
        """张*英, 李*: what a public list may show (domain.md §4.5)."""
        if len(self.name) < 2:
            return "*"
        return self.name[0] + "*" * max(1, len(self.name) - 2) + (self.name[-1] if len(self.name) > 2 else "")


class Guardianship(models.Model):
    """代办: ``guardian`` (a login) may act for ``resident``. For a child under 14 ``child_consent_at`` is needed too."""

    guardian = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("代办人"), on_delete=models.CASCADE, related_name="guardianships"
    )
    resident = models.ForeignKey(
        Resident, verbose_name=_("学员"), on_delete=models.CASCADE, related_name="guardianships"
    )
    relation = models.CharField(_("关系"), max_length=12, choices=Relation.choices)
    consent_version = models.CharField(_("同意的文本版本"), max_length=20)
    consented_at = models.DateTimeField(_("同意时间"))
    child_consent_at = models.DateTimeField(_("监护人单独同意的时间"), null=True, blank=True)
    starts_on = models.DateField(_("开始"), default=timezone.localdate)
    ends_on = models.DateField(_("结束"), null=True, blank=True)

    class Meta:
        verbose_name = _("代办关系")
        verbose_name_plural = _("代办关系")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["guardian", "resident"], condition=Q(ends_on__isnull=True), name="one_live_guardianship"
            )
        ]

    def __str__(self):
        return f"{self.guardian_id} → {self.resident_id} {self.get_relation_display()}"


class Consent(models.Model):
    """同意: one purpose, the version of the text that was shown, when, how, and when it was taken back."""

    resident = models.ForeignKey(
        Resident, verbose_name=_("学员"), null=True, blank=True, on_delete=models.CASCADE, related_name="consents"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("账号"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="consents",
    )
    purpose = models.CharField(_("用途"), max_length=12, choices=ConsentPurpose.choices)
    version = models.CharField(_("文本版本"), max_length=20)
    given_at = models.DateTimeField(_("同意时间"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("窗口经办人"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("同意记录")
        verbose_name_plural = _("同意记录")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "purpose"],
                condition=Q(withdrawn_at__isnull=True, resident__isnull=False),
                name="one_live_consent_per_purpose",
            ),
            models.UniqueConstraint(
                fields=["user", "purpose"],
                condition=Q(withdrawn_at__isnull=True, resident__isnull=True),
                name="one_live_login_consent",
            ),
        ]

    def __str__(self):
        return self.get_purpose_display()


class Erasure(models.Model):
    """That a person was erased, when, and what had to be kept and why. It names nobody."""

    erased_at = models.DateTimeField(_("注销时间"))
    resident_number = models.PositiveBigIntegerField(_("学员号"), null=True)
    kept = models.JSONField(_("保留了什么"), default=list)

    class Meta:
        verbose_name = _("注销记录")
        verbose_name_plural = _("注销记录")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.erased_at:%Y-%m-%d}"

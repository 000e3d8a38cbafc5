"""A course's development as a project (domain.md C18–C24): its stage, who answers for it, by when, and the award."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from courses.enums import STEPS, AwardLevel, Stage
from courses.models.pages import CoursePage
from courses.querysets import CourseProjectQuerySet


class CourseProject(models.Model):
    """课程开发项目. The words (aims, outline, guide) stay on the course's page; this says how far they have come."""

    course = models.OneToOneField(
        CoursePage,
        verbose_name=_("课程"),
        on_delete=models.CASCADE,
        related_name="project",
        help_text=_("先新建课程页面（草稿就行），再立项。一门课一个项目，立项后不能换课。"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("负责人"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="course_projects",
        help_text=_("没有另外写的步骤都由负责人做。负责人不能给自己的课程打分。"),
    )
    stage = models.CharField(_("现在这一步"), max_length=10, choices=Stage.choices, default=Stage.AIM, editable=False)
    back_reason = models.CharField(_("退回原因"), max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(_("立项时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新"), auto_now=True)

    objects = CourseProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("课程开发项目")
        verbose_name_plural = _("课程开发项目")
        ordering = ["course__title", "pk"]
        constraints = [models.CheckConstraint(name="project_stage_known", condition=Q(stage__in=Stage.values))]

    def __str__(self):
        return self.course.title

    @cached_property
    def steps(self):
        """The milestones in the order of the stages."""
        order = list(STEPS)
        return sorted(self.milestones.all(), key=lambda milestone: order.index(milestone.stage))

    @property
    def current_step(self):
        """The milestone of the present stage, or None."""
        return next((step for step in self.steps if step.stage == self.stage), None)

    @property
    def may_go_forward(self):
        """False in review, which the reviewers decide, and at the end."""
        return self.stage not in (Stage.REVIEW, Stage.DONE)

    @property
    def due_on(self):
        return self.current_step and self.current_step.due_on

    @property
    def late_steps(self):
        return [step for step in self.steps if step.is_late]

    @property
    def late_words(self):
        """What is late and since when, in one line; "" when nothing is."""
        return "；".join(step.late_words for step in self.late_steps)


class CourseMilestone(models.Model):
    """One stage of a project: by whom and until when. Done when the project leaves the stage forward."""

    project = models.ForeignKey(
        CourseProject, verbose_name=_("项目"), on_delete=models.CASCADE, related_name="milestones"
    )
    stage = models.CharField(_("步骤"), max_length=10, choices=[(stage.value, stage.label) for stage in STEPS])
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("谁做"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    due_on = models.DateField(_("截止日期"), null=True, blank=True)
    done_on = models.DateField(_("完成日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("里程碑")
        verbose_name_plural = _("里程碑")
        constraints = [
            models.UniqueConstraint(name="one_milestone_a_stage", fields=["project", "stage"]),
            models.CheckConstraint(name="milestone_stage_known", condition=Q(stage__in=[s.value for s in STEPS])),
        ]

    def __str__(self):
        return self.get_stage_display()

    @property
    def days_late(self):
        """Whole days past the due date; 0 when done, not yet due or without a date."""
        if self.done_on or self.due_on is None:
            return 0
        return max(0, (timezone.localdate() - self.due_on).days)

    @property
    def is_late(self):
        return self.days_late > 0

    @property
    def late_words(self):
        return _("%(stage)s已过期 %(days)d 天") % {"stage": self.get_stage_display(), "days": self.days_late}


class CourseAward(models.Model):
    """奖励机制 (domain.md C24): an award that a course was given, recorded from its notice."""

    course = models.ForeignKey(
        CoursePage,
        verbose_name=_("课程"),
        on_delete=models.PROTECT,
        related_name="awards",
        help_text=_("保存后，奖励会印在这门课的页面上。"),
    )
    name = models.CharField(_("奖励名称"), max_length=80, help_text=_("照文件或证书上的写，例如：优秀社区教育课程。"))
    year = models.PositiveSmallIntegerField(
        _("年份"), validators=[MinValueValidator(2000), MaxValueValidator(2100)], help_text=_("文件或证书上的年份。")
    )
    level = models.CharField(
        _("级别"), max_length=10, choices=AwardLevel.choices, help_text=_("印在课程页的奖励里，照文件选。")
    )
    awarded_by = models.CharField(
        _("颁发单位"), max_length=80, help_text=_("印在课程页的奖励里，照文件或证书上的全称写。")
    )

    class Meta:
        verbose_name = _("课程奖励")
        verbose_name_plural = _("课程奖励")
        ordering = ["-year", "course__title", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_award_once",
                fields=["course", "name", "year", "awarded_by"],
                violation_error_message=_("这项奖励已经记过了。"),
            ),
            models.CheckConstraint(name="award_year_within_reach", condition=Q(year__gte=2000, year__lte=2100)),
        ]

    def __str__(self):
        return _("%(year)d 年%(name)s") % {"year": self.year, "name": self.name}

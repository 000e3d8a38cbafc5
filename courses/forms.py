"""Forms of course development. They check what can be seen in the form; courses/services/ has the last word."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from accounts.models import User
from courses.enums import STEPS, Principle
from courses.models import CoursePage, CourseReview
from courses.models.reviews import HIGHEST, LOWEST, PRINCIPLES
from courses.permissions import colleagues
from timetable.run_rules import FIRST_YEAR, LAST_YEAR

SCORES = [(5, _("5 很好")), (4, _("4 好")), (3, _("3 合格")), (2, _("2 不足")), (1, _("1 很差"))]


class PersonField(forms.ModelChoiceField):
    """Somebody of the staff; the form says who may be chosen."""

    def __init__(self, **kwargs):
        super().__init__(queryset=User.objects.none(), **kwargs)

    def label_from_instance(self, user):
        return user.get_full_name()


def who(stage):
    return PersonField(
        label=_("谁做“%(stage)s”") % {"stage": stage.label}, required=False, help_text=_("空着就由负责人做。")
    )


def until(stage):
    return forms.DateField(
        label=_("“%(stage)s”的截止日期") % {"stage": stage.label},
        required=False,
        widget=AdminDateInput,
        help_text=_("过了这天没做完，看板上会标“过期”。空着不催。"),
    )


AIM, CONTENT, GUIDE, REVIEW, AWARD = STEPS


class ProjectForm(WagtailAdminModelForm):
    """A project with the people and dates of its five stages in one form."""

    owner = PersonField(label=_("负责人"), help_text=_("没有另外写的步骤都由负责人做。负责人不能给自己的课程打分。"))
    aim_owner, aim_due_on = who(AIM), until(AIM)
    content_owner, content_due_on = who(CONTENT), until(CONTENT)
    guide_owner, guide_due_on = who(GUIDE), until(GUIDE)
    review_owner, review_due_on = who(REVIEW), until(REVIEW)
    award_owner, award_due_on = who(AWARD), until(AWARD)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = colleagues(self.for_user)
        in_charge = [self.instance.owner_id]
        if self.instance.pk:
            self.fields["course"].queryset = CoursePage.objects.filter(pk=self.instance.course_id)
            for step in self.instance.milestones.all():
                self.initial[f"{step.stage}_owner"] = step.owner_id
                self.initial[f"{step.stage}_due_on"] = step.due_on
                in_charge.append(step.owner_id)
        else:
            self.fields["course"].queryset = CoursePage.objects.filter(project=None)
            self.initial["owner"] = self.for_user.pk
        # Who is in charge already stays a choice, also for somebody who could not choose them.
        allowed = [*people.values_list("pk", flat=True), *filter(None, in_charge)]
        for field in self.fields.values():
            if isinstance(field, PersonField):
                field.queryset = User.objects.filter(pk__in=allowed)

    def clean(self):
        cleaned = super().clean()
        latest = None
        for stage in STEPS:
            name = f"{stage}_due_on"
            due_on = cleaned.get(name)
            if due_on is None:
                continue
            if not FIRST_YEAR <= due_on.year <= LAST_YEAR:
                self.add_error(name, _("年份不对，请检查。"))
            elif latest and due_on < latest[1]:
                self.add_error(
                    name,
                    _("“%(stage)s”不能早于前面的“%(before)s”（%(date)s）。")
                    % {"stage": stage.label, "before": latest[0].label, "date": f"{latest[1]:%Y-%m-%d}"},
                )
            else:
                latest = (stage, due_on)
        return cleaned

    @property
    def plan(self):
        """{stage: (owner, due date)} as courses.services.projects.save_project takes it."""
        return {stage: (self.cleaned_data[f"{stage}_owner"], self.cleaned_data[f"{stage}_due_on"]) for stage in STEPS}


class ReasonForm(forms.Form):
    note = forms.CharField(
        label=_("为什么退回"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写在项目上，负责人看得到。"),
    )


def score_field(principle):
    return forms.TypedChoiceField(
        label=Principle(principle).label,
        choices=SCORES,
        coerce=int,
        widget=forms.RadioSelect,
        help_text=CourseReview._meta.get_field(principle).help_text,
        error_messages={
            "required": _("请给“%(principle)s”打分，%(lowest)d 到 %(highest)d 分。")
            % {"principle": Principle(principle).label, "lowest": LOWEST, "highest": HIGHEST}
        },
    )


class ScoreForm(forms.Form):
    """What a reviewer fills in: Wagtail's action modal and the page without scripts show the same form."""

    science, character, variety, usefulness = (score_field(principle) for principle in PRINCIPLES)
    comment = forms.CharField(
        label=_("意见"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("退回时，编写人会看到意见，看不到是谁写的。打分以后不能再改。"),
    )

"""Admin views of course development: the board, a project's own page, moves that ask once more, scoring."""

from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log

from core.errors import DomainError
from core.viewsets import DeleteView, InspectView, ServiceFormMixin
from courses.enums import Stage
from courses.forms import ReasonForm, ScoreForm
from courses.models import CourseReview, ReviewRound
from courses.permissions import award_policy, is_reviewer, project_policy
from courses.services import projects, reviews
from timetable.admin_views.decisions import DecisionView

#: a year's finished courses would push the rest of the board away
DONE_SHOWN = 10


class BoardView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Columns are the stages, cards the courses of the streets one may see; on a telephone a list."""

    permission_policy = project_policy
    any_permission_required = ("view", "change")
    template_name = "courses/admin/board.html"
    page_title = gettext_lazy("课程开发看板")
    header_icon = "table"

    @cached_property
    def header_buttons(self):
        buttons = [HeaderButton(_("列表与导出"), url=reverse("course_projects:index"), icon_name="list-ul")]
        if project_policy.user_has_permission(self.request.user, "add"):
            buttons.append(HeaderButton(_("立项"), url=reverse("course_projects:add"), icon_name="plus"))
        return buttons

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        user = self.request.user
        seen = project_policy.instances_user_has_any_permission_for(user, self.any_permission_required).for_board()
        changeable = set(project_policy.instances_user_has_permission_for(user, "change").values_list("pk", flat=True))
        columns = {stage: [] for stage in Stage}
        for project in seen.exclude(stage=Stage.DONE):
            project.is_changeable = project.pk in changeable
            columns[project.stage].append(project)
        done = seen.filter(stage=Stage.DONE).order_by("-updated_at", "pk")
        columns[Stage.DONE] = list(done[:DONE_SHOWN])
        late = sum(bool(project.late_steps) for cards in columns.values() for project in cards)
        return super().get_context_data(columns=columns.items(), late=late, done_count=done.count(), **kwargs)


class ProjectFormMixin(ServiceFormMixin):
    def save_through_service(self, form):
        return projects.save_project(form.save(commit=False), form.plan)


class ProjectCreateView(ProjectFormMixin, generic.CreateView):
    log_action = "wagtail.create"

    def get_success_message(self, instance):
        return _("“%(course)s”已立项，第一步是“%(stage)s”。") % {
            "course": instance,
            "stage": instance.get_stage_display(),
        }


class ProjectEditView(ProjectFormMixin, generic.EditView):
    pass


class ProjectDeleteView(DeleteView):
    def get_usage_url(self):
        return None  # its own milestones would count as usage

    def delete_action(self):
        log(instance=self.object, action="wagtail.delete", user=self.request.user, deleted=True)
        projects.delete_project(self.object)


class ProjectView(InspectView):
    """The project's own page: where it stands, who does what until when, what the reviewers said, the awards."""

    template_name = "courses/admin/project.html"
    page_title = gettext_lazy("课程开发项目")
    forward_url_name = back_url_name = None

    def get_context_data(self, **kwargs):
        project = self.object
        rounds = project.course.review_rounds.select_related("task_state").prefetch_related("reviews")
        may_change = project_policy.user_has_permission_for_instance(self.request.user, "change", project)
        return super().get_context_data(
            project=project,
            rounds=[(round_, reviews.comments_of(round_.reviews.all())) for round_ in rounds],
            awards=project.course.awards.all(),
            page_url=reverse("wagtailadmin_pages:edit", args=[project.course_id]),
            forward_url=may_change and project.may_go_forward and self._url(self.forward_url_name),
            back_url=may_change and project.stage != Stage.AIM and self._url(self.back_url_name),
            may_award=award_policy.user_has_permission(self.request.user, "add"),
            may_change=may_change,
            **kwargs,
        )

    def _url(self, name):
        return reverse(name, args=[quote(self.object.pk)])


class MoveView(DecisionView):
    """A move of one stage from where the page showed the project; pressed twice it moves once."""

    inspect_url_name = None

    def back_to_project(self):
        return reverse(self.inspect_url_name, args=[quote(self.object.pk)])

    def seen_stage(self):
        """The stage that the question was asked about: posted with the answer."""
        return self.request.POST.get("stage", "")

    def form_valid(self, form):
        super().form_valid(form)
        return redirect(self.back_to_project())

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "back_url": self.back_to_project()}


class ForwardView(MoveView):
    page_title = gettext_lazy("进入下一步")
    header_icon = "arrow-right"
    yes_label = gettext_lazy("这一步做完了")
    log_action = "courses.forward"
    template_name = "courses/admin/move.html"

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        del form.fields["note"]
        return form

    def question(self):
        return _("“%(stage)s”记为今天完成，项目进入下一步。") % {"stage": self.object.get_stage_display()}

    def decide(self, note):
        project = projects.move_forward(self.object, self.seen_stage())
        sentence = _("“%(course)s”进入“%(stage)s”。") % {"course": project, "stage": project.get_stage_display()}
        return (
            f"{sentence}{_('请到课程页面按“提交审核”，送给评审打分。')}" if project.stage == Stage.REVIEW else sentence
        )


class BackView(MoveView):
    page_title = gettext_lazy("退回上一步")
    header_icon = "undo"
    yes_label = gettext_lazy("退回上一步")
    form_class = ReasonForm
    is_serious = True
    log_action = "courses.back"
    template_name = "courses/admin/move.html"

    def question(self):
        return _("现在是“%(stage)s”。退回以后，上一步要重新做完。") % {"stage": self.object.get_stage_display()}

    def decide(self, note):
        project = projects.move_back(self.object, self.seen_stage(), note)
        return _("“%(course)s”退回到“%(stage)s”。") % {"course": project, "stage": project.get_stage_display()}


class ReviewerMixin(WagtailAdminTemplateMixin):
    """For members of a group that scores courses; what is scored is the round's matter (services)."""

    def dispatch(self, request, *args, **kwargs):
        if not is_reviewer(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class MyReviewsView(ReviewerMixin, TemplateView):
    """What waits for this reviewer, and what the reviewer has scored."""

    template_name = "courses/admin/my_reviews.html"
    page_title = gettext_lazy("我的评审")
    header_icon = "clipboard-list"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        user = self.request.user
        waiting = ReviewRound.objects.waiting_for(user).filter(task_state__task__in=_tasks_of(user))
        scored = CourseReview.objects.filter(reviewer=user).select_related("round__course__street", "round__task_state")
        return super().get_context_data(
            waiting=waiting.select_related("course__street", "task_state"),
            scored=scored.order_by("-decided_at", "-pk")[:20],
            refused=reviews.REFUSALS.get(self.request.GET.get("refused")),
            **kwargs,
        )


def _tasks_of(user):
    return user.groups.values("coursereviewtask")


class ScoreView(ReviewerMixin, FormView):
    """The same form as Wagtail's modal, as a page that needs no scripts."""

    template_name = "courses/admin/score.html"
    form_class = ScoreForm
    page_title = gettext_lazy("打分")
    header_icon = "clipboard-list"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        rounds = ReviewRound.objects.select_related("course", "task_state").exclude(task_state=None)
        self.round = get_object_or_404(rounds, pk=kwargs["pk"], task_state__task__in=_tasks_of(request.user))

    def get_page_subtitle(self):
        return self.round.course.title

    def get_breadcrumbs_items(self):
        mine = {"url": reverse("course_reviews:index"), "label": MyReviewsView.page_title}
        this = {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, mine, this]

    def form_valid(self, form):
        try:
            reviews.score(self.round.task_state, self.request.user, **form.cleaned_data)
        except DomainError as error:
            messages.error(self.request, error.message)
        else:
            messages.success(self.request, _("“%(course)s”的分已记下。") % {"course": self.round.course.title})
        return redirect("course_reviews:index")

    def get_context_data(self, **kwargs):
        state = self.round.task_state
        return super().get_context_data(
            course=self.round.course,
            preview_url=reverse("wagtailadmin_pages:workflow_preview", args=[self.round.course_id, state.task_id]),
            **kwargs,
        )

"""Residents' questions and the surveys at the desk. No screen names anybody; opening a minor's question is logged."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from accounts.services.access import note_opened
from core.errors import DomainError
from feedback import services
from feedback.forms import AnswerForm, PublicAnswerForm
from feedback.models import PublicAnswer, Question, SurveyAnswer
from feedback.permissions import may_publish, public_answer_policy, question_policy, survey_policy
from feedback.selectors import FEWEST, ratings_of_runs
from timetable.models import ClassRun

PER_PAGE = 30
INVALID, REFUSED = 422, 409
#: Comments of one class on its page; no class has more people.
MOST_COMMENTS = 200


class FeedbackView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """The frame: nothing of it stays in a cache, and what is above a screen leads back."""

    above = ()  # (name of the address, words)

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def get_breadcrumbs_items(self):
        crumbs = [{"url": reverse(name), "label": words} for name, words in self.above]
        return [*self.breadcrumbs_items, *crumbs, {"url": "", "label": self.page_title}]


class QuestionView(FeedbackView):
    permission_policy = question_policy
    any_permission_required = ("change",)
    header_icon = "help"


class QuestionIndexView(QuestionView):
    """Open questions by deadline; the answered ones, and what was made public, the newest first."""

    template_name = "feedback/admin/questions.html"
    page_title = gettext_lazy("居民提问")
    KINDS = {"open": gettext_lazy("待答复"), "answered": gettext_lazy("已答复"), "public": gettext_lazy("已公开")}

    @cached_property
    def kind(self):
        wanted = self.request.GET.get("kind")
        return wanted if wanted in self.KINDS else "open"

    def _rows(self):
        user = self.request.user
        if self.kind == "public":
            seen = public_answer_policy.instances_user_has_any_permission_for(user, {"view"})
            return seen.select_related("page").order_by("-published_on", "-pk")
        seen = question_policy.instances_user_has_any_permission_for(user, {"change"}).select_related("page", "centre")
        if self.kind == "answered":
            return seen.filter(answered_at__isnull=False).order_by("-answered_at", "-pk")
        return seen.filter(answered_at__isnull=True).order_by("due_on", "pk")

    def get_context_data(self, **kwargs):
        page = Paginator(self._rows(), PER_PAGE).get_page(self.request.GET.get("p"))
        overdue = question_policy.instances_user_has_any_permission_for(self.request.user, {"change"})
        overdue = overdue.filter(answered_at__isnull=True, due_on__lt=timezone.localdate()).count()
        return super().get_context_data(rows=page, kind=self.kind, kinds=self.KINDS.items(), overdue=overdue, **kwargs)


class AnswerView(QuestionView):
    """One question: its answer, and below it what everybody may read of it."""

    template_name = "feedback/admin/question.html"
    page_title = gettext_lazy("答复提问")
    above = (("questions:index", QuestionIndexView.page_title),)

    @cached_property
    def question(self):
        questions = Question.objects.select_related("page", "centre", "asker", "public_answer", "answered_by")
        question = get_object_or_404(questions, pk=self.kwargs["pk"])
        if not question_policy.user_has_permission_for_instance(self.request.user, "change", question):
            raise PermissionDenied
        return question

    def get(self, request, *args, **kwargs):
        note_opened(request, [self.question.asker], minors_only=True)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        return self._publish() if "publish" in request.POST else self._answer()

    def _answer(self):
        form = AnswerForm(self.request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=INVALID)
        services.answer(self.question, form.cleaned_data["answer"], self.request.user)
        messages.success(self.request, _("已经答复，放进了提问人的“我的通知”。"))
        return redirect("questions:index")

    def _publish(self):
        if not may_publish(self.request.user, self.question):
            raise PermissionDenied
        form = PublicAnswerForm(self.request.POST, instance=self.question.public_answer)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(public_form=form), status=INVALID)
        try:
            services.publish(self.question, **_both(form), by=self.request.user)
        except DomainError as error:
            form.add_error(None, error.message)
            return self.render_to_response(self.get_context_data(public_form=form), status=REFUSED)
        messages.success(self.request, _("已经放在“%(page)s”上，所有人都能看到。") % {"page": self.question.page.title})
        return redirect("questions:question", pk=self.question.pk)

    def get_context_data(self, **kwargs):
        question = self.question
        kwargs.setdefault("form", AnswerForm(initial={"answer": question.answer}))
        if not question.from_minor and not question.is_open and may_publish(self.request.user, question):
            kwargs.setdefault("public_form", PublicAnswerForm(instance=question.public_answer))
        return super().get_context_data(question=question, **kwargs)


def _both(form):
    return {"asked": form.cleaned_data["question"], "answered": form.cleaned_data["answer"]}


class PublicAnswerView(FeedbackView):
    """A public answer, also one whose question has been forgotten: mend it or take it off its page."""

    permission_policy = public_answer_policy
    any_permission_required = ("change",)
    template_name = "feedback/admin/public_answer.html"
    page_title = gettext_lazy("公开的答复")
    header_icon = "help"
    above = (("questions:index", QuestionIndexView.page_title),)

    @cached_property
    def shown(self):
        shown = get_object_or_404(PublicAnswer.objects.select_related("page"), pk=self.kwargs["pk"])
        if not public_answer_policy.user_has_permission_for_instance(self.request.user, "change", shown):
            raise PermissionDenied
        return shown

    def post(self, request, *args, **kwargs):
        address = f"{reverse('questions:index')}?kind=public"
        if "withdraw" in request.POST:
            services.withdraw(self.shown, request.user)
            messages.success(request, _("已经从页面上撤下。提问人收到的答复还在。"))
            return redirect(address)
        form = PublicAnswerForm(request.POST, instance=self.shown)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=INVALID)
        services.mend_public(self.shown, **_both(form), by=request.user)
        messages.success(request, _("改好了，页面上已经是新的。"))
        return redirect(address)

    def get_context_data(self, **kwargs):
        kwargs.setdefault("form", PublicAnswerForm(instance=self.shown))
        return super().get_context_data(shown=self.shown, **kwargs)


class SurveyView(FeedbackView):
    permission_policy = survey_policy
    any_permission_required = ("view",)
    header_icon = "clipboard-list"


class SurveyIndexView(SurveyView):
    """Classes with answers, the last answered first; figures from FEWEST answers on."""

    template_name = "feedback/admin/surveys.html"
    page_title = gettext_lazy("结课问卷")

    def get_context_data(self, **kwargs):
        answers = survey_policy.instances_user_has_any_permission_for(self.request.user, {"view"})
        runs = answers.order_by().values("class_run").annotate(last=Max("day"), number=Count("pk"))
        page = Paginator(runs.order_by("-last", "-class_run"), PER_PAGE).get_page(self.request.GET.get("p"))
        keys = [row["class_run"] for row in page.object_list]
        found = ClassRun.objects.select_related("learning", "centre", "term").in_bulk(keys)
        ratings = ratings_of_runs(keys)
        page.object_list = [(found[key], ratings[key]) for key in keys]
        return super().get_context_data(rows=page, fewest=FEWEST, **kwargs)


class SurveyRunView(SurveyView):
    """One class: its means and what was written, in an order that tells nothing."""

    template_name = "feedback/admin/survey.html"
    page_title = gettext_lazy("一个班的问卷")
    above = (("survey_results:index", SurveyIndexView.page_title),)

    def get_context_data(self, **kwargs):
        run = get_object_or_404(ClassRun.objects.select_related("learning", "centre"), pk=self.kwargs["pk"])
        answers = survey_policy.instances_user_has_any_permission_for(self.request.user, {"view"})
        rating = ratings_of_runs([run.pk]).get(run.pk)
        if rating is None:
            raise Http404
        if not answers.filter(class_run=run).exists():
            raise PermissionDenied
        comments = SurveyAnswer.objects.filter(class_run=run).exclude(comment="") if rating.is_shown else []
        comments = sorted(answer.comment for answer in comments[:MOST_COMMENTS])
        return super().get_context_data(run=run, rating=rating, comments=comments, fewest=FEWEST, **kwargs)

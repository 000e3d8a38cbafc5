"""The survey, a question, and one's own questions. Services write; nothing typed is lost; no page is in anybody's cache."""

import math

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from accounts.limits import DAY, Cap
from accounts.models import Resident
from core.dates import date_words
from core.errors import DomainError
from feedback import services
from feedback.deadlines import ANSWER_DAYS, working_days_later
from feedback.forms import QuestionForm, SurveyForm
from feedback.models import Question, SurveyInvitation
from network.models import CentrePage
from timetable.models import LearningPage

REFUSED, INVALID, TOO_MANY = 409, 422, 429
QUESTIONS_A_DAY = Cap("feedback-question", 5, DAY)
PER_PAGE = 20


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request, receipt):
    """/me/survey/<receipt>/: three questions about a class that is over, for whoever was in it or acts for them."""
    mine = Resident.objects.of(request.user).order_by().values("pk")
    invitations = SurveyInvitation.objects.select_related("enrolment__resident", "enrolment__class_run__learning")
    invitation = get_object_or_404(invitations, enrolment__receipt=receipt, enrolment__resident__in=mine)
    person = invitation.enrolment.resident
    by_self = person.user_id == request.user.pk
    context = {"invitation": invitation, "person": person, "by_self": by_self, "run": invitation.enrolment.class_run}
    if by_self and person.is_child:
        return render(request, "feedback/survey.html", {**context, "needs_guardian": True}, status=REFUSED)
    form = SurveyForm(request.POST or None, words=not (by_self and person.is_minor))
    if request.method != "POST" or not invitation.is_open:
        return render(request, "feedback/survey.html", {**context, "form": form})
    if not form.is_valid():
        return render(request, "feedback/survey.html", {**context, "form": form}, status=INVALID)
    try:
        services.answer_survey(invitation, **form.cleaned_data)
    except DomainError as error:
        return render(
            request, "feedback/survey.html", {**context, "form": form, "error": error.message}, status=REFUSED
        )
    messages.success(request, _("收到了，谢谢。回答不记名，满 5 个人回答后才显示平均分。"))
    return redirect("enrolments:my_learning")


def _page(pk):
    """A page that anybody may read and whose desk answers: a course, an event or a place of the network."""
    page = get_object_or_404(Page.objects.live().public(), pk=pk).specific
    if not isinstance(page, LearningPage | CentrePage):
        raise Http404
    return page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, pk):
    """/ask/<page>/: one question to the desk of the page. Without signing in: the telephone, and the way in."""
    page = _page(pk)
    context = {
        "page": page,
        "centre": services.desk_of(page),
        "days": ANSWER_DAYS,
        "due_on": working_days_later(timezone.localdate(), ANSWER_DAYS),
    }
    if not request.user.is_authenticated:
        return render(request, "feedback/ask.html", context)
    asker = Resident.objects.of(request.user).first()
    form = QuestionForm(request.POST or None)
    context |= {"asker": asker, "form": form}
    if request.method != "POST" or asker is None:
        return render(request, "feedback/ask.html", context)
    if not form.is_valid():
        return render(request, "feedback/ask.html", context, status=INVALID)
    if wait := QUESTIONS_A_DAY.take(request.user.pk):
        context["error"] = _("一天最多问 %(most)d 句。请过 %(hours)d 小时再问，急事请打电话；您写的还在下面。") % {
            "most": QUESTIONS_A_DAY.amount,
            "hours": math.ceil(wait / 3600),
        }
        return render(request, "feedback/ask.html", context, status=TOO_MANY)
    try:
        question = services.ask(page, asker, **form.cleaned_data)
    except DomainError as error:
        return render(request, "feedback/ask.html", {**context, "error": error.message}, status=REFUSED)
    messages.success(request, _("问题送到了，%(due)s前答复，放在“我的通知”里。") % {"due": date_words(question.due_on)})
    return redirect("feedback:my_questions")


@never_cache
@login_required
@require_safe
def my_questions(request):
    """/me/questions/: what the people of this login asked, and the answers."""
    mine = Question.objects.filter(asker__in=Resident.objects.of(request.user).order_by().values("pk"))
    mine = mine.select_related("centre", "page").order_by("-asked_at", "-pk")
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "feedback/my_questions.html", {"questions": page.object_list, "list": page})

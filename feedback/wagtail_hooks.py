"""Registers this room's screens, guards and log words; defines nothing."""

from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from core.page_guard import deletion_guards
from enrolments.reports.views import menu_item, urlpatterns
from feedback.models import PublicAnswer, Question, SurveyAnswer
from feedback.permissions import public_answer_policy, question_policy, refusal_to_delete, survey_policy
from feedback.reports import SatisfactionReport
from feedback.viewsets import FeedbackViewSetGroup

register_permission_policy(Question, question_policy)
register_permission_policy(SurveyAnswer, survey_policy)
register_permission_policy(PublicAnswer, public_answer_policy)


@hooks.register("register_admin_viewset")
def register_viewsets():
    return FeedbackViewSetGroup()


@hooks.register("register_admin_urls")
def register_report_urls():
    return [path("desk-reports/", include((urlpatterns([SatisfactionReport]), SatisfactionReport.namespace)))]


hooks.register("register_reports_menu_item", menu_item(SatisfactionReport, order=6))

before_delete_page, before_bulk_action = deletion_guards(refusal_to_delete)
hooks.register("before_delete_page", before_delete_page)
hooks.register("before_bulk_action", before_bulk_action)


@hooks.register("register_log_actions")
def register_log_actions(actions):
    actions.register_action("feedback.answer", _("答复提问"), _("答复了提问"))
    actions.register_action("feedback.publish", _("公开答复"), _("公开了答复"))
    actions.register_action("feedback.withdraw", _("撤下公开的答复"), _("撤下了公开的答复"))

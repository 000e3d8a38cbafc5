"""What residents tell us in the admin: questions and surveys. The page of demand joins this menu from above (desk/)."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from feedback import admin_views
from feedback.permissions import question_policy, survey_policy


class QuestionsMenuItem(MenuItem):
    def is_shown(self, request):
        return question_policy.user_has_permission(request.user, "change")


class SurveyMenuItem(MenuItem):
    def is_shown(self, request):
        return survey_policy.user_has_permission(request.user, "view")


class QuestionsViewSet(ViewSet):
    icon = "help"
    menu_label = _("居民提问")
    menu_item_class = QuestionsMenuItem

    def get_urlpatterns(self):
        return [
            path("", self.construct_view(admin_views.QuestionIndexView), name="index"),
            path("<int:pk>/", self.construct_view(admin_views.AnswerView), name="question"),
            path("public/<int:pk>/", self.construct_view(admin_views.PublicAnswerView), name="public"),
        ]


class SurveyViewSet(ViewSet):
    icon = "clipboard-list"
    menu_label = _("结课问卷")
    menu_item_class = SurveyMenuItem

    def get_urlpatterns(self):
        return [
            path("", self.construct_view(admin_views.SurveyIndexView), name="index"),
            path("<int:pk>/", self.construct_view(admin_views.SurveyRunView), name="run"),
        ]


class FeedbackViewSetGroup(ViewSetGroup):
    menu_label = _("居民的话")
    menu_icon = "comment"
    menu_order = 132
    items = (QuestionsViewSet("questions"), SurveyViewSet("survey_results"))

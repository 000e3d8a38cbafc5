"""Courses in the admin: the flat list of pages, and their development: board, projects, awards, reviews."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from core.scoping import ScopedPageChooserViewSet, StreetScopedViewSet
from courses import admin_views
from courses.enums import STEPS
from courses.forms import ProjectForm
from courses.models import CourseAward, CoursePage, CourseProject
from courses.permissions import is_reviewer, project_policy
from timetable.viewsets import LearningListViewSet


class CourseListViewSet(LearningListViewSet):
    model = CoursePage
    icon = "openquote"
    menu_label = _("课程")
    menu_name = "course-list"  # made of its label, Wagtail takes it for the beginning of “课程开发” and lights both
    menu_order = 110
    list_filter = ["street", "subject", "level", "track", "is_local_feature", "is_sample"]
    list_export = [*LearningListViewSet.list_export, "level", "track", "developed_by", "is_local_feature"]
    export_filename = "kecheng"


class CourseChooserViewSet(ScopedPageChooserViewSet):
    model = CoursePage
    icon = "openquote"
    choose_one_text = _("选一门课程")
    choose_another_text = _("换一门")
    edit_item_text = _("编辑这个页面")
    page_title = _("选课程")


course_chooser = CourseChooserViewSet("course_chooser")


def milestone_row(stage):
    """Who does ``stage`` and until when, side by side: the form's own fields, not columns of the project."""
    owner = FieldPanel(f"{stage}_owner", heading=_("谁做“%(stage)s”") % {"stage": stage.label})
    due_on = FieldPanel(f"{stage}_due_on", heading=_("“%(stage)s”的截止日期") % {"stage": stage.label})
    return FieldRowPanel([owner, due_on])


class CourseProjectViewSet(StreetScopedViewSet):
    model = CourseProject
    icon = "tasks"
    menu_label = _("开发项目")
    add_view_class = admin_views.ProjectCreateView
    edit_view_class = admin_views.ProjectEditView
    delete_view_class = admin_views.ProjectDeleteView
    inspect_view_class = admin_views.ProjectView
    list_display = [
        "__str__",
        Column("course.street", label=_("街道")),
        "stage",
        Column("owner.get_full_name", label=_("负责人")),
        DateColumn("due_on", label=_("这一步截止")),
        Column("late_words", label=_("过期")),
    ]
    list_filter = {"stage": ["exact"], "course__street": ["exact"]}
    list_select_related = ["course__street", "owner"]
    list_prefetch_related = ["milestones"]
    list_export = ["course", "stage", "owner", "due_on", "late_words", "back_reason", "created_at"]
    export_headings = {"due_on": _("这一步截止"), "late_words": _("过期")}
    export_filename = "kecheng-kaifa"
    search_fields = ["course__title"]
    edit_handler = ObjectList(
        [
            FieldPanel("course", widget=course_chooser.widget_class),
            "owner",
            MultiFieldPanel(
                [milestone_row(stage) for stage in STEPS],
                heading=_("谁做、什么时候做完"),
                help_text=_("写了截止日期的步骤，过期会在看板上标出来。日期要一步比一步晚。"),
            ),
        ],
        base_form_class=ProjectForm,
    )

    def get_common_view_kwargs(self, **kwargs):
        return super().get_common_view_kwargs(
            forward_url_name=self.get_url_name("forward"), back_url_name=self.get_url_name("back"), **kwargs
        )

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("forward/<int:pk>/", self.construct_view(admin_views.ForwardView), name="forward"),
            path("back/<int:pk>/", self.construct_view(admin_views.BackView), name="back"),
        ]


class CourseAwardViewSet(StreetScopedViewSet):
    model = CourseAward
    icon = "pick"
    menu_label = _("课程奖励")
    list_display = ["__str__", "course", "level", "awarded_by"]
    list_filter = {"year": ["exact"], "level": ["exact"], "course__street": ["exact"]}
    list_select_related = ["course"]
    list_export = ["course", "name", "year", "level", "awarded_by"]
    export_filename = "kecheng-jiangli"
    search_fields = ["name", "course__title"]
    inspect_view_fields = list_export
    edit_handler = ObjectList(
        [
            FieldPanel("course", widget=course_chooser.widget_class),
            "name",
            FieldRowPanel(["year", "level"]),
            "awarded_by",
        ]
    )


class BoardMenuItem(MenuItem):
    def is_shown(self, request):
        return project_policy.user_has_any_permission(request.user, admin_views.BoardView.any_permission_required)


class ReviewsMenuItem(MenuItem):
    def is_shown(self, request):
        return is_reviewer(request.user)


class BoardViewSet(ViewSet):
    icon = "table"
    menu_label = _("看板")
    menu_item_class = BoardMenuItem

    def get_urlpatterns(self):
        return [path("", self.construct_view(admin_views.BoardView), name="index")]


class ReviewsViewSet(ViewSet):
    icon = "clipboard-list"
    menu_label = _("我的评审")
    menu_item_class = ReviewsMenuItem

    def get_urlpatterns(self):
        return [
            path("", self.construct_view(admin_views.MyReviewsView), name="index"),
            path("<int:pk>/", self.construct_view(admin_views.ScoreView), name="score"),
        ]


class DevelopmentViewSetGroup(ViewSetGroup):
    menu_label = _("课程开发")
    menu_icon = "tasks"
    menu_order = 115
    items = (
        BoardViewSet("course_board"),
        CourseProjectViewSet("course_projects"),
        CourseAwardViewSet("course_awards"),
        ReviewsViewSet("course_reviews"),
    )

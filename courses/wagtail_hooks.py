"""Registers the courses' screens, guards and log words; defines nothing."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from core.page_guard import deletion_guards, publishing_guards
from courses.models import CourseAward, CourseProject
from courses.permissions import award_policy, project_policy, refusal_to_delete, refusal_to_publish
from courses.viewsets import CourseListViewSet, DevelopmentViewSetGroup, course_chooser

register_permission_policy(CourseProject, project_policy)
register_permission_policy(CourseAward, award_policy)


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [CourseListViewSet("course_list"), DevelopmentViewSetGroup(), course_chooser]


before_delete_page, before_bulk_action = deletion_guards(refusal_to_delete)
hooks.register("before_delete_page", before_delete_page)
hooks.register("before_bulk_action", before_bulk_action)

before_publish_page, before_bulk_publish = publishing_guards(refusal_to_publish)
hooks.register("before_publish_page", before_publish_page)
hooks.register("before_bulk_action", before_bulk_publish)


@hooks.register("register_log_actions")
def register_log_actions(actions):
    actions.register_action("courses.forward", _("进入下一步"), _("进入了下一步"))
    actions.register_action("courses.back", _("退回上一步"), _("退回了上一步"))

"""Registers the list of courses; defines nothing."""

from wagtail import hooks

from courses.viewsets import CourseListViewSet


@hooks.register("register_admin_viewset")
def register_viewsets():
    return CourseListViewSet("course_list")

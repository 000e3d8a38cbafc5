"""Registers the teachers' screens; defines nothing."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from teachers.models import Teacher
from teachers.permissions import TeacherPolicy
from teachers.viewsets import TeacherViewSet

register_permission_policy(Teacher, TeacherPolicy())


@hooks.register("register_admin_viewset")
def register_viewsets():
    return TeacherViewSet("teachers")

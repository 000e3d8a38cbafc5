"""The flat list of courses in the admin's menu."""

from django.utils.translation import gettext_lazy as _

from courses.models import CoursePage
from timetable.viewsets import LearningListViewSet


class CourseListViewSet(LearningListViewSet):
    model = CoursePage
    icon = "openquote"
    menu_label = _("课程")
    menu_order = 110
    list_filter = ["street", "subject", "level", "track", "is_local_feature", "is_sample"]

"""The one write of the desk: a course that is wanted begins as a draft."""

from django.db import transaction
from wagtail.log_actions import log

from core.scoping import below, granted_paths
from courses.models import CoursePage
from network.models import AcademyPage
from network.permissions import streets_of


def place_for_courses(user):
    """Return the page under which ``user`` begins a course: the one street of theirs, else the academy; None elsewhere."""
    streets = list(streets_of(user, {"add"})[:2])
    if len(streets) == 1:
        return streets[0]
    return AcademyPage.objects.filter(below("", granted_paths(user, {"add"}))).first()


@transaction.atomic
def begin_course(parent, title, by):
    """Return the draft of a course called ``title`` under ``parent``, made now unless there is one already."""
    there = CoursePage.objects.child_of(parent).filter(title=title, live=False).first()
    if there:
        return there
    course = CoursePage(title=title, live=False, owner=by)
    parent.add_child(instance=course)
    log(instance=course, action="wagtail.create", user=by)
    course.save_revision(user=by)
    return course

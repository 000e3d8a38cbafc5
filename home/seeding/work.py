"""What waits at the desk in the demo term: drafts, pages sent for approval, one before the reviewers, one gone stale, a refusal.

Made only for the demo accounts, so nothing of it is there where they are not (accounts/services/demo.py).
"""

import datetime
import uuid
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import resolve, reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry

from accounts.enums import AccessKind
from accounts.models import RecordAccess
from accounts.services.access import note_refused
from accounts.services.demo import demo_account
from courses.enums import Stage
from courses.models import CoursePage, CourseProject
from courses.services.projects import move_forward, save_project
from courses.services.reviews import forget_sample_development
from home.seeding import marks
from network.models import AcademyPage
from teachers.models import Teacher
from timetable.models import Session

DRAFT, SENT, LEADS_DRAFT, OLD = "手语", "旧物修补", "口述历史", "家常急救"
DEVELOPED, OFFICE_DRAFT, COLLEGE_DRAFT = "社区故事写作", "邻里读书会", "阳台种菜"
WORDS = {
    "aims": "<p>示例：学完能做到什么。</p>",
    "outline": "<p>示例：每次课讲什么。</p>",
    "guide": "<p>示例：要什么场地和材料。</p>",
}
#: Longer than a page that has to stay true may go untouched (docs/mechanisms/desk.md).
UNTOUCHED = datetime.timedelta(days=230)


@dataclass
class Work:
    """How many pages were made; ``accounts``: whether there was somebody to make them for."""

    pages: int = 0
    accounts: bool = False


def fill(term, streets, rng):
    """Put work on the desks of the demo accounts of ``streets``, the college and the office; return Work."""
    desk = _Desk(rng)
    for street in streets:
        editor, lead = demo_account("street_editor", street), demo_account("street_lead", street)
        if editor:
            desk.draft(street, DRAFT, editor)
            desk.send(desk.draft(street, SENT, editor), editor)
            desk.untouched(street, OLD)
        if lead:
            desk.draft(street, LEADS_DRAFT, lead)
    academy = AcademyPage.objects.first()
    college, office = demo_account("college"), demo_account("district_office")
    if academy and college:
        desk.draft(academy, COLLEGE_DRAFT, college)
        desk.develop(desk.draft(academy, DEVELOPED, college, **WORDS), college)
    if academy and office:
        desk.draft(academy, OFFICE_DRAFT, office)
    _give_the_teacher_a_class(term)
    _refuse(demo_account("counter_clerk", streets[0]))
    return Work(desk.pages, accounts=bool(college))


def forget():
    """Take away what keeps the pages from going, and what the log says of them."""
    pages = CoursePage.objects.filter(code__startswith=marks.WORK_CODE, is_sample=True)
    forget_sample_development(pages)
    PageLogEntry.objects.filter(page__in=pages.values("pk")).delete()


class _Desk:
    def __init__(self, rng):
        self.rng, self.pages = rng, 0

    def _add(self, parent, title, **fields):
        self.pages += 1
        page = CoursePage(
            title=f"{title}{marks.NAMED}",
            code=f"{marks.WORK_CODE}{self.pages:03d}",
            summary=marks.PAGE_SUMMARY,
            source_note=marks.PAGE_SOURCE,
            is_sample=True,
            translation_key=uuid.UUID(int=self.rng.getrandbits(128), version=4),
            **fields,
        )
        return parent.add_child(instance=page)

    def draft(self, parent, title, by, **words):
        """A page that ``by`` has begun and nobody else has seen."""
        page = self._add(parent, title, live=False, owner=by, **words)
        page.save_revision(user=by)
        return page

    def send(self, page, by):
        """The same sent for approval, as the button does it."""
        page.get_workflow().start(page, by)

    def develop(self, page, by):
        """A course that has come as far as the reviewers' scores."""
        project = save_project(CourseProject(course=page, owner=by), {})
        for stage in (Stage.AIM, Stage.CONTENT, Stage.GUIDE):
            project = move_forward(project, stage)
        self.send(page, by)

    def untouched(self, parent, title):
        """A public page that nobody has looked at for months."""
        page, then = self._add(parent, title), timezone.now() - UNTOUCHED
        Page.objects.filter(pk=page.pk).update(first_published_at=then, last_published_at=then)


def _give_the_teacher_a_class(term):
    """The teacher's account belongs to a sample teacher: one with a class today, else with the next one."""
    user = demo_account("teacher")
    if user is None or Teacher.objects.filter(user=user).exists():
        return
    meetings = Session.objects.filter(class_run__term=term, class_run__teachers__is_sample=True).taking_place()
    meeting = meetings.filter(planned_on__gte=timezone.localdate()).order_by("starts_at", "class_run__code").first()
    if meeting:
        teacher = meeting.class_run.teachers.filter(is_sample=True).order_by("pk").first()
        Teacher.objects.filter(pk=teacher.pk).update(user=user)


def _refuse(clerk):
    """Somebody at the counter asked for a claim that is not theirs. The log keeps it: it is not made twice in a week."""
    address = reverse("counter:claim", args=["SHILI"])
    lately = timezone.now() - datetime.timedelta(days=7)
    if clerk is None or RecordAccess.objects.filter(kind=AccessKind.REFUSED, address=address, at__gte=lately).exists():
        return
    request = HttpRequest()
    request.method, request.path, request.user, request.resolver_match = "GET", address, clerk, resolve(address)
    note_refused(request)

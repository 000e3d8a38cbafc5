"""The demo term: believable, legal, repeatable, and gone without a trace."""

import datetime
import hashlib
import uuid
from collections import Counter
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from wagtail.models import Page, ReferenceIndex

from core.errors import DomainError
from courses.models import CoursePage
from enrolments.models import ClaimNote, ClassMessage, Enrolment, HeadCount
from events.models import EventPage
from network.models import Room
from teachers.models import Teacher
from tests.factories.learning import CoursePageFactory
from tests.factories.network import RoomFactory
from tests.factories.timetable import AudienceFactory, ClassRunFactory, SubjectFactory
from timetable.enums import ClassRunStatus, DayKind, Phase, SessionStatus
from timetable.models import CalendarDay, ClassRun, Session, Term
from timetable.services import planned_dates


def seed_demo(*args, **kwargs):
    out = StringIO()
    call_command("seed_demo", *args, stdout=out, **kwargs)
    return out.getvalue()


def row_counts():
    """{table: rows} of everything, so that nothing left behind can hide."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models(include_auto_created=True)}


def tree():
    return list(Page.objects.order_by("path").values_list("path", "numchild", "title", "slug"))


def fingerprint():
    """Everything the demo says, keys left out."""
    rows = [
        *Page.objects.order_by("path").values_list("path", "title", "url_path", "translation_key"),
        *ClassRun.objects.order_by("code").values_list(
            "code", "learning__path", "name", "centre__path", "room__name", "starts_on", "ends_on", "weekdays",
            "starts_at", "capacity", "places_left", "waiting", "fee_fen", "status", "enrol_opens_at",
        ),
        *ClassRun.teachers.through.objects.order_by("classrun__code").values_list("classrun__code", "teacher__name"),
        *Session.objects.order_by("class_run__code", "number").values_list("uid", "starts_at", "status"),
    ]  # fmt: skip
    return hashlib.sha256(repr(rows).encode()).hexdigest()


@pytest.fixture
def sample_course(district):
    """A course as load_district leaves it: a real title, marked as a sample, without a timetable."""
    course = CoursePageFactory(parent=district.street, title="太极拳", is_sample=True, subject=SubjectFactory())
    course.audiences.add(AudienceFactory())
    course.save()
    return course


@pytest.fixture
def demo(sample_course):
    seed_demo(size=400, seed=7)
    return sample_course


def test_it_makes_as_many_runs_as_asked_all_of_them_samples(demo):
    runs = ClassRun.objects.all()
    assert runs.count() == 400
    assert not runs.filter(is_sample=False).exists()
    assert Term.objects.get().name.endswith("（演示）")
    assert Term.objects.get().is_sample
    assert not Room.objects.filter(is_sample=False).exists()
    assert not Teacher.objects.filter(is_sample=False).exists()
    assert not CoursePage.objects.filter(is_sample=False).exists()
    assert not EventPage.objects.filter(is_sample=False).exists()


def test_every_phase_that_a_reader_may_meet_is_there(demo):
    phases = Counter(run.phase for run in ClassRun.objects.all())
    assert set(phases) >= {Phase.RUNNING, Phase.OPEN, Phase.FULL, Phase.OPENS_SOON, Phase.CLOSED, Phase.CANCELLED}
    assert phases[Phase.CANCELLED] < 40  # a few


def test_sessions_follow_the_pattern_like_those_of_the_service(sample_course):
    monday = timezone.localdate() - datetime.timedelta(days=timezone.localdate().weekday())
    holiday = monday + datetime.timedelta(days=16)  # a Wednesday
    makeup = monday + datetime.timedelta(days=19)  # the Saturday that is worked for it
    CalendarDay.objects.create(date=holiday, kind=DayKind.HOLIDAY, name="测试假日")
    CalendarDay.objects.create(date=makeup, kind=DayKind.WORKDAY, name="测试调休", follows=3)
    seed_demo(size=120, seed=3)
    today = timezone.localdate()
    for run in ClassRun.objects.prefetch_related("sessions"):
        sessions = sorted(run.sessions.all(), key=lambda session: session.number)
        assert [session.planned_on for session in sessions] == planned_dates(run)
        assert [session.number for session in sessions] == list(range(1, len(sessions) + 1))
        assert run.ends_on == sessions[-1].planned_on
        assert all(timezone.localdate(session.starts_at) == session.planned_on for session in sessions)
        for session in sessions:
            held = session.planned_on < today
            expected = SessionStatus.HELD if held else SessionStatus.SCHEDULED
            if run.status == ClassRunStatus.CANCELLED:
                expected = SessionStatus.CANCELLED
            assert session.status == expected
    weekly = Session.objects.exclude(class_run__weekdays=0)
    assert not weekly.filter(planned_on=holiday).exists()
    assert weekly.filter(planned_on=makeup).exists()


def test_every_row_passes_the_models_own_validation(demo):
    for run in ClassRun.objects.all():
        run.full_clean()
    for page in [*CoursePage.objects.all(), *EventPage.objects.all()]:
        page.full_clean()


def test_a_room_and_a_teacher_are_in_one_place_at_a_time(demo):
    sessions = Session.objects.exclude(status=SessionStatus.CANCELLED)
    in_rooms = Counter(sessions.exclude(room=None).values_list("room", "starts_at"))
    by_teachers = Counter(sessions.exclude(class_run__teachers=None).values_list("class_run__teachers", "starts_at"))
    assert in_rooms
    assert max(in_rooms.values()) == 1
    assert by_teachers
    assert max(by_teachers.values()) == 1


def test_the_page_tree_is_sound(demo):
    assert not any(Page.find_problems())
    before = tree()
    Page.fix_tree()
    assert tree() == before
    page = CoursePage.objects.exclude(pk=demo.pk).first()
    assert page.street_id == page.get_parent().pk
    assert page.get_parent().specific.get_children().count() == page.get_parent().numchild
    page.save_revision().publish()  # an editor may go on from here
    page.get_parent().specific.add_child(instance=CoursePage(title="后来加的课"))
    assert not any(Page.find_problems())


def test_demo_pages_open(demo, client):
    for page in (CoursePage.objects.exclude(pk=demo.pk).first(), EventPage.objects.first()):
        assert client.get(page.url).status_code == 200


def test_new_courses_take_titles_subject_and_audiences_of_the_districts_own(demo):
    courses = CoursePage.objects.exclude(pk=demo.pk)
    assert {course.title.split("（")[0] for course in courses} == {"太极拳"}
    assert {course.subject for course in courses} == {demo.subject}
    assert all(list(course.audiences.all()) == list(demo.audiences.all()) for course in courses)
    assert len({(course.street_id, course.title) for course in courses}) == courses.count()


def test_a_course_has_a_believable_number_of_runs(demo):
    per_course = Counter(ClassRun.objects.filter(learning__in=CoursePage.objects.all()).values_list("learning"))
    assert max(per_course.values()) <= 12
    assert CoursePage.objects.count() == -(-380 // 8)
    assert demo.class_runs.exists()  # the district's own sample courses are used first


def test_only_sample_courses_get_demo_runs(district):
    real = CoursePageFactory(parent=district.street, title="真实的课", is_sample=False)
    seed_demo(size=60)
    assert not real.class_runs.exists()
    assert not CoursePage.objects.filter(title__startswith="真实的课").exclude(pk=real.pk).exists()


def test_each_coming_week_has_an_event(demo):
    monday = timezone.localdate() - datetime.timedelta(days=timezone.localdate().weekday())
    weeks = {
        (timezone.localdate(session.starts_at) - monday).days // 7
        for session in Session.objects.filter(class_run__learning__in=EventPage.objects.all())
    }
    assert weeks == set(range(9))


def test_the_same_seed_gives_the_same_term_and_replaces_it(demo):
    first, rows = fingerprint(), row_counts()
    said = seed_demo(size=400, seed=7)
    assert "先清除了旧的演示数据：400 个班" in said
    assert fingerprint() == first
    assert row_counts() == rows
    seed_demo(size=400, seed=8)
    assert fingerprint() != first
    assert Term.objects.count() == 1


def test_removal_leaves_everything_else_as_it_was(sample_course, district):
    ClassRunFactory(learning=sample_course, room=RoomFactory(centre=district.sub_centre, is_sample=True))
    Teacher.objects.create(name="示例教师 甲", is_sample=True, home_centre=district.sub_centre)
    before, pages = row_counts(), tree()
    seed_demo(size=100)
    touched = CoursePage.objects.filter(code__startswith="demo-").first()
    touched.save_revision().publish()
    claim, now = Enrolment.objects.filter(class_run__is_sample=True).first(), timezone.now()
    ClaimNote.objects.create(enrolment=claim, text="材料费已交", written_at=now)
    HeadCount.objects.create(session=claim.class_run.sessions.first(), people=2, counted_at=now)
    ClassMessage.objects.create(
        class_run=claim.class_run, title="标题", text="内容", request_key=uuid.uuid4(), people=1, sent_at=now
    )
    said = seed_demo(remove=True)
    assert "100 个班" in said
    after = row_counts()
    after["wagtailcore.PageLogEntry"] = before["wagtailcore.PageLogEntry"]  # the log remembers: that is its work
    after["wagtailcore.ModelLogEntry"] = before["wagtailcore.ModelLogEntry"]
    assert after == before
    assert tree() == pages
    assert not any(Page.find_problems())
    assert not ReferenceIndex.objects.filter(object_id=str(touched.pk), base_content_type__model="page").exists()
    assert "什么也没有删" in seed_demo(remove=True)


def test_what_an_editor_made_real_stays(demo):
    page = CoursePage.objects.exclude(pk=demo.pk).first()
    page.is_sample = False
    page.save()
    own = CoursePage.objects.exclude(pk__in=[demo.pk, page.pk]).first()
    early = {"starts_at": datetime.time(5), "ends_at": datetime.time(6)}  # when no demo class has the room
    ClassRunFactory(learning=own, room=Room.objects.first(), teachers=[Teacher.objects.first()], **early)
    said = seed_demo(remove=True)
    assert {*CoursePage.objects.values_list("pk", flat=True)} == {demo.pk, page.pk, own.pk}
    assert ClassRun.objects.count() == 1
    assert (Room.objects.count(), Teacher.objects.count()) == (1, 1)
    assert "另有 3 项被别处使用" in said


def test_without_a_street_it_says_what_to_do_first(db):
    with pytest.raises(CommandError, match="请先运行 load_district"):
        seed_demo(size=10)
    assert not Term.objects.exists()


@pytest.mark.parametrize("size", [0, -5, 100_001])
def test_an_impossible_size_is_refused(district, size):
    with pytest.raises(CommandError, match="1 到 100000"):
        seed_demo(size=size)


def test_a_failure_half_way_leaves_the_old_term(demo, monkeypatch):
    before = fingerprint()
    monkeypatch.setattr("home.seeding.builder._Builder.make_runs", _fail)
    with pytest.raises(CommandError, match="测试"):
        seed_demo(size=50)
    assert fingerprint() == before


def _fail(builder):
    raise DomainError("test", "测试用的失败")


def test_quiet_means_quiet(district, capsys):
    assert seed_demo(size=5, verbosity=0) == ""
    assert capsys.readouterr() == ("", "")


def test_a_single_run_works_too(district):
    seed_demo(size=1)
    assert ClassRun.objects.count() == 1


def test_the_number_of_queries_does_not_follow_the_number_of_runs_one_by_one(district, django_assert_max_num_queries):
    # Pages cost two inserts each (their child tables), runs and sessions a few for a thousand. What residents say goes
    # one by one through the services, and is as much for a thousand runs as for a hundred.
    with django_assert_max_num_queries(2200 if connection.vendor == "sqlite" else 1200):
        seed_demo(size=1000)

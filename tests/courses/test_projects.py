"""A course's development: stages in order and with reasons, late milestones, the board and the project's own page."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.errors import DomainError
from core.services import sync_roles
from courses.enums import STEPS, Stage
from courses.models import CourseMilestone, CourseProject
from courses.permissions import colleagues
from courses.services.projects import delete_project, move_back, move_forward, pass_review, save_project
from tests.factories.accounts import member
from tests.factories.courses import CourseAwardFactory, CourseProjectFactory
from tests.factories.learning import CoursePageFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
BOARD = "course_board:index"


@pytest.fixture
def roles(district):
    sync_roles()
    return district


def in_days(days):
    return timezone.localdate() + datetime.timedelta(days=days)


def refused(code):
    return pytest.raises(DomainError, check=lambda error: error.code == code)


def bring_to(project, stage):
    """Move ``project`` forward to ``stage``, past the reviewers where need be."""
    while project.stage != stage:
        if project.stage == Stage.REVIEW:
            pass_review(project.course)
            project.refresh_from_db()
        else:
            project = move_forward(project, project.stage)
    return project


class TestStages:
    def test_five_milestones_and_the_aim_first(self, district):
        project = CourseProjectFactory(course__parent=district.street)
        assert project.stage == Stage.AIM
        assert [step.stage for step in project.steps] == list(STEPS)

    @pytest.mark.parametrize(
        ("stage", "field", "code"),
        [(Stage.AIM, "aims", "no_aim"), (Stage.CONTENT, "outline", "no_content"), (Stage.GUIDE, "guide", "no_guide")],
    )
    def test_each_stage_wants_its_words_on_the_draft(self, district, stage, field, code):
        project = CourseProjectFactory(course__parent=district.street)
        words = getattr(project.course, field)
        bring_to(project, stage)
        setattr(project.course, field, "<p> </p>")
        project.course.save_revision()
        with refused(code):
            move_forward(project, stage)
        project.refresh_from_db()
        assert project.stage == stage
        setattr(project.course, field, words)
        project.course.save_revision()
        assert move_forward(project, stage).stage != stage

    def test_leaving_a_stage_dates_its_milestone(self, district):
        project = move_forward(CourseProjectFactory(course__parent=district.street), Stage.AIM)
        assert project.milestones.get(stage=Stage.AIM).done_on == timezone.localdate()
        assert project.milestones.filter(done_on=None).count() == 4

    def test_pressed_twice_it_moves_once(self, district):
        project = CourseProjectFactory(course__parent=district.street)
        move_forward(project, Stage.AIM)
        with refused("moved"):
            move_forward(project, Stage.AIM)

    def test_only_reviewers_end_the_review_and_the_end_is_the_end(self, district):
        project = bring_to(CourseProjectFactory(course__parent=district.street), Stage.REVIEW)
        with refused("review_decides"):
            move_forward(project, Stage.REVIEW)
        project = bring_to(project, Stage.DONE)
        assert project.milestones.filter(done_on=None).count() == 0
        with refused("finished"):
            move_forward(project, Stage.DONE)

    def test_back_wants_a_reason_and_opens_the_milestones_again(self, district):
        project = bring_to(CourseProjectFactory(course__parent=district.street), Stage.GUIDE)
        with refused("no_reason"):
            move_back(project, Stage.GUIDE, "  ")
        project = move_back(project, Stage.GUIDE, "大纲太难")
        assert (project.stage, project.back_reason) == (Stage.CONTENT, "大纲太难")
        assert set(project.milestones.exclude(done_on=None).values_list("stage", flat=True)) == {Stage.AIM}
        assert move_forward(project, Stage.CONTENT).back_reason == ""

    def test_nothing_stands_before_the_first_stage(self, district):
        with refused("first_stage"):
            move_back(CourseProjectFactory(course__parent=district.street), Stage.AIM, "重来")

    def test_a_project_keeps_its_course(self, district):
        project = CourseProjectFactory(course__parent=district.street)
        project.course = CoursePageFactory(parent=district.street)
        with refused("other_course"):
            save_project(project, {})

    def test_one_project_a_course_and_one_milestone_a_stage(self, district):
        project = CourseProjectFactory(course__parent=district.street)
        with pytest.raises(IntegrityError), transaction.atomic():
            CourseProject.objects.create(course=project.course)
        with pytest.raises(IntegrityError), transaction.atomic():
            CourseMilestone.objects.create(project=project, stage=Stage.AIM)

    def test_deleting_a_project_leaves_the_course(self, district):
        project = CourseProjectFactory(course__parent=district.street)
        course = project.course
        delete_project(project)
        course.refresh_from_db()
        assert not CourseProject.objects.exists()


class TestLate:
    def test_days_after_the_due_date_until_done(self, district):
        plan = {Stage.AIM: (None, in_days(-3)), Stage.CONTENT: (None, in_days(0)), Stage.GUIDE: (None, in_days(5))}
        project = CourseProjectFactory(course__parent=district.street, plan=plan)
        assert [step.stage for step in project.late_steps] == [Stage.AIM]
        assert project.late_words == "明确目标已过期 3 天"
        assert move_forward(project, Stage.AIM).late_steps == []


class TestBoard:
    def test_own_street_only_in_its_column(self, roles, client):
        own = bring_to(CourseProjectFactory(course__parent=roles.street, course__title="太极拳"), Stage.CONTENT)
        other = CourseProjectFactory(course__parent=roles.other_street, course__title="书法")
        client.force_login(member("street_editor", roles.street))
        response = client.get(reverse(BOARD))
        columns = dict(response.context["columns"])
        assert {stage: cards for stage, cards in columns.items() if cards} == {Stage.CONTENT: [own]}
        assert other.course.title not in response.content.decode()
        client.force_login(member("college"))
        columns = dict(client.get(reverse(BOARD)).context["columns"])
        assert columns[Stage.AIM] == [other]

    def test_cards_say_who_until_when_and_how_late(self, roles, client):
        editor = member("street_editor", roles.street)
        plan = {Stage.AIM: (editor, in_days(-2))}
        CourseProjectFactory(course__parent=roles.street, plan=plan)
        client.force_login(editor)
        page = BeautifulSoup(client.get(reverse(BOARD)).content, "html.parser").select_one(".development-board")
        assert "明确目标已过期 2 天" in page.text
        assert editor.get_full_name() in page.text
        assert not page.select("script, form, [style], [onclick]")
        assert page.select_one("a[href*=forward]")

    def test_who_only_reads_gets_no_buttons(self, roles, client):
        CourseProjectFactory(course__parent=roles.street)
        client.force_login(member("auditor"))
        html = client.get(reverse(BOARD)).content.decode()
        assert "forward" not in html
        client.force_login(member("counter_clerk", roles.street))
        assert client.get(reverse(BOARD)).status_code == 302

    def test_as_many_queries_for_many(self, roles, client):
        client.force_login(member("district_office"))

        def count():
            client.get(reverse(BOARD))
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse(BOARD))
            return len(queries)

        CourseProjectFactory(course__parent=roles.street)
        before = count()
        for street in (roles.street, roles.other_street):
            CourseProjectFactory.create_batch(2, course__parent=street)
        assert count() == before


class TestScreens:
    def post(self, client, name, project, **data):
        return client.post(reverse(f"course_projects:{name}", args=[project.pk]), data, follow=True)

    def test_an_editor_begins_a_project(self, roles, client):
        editor, course = member("street_editor", roles.street), CoursePageFactory(parent=roles.street)
        client.force_login(editor)
        form = client.get(reverse("course_projects:add")).context["form"]
        assert form["owner"].value() == editor.pk
        data = {"course": course.pk, "owner": editor.pk, "aim_due_on": "2026-12-01", "content_due_on": "2026-12-20"}
        assert client.post(reverse("course_projects:add"), data).status_code == 302
        project = CourseProject.objects.get()
        assert (project.owner, project.stage) == (editor, Stage.AIM)
        assert project.milestones.get(stage=Stage.CONTENT).due_on == datetime.date(2026, 12, 20)
        form = client.get(reverse("course_projects:edit", args=[project.pk])).context["form"]
        assert form["content_due_on"].value() == datetime.date(2026, 12, 20)

    def test_wrong_dates_are_said_at_their_fields(self, roles, client):
        editor, course = member("street_editor", roles.street), CoursePageFactory(parent=roles.street)
        client.force_login(editor)
        data = {
            "course": course.pk, "owner": editor.pk, "aim_due_on": "2026-12-20", "content_due_on": "2026-12-01",
            "guide_due_on": "0026-12-01", "review_due_on": "某天",
        }  # fmt: skip
        errors = client.post(reverse("course_projects:add"), data).context["form"].errors
        assert set(errors) == {"content_due_on", "guide_due_on", "review_due_on"}
        assert "2026-12-20" in errors["content_due_on"][0]

    def test_people_of_the_own_street_may_be_put_in_charge(self, roles):
        editor, lead = member("street_editor", roles.street), member("street_lead", roles.street)
        member("street_editor", roles.other_street)
        member("counter_clerk", roles.street)
        UserFactory()
        assert set(colleagues(editor)) == {editor, lead}
        assert set(colleagues(member("district_office"))) == set(
            User.objects.filter(groups__page_permissions__permission__codename="change_page")
        )

    def test_a_resident_cannot_be_posted_as_owner(self, roles, client):
        client.force_login(member("street_editor", roles.street))
        data = {"course": CoursePageFactory(parent=roles.street).pk, "owner": UserFactory().pk}
        assert "owner" in client.post(reverse("course_projects:add"), data).context["form"].errors

    def test_forward_and_back_are_asked_once_more(self, roles, client):
        project = CourseProjectFactory(course__parent=roles.street)
        client.force_login(member("street_editor", roles.street))
        page = client.get(reverse("course_projects:forward", args=[project.pk])).content.decode()
        assert '<input type="hidden" name="stage" value="aim">' in page
        self.post(client, "forward", project, stage="aim")
        response = self.post(client, "forward", project, stage="aim")
        assert "已经被别人移动过了" in response.content.decode()
        project.refresh_from_db()
        assert project.stage == Stage.CONTENT
        response = client.post(reverse("course_projects:back", args=[project.pk]), {"stage": "content", "note": ""})
        assert "note" in response.context["form"].errors
        response = self.post(client, "back", project, stage="content", note="目标不清楚")
        assert "目标不清楚" in response.content.decode()
        assert response.redirect_chain == [(reverse("course_projects:inspect", args=[project.pk]), 302)]

    def test_without_an_aim_the_sentence_says_so(self, roles, client):
        project = CourseProjectFactory(course__parent=roles.street, course__aims="")
        client.force_login(member("street_editor", roles.street))
        response = self.post(client, "forward", project, stage="aim")
        assert "还没有写“课程目标”" in response.content.decode()

    def test_another_streets_project_is_out_of_reach(self, roles, client):
        other = CourseProjectFactory(course__parent=roles.other_street)
        client.force_login(member("street_editor", roles.street))
        for name in ("inspect", "edit", "forward", "back"):
            for method in (client.get, client.post):
                response = method(reverse(f"course_projects:{name}", args=[other.pk]), {"stage": "aim", "note": "x"})
                assert response.status_code in (302, 405)
        other.refresh_from_db()
        assert other.stage == Stage.AIM

    def test_the_own_page_shows_steps_and_awards(self, roles, client):
        project = CourseProjectFactory(course__parent=roles.street, plan={Stage.AIM: (None, in_days(-1))})
        CourseAwardFactory(course=project.course)
        client.force_login(member("street_lead", roles.street))
        text = client.get(reverse("course_projects:inspect", args=[project.pk])).content.decode()
        for words in ("过期 1 天", "设计实施指导方案", "优秀社区教育课程", "还没有送审过"):
            assert words in text


def test_a_course_with_an_award_is_not_deleted(roles, client):
    course = CourseAwardFactory(course__parent=roles.street).course
    client.force_login(User.objects.create_superuser("root"))
    response = client.post(reverse("wagtailadmin_pages:delete", args=[course.pk]), follow=True)
    assert "1 项奖励的记录，不能删除" in response.content.decode()
    course.refresh_from_db()

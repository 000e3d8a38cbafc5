"""课程评审: reviewers score in the workflow, the last of them decides, the result stands on the course's page."""

import re
import threading
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from wagtail.models import TaskState, WorkflowState
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from accounts.models import User
from core.errors import DomainError
from core.services import sync_roles
from courses.enums import Outcome, Principle, Stage
from courses.models import CourseProject, CourseReview, CourseReviewTask, ReviewRound
from courses.permissions import refusal_to_publish
from courses.services import reviews
from courses.services.projects import move_back
from tests.factories.accounts import member
from tests.factories.courses import CourseAwardFactory, CourseProjectFactory, reviewer
from tests.factories.learning import CoursePageFactory, EventPageFactory

pytestmark = pytest.mark.django_db
GOOD = dict.fromkeys(Principle.values, 4)


@pytest.fixture
def roles(district):
    sync_roles()
    CourseReviewTask.objects.update(required_reviews=2)
    return district


def submitted(street, **kwargs):
    """A draft course in review, submitted by the street's editor. Returns (course, project, task state)."""
    project = CourseProjectFactory(course__parent=street, course__live=False, **kwargs)
    CourseProject.objects.filter(pk=project.pk).update(stage=Stage.REVIEW)
    project.course.save_revision()
    project.course.get_workflow().start(project.course, member("street_editor", street))
    return project.course, project, TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)


def refused(code):
    return pytest.raises(DomainError, check=lambda error: error.code == code)


class TestWorkflow:
    def test_it_is_scored_then_approved_then_live(self, roles):
        course, project, state = submitted(roles.street)
        assert state.task.specific_class is CourseReviewTask
        reviews.score(state, reviewer(1), **GOOD)
        reviews.score(state, reviewer(2), **{**GOOD, "science": 3}, comment="很好")
        round_ = ReviewRound.objects.get()
        assert round_.outcome == Outcome.PASSED
        assert [mean for _word, mean in round_.means] == [Decimal("3.5"), 4, 4, 4]
        project.refresh_from_db()
        assert project.stage == Stage.AWARD
        course.refresh_from_db()
        assert not course.live
        workflow = WorkflowState.objects.get()
        workflow.current_task_state.specific.approve(user=member("street_lead", roles.street))
        course.refresh_from_db()
        assert course.live

    def test_one_principle_below_sends_it_back_with_reasons(self, roles):
        _course, project, state = submitted(roles.street)
        reviews.score(state, reviewer(1), **GOOD, comment="缺少本地内容")
        reviews.score(state, reviewer(2), **{**GOOD, "character": 1}, comment="")
        state.refresh_from_db()
        assert state.status == TaskState.STATUS_REJECTED
        assert state.comment == "评审没有通过：特色性平均 2.50 分，不到 3.0 分。\n评审意见：\n1. 缺少本地内容"
        assert WorkflowState.objects.get().status == WorkflowState.STATUS_NEEDS_CHANGES
        project.refresh_from_db()
        assert project.stage == Stage.REVIEW

    def test_submitted_again_it_is_a_new_round(self, roles):
        course, _project, state = submitted(roles.street)
        for number in (1, 2):
            reviews.score(state, reviewer(number), **dict.fromkeys(Principle.values, 2))
        WorkflowState.objects.get().resume(member("street_lead", roles.street))
        assert [round_.outcome for round_ in course.review_rounds.all()] == [Outcome.OPEN, Outcome.SENT_BACK]
        again = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
        reviews.score(again, User.objects.get(username="pingshen-1"), **GOOD)

    def test_means_are_not_rounded_up_to_pass(self, roles):
        CourseReviewTask.objects.update(required_reviews=3, pass_mean=Decimal("3.7"))
        _course, _project, state = submitted(roles.street)
        for number, score in enumerate((4, 4, 3), start=1):  # 3.67 is less than 3.7
            reviews.score(state, reviewer(number), **dict.fromkeys(Principle.values, score))
        assert ReviewRound.objects.get().outcome == Outcome.SENT_BACK

    @pytest.mark.parametrize("factory", [CoursePageFactory, EventPageFactory])
    def test_what_is_not_under_development_goes_on_to_the_lead(self, roles, factory):
        page = factory(parent=roles.street, live=False)
        page.save_revision()
        page.get_workflow().start(page, member("street_editor", roles.street))
        assert WorkflowState.objects.get().current_task_state.task.name == "清名桥街道·审核"
        assert not ReviewRound.objects.exists()

    def test_rules_changed_later_do_not_change_a_round(self, roles):
        _course, _project, state = submitted(roles.street)
        CourseReviewTask.objects.update(required_reviews=1)
        reviews.score(state, reviewer(1), **GOOD)
        assert ReviewRound.objects.get().outcome == Outcome.OPEN


class TestWhoScores:
    def test_once_and_members_only_and_not_the_own(self, roles):
        first = reviewer(1)
        _course, project, state = submitted(roles.street)
        with refused("not_reviewer"):
            reviews.score(state, member("street_lead", roles.street), **GOOD)
        reviews.score(state, first, **GOOD)
        with refused("already"):
            reviews.score(state, first, **GOOD)
        owner = reviewer(2)
        CourseProject.objects.filter(pk=project.pk).update(owner=owner)
        with refused("own_course"):
            reviews.score(state, owner, **GOOD)
        assert CourseReview.objects.count() == 1

    def test_nobody_scores_what_is_decided_or_withdrawn(self, roles):
        _course, _project, state = submitted(roles.street)
        WorkflowState.objects.get().cancel(user=None)
        with refused("closed"):
            reviews.score(state, reviewer(1), **GOOD)
        assert ReviewRound.objects.get().outcome_words == "已撤回"

    @pytest.mark.parametrize("score", [0, 6])
    def test_scores_are_one_to_five(self, roles, score):
        _course, _project, state = submitted(roles.street)
        with pytest.raises(ValidationError):
            reviews.score(state, reviewer(1), **{**GOOD, "variety": score})

    def test_the_database_holds_the_same_rules(self, roles):
        _course, _project, state = submitted(roles.street)
        first = reviewer(1)
        reviews.score(state, first, **GOOD)
        round_ = ReviewRound.objects.get()
        for wrong in ({"reviewer": first, **GOOD}, {"reviewer": reviewer(2), **GOOD, "science": 6}):
            with pytest.raises(IntegrityError), transaction.atomic():
                CourseReview.objects.create(round=round_, **wrong)
        with pytest.raises(IntegrityError), transaction.atomic():
            ReviewRound.objects.update(outcome=Outcome.PASSED)

    def test_nobody_edits_or_moves_it_meanwhile(self, roles):
        course, project, _state = submitted(roles.street)
        for user in (member("street_lead", roles.street), reviewer(1), User.objects.create_superuser("root")):
            assert course.get_lock().for_user(user)
        project.refresh_from_db()
        with refused("under_review"):
            move_back(project, Stage.REVIEW, "重写")

    def test_purging_old_revisions_leaves_the_decision(self, roles):
        course, _project, state = submitted(roles.street)
        for number in (1, 2):
            reviews.score(state, reviewer(number), **GOOD)
        WorkflowState.objects.get().current_task_state.specific.approve(user=None)
        course.refresh_from_db()
        course.save_revision().publish()
        call_command("purge_revisions", verbosity=0)
        assert not TaskState.objects.filter(pk=state.pk).exists()
        assert ReviewRound.objects.get().is_passed
        assert CourseReview.objects.count() == 2


class TestOverHttp:
    """An editor submits, reviewers score in Wagtail's modal and on the page without scripts, the lead approves."""

    def submit(self, client, roles):
        project = CourseProjectFactory(course__parent=roles.street, course__live=False)
        CourseProject.objects.update(stage=Stage.REVIEW)
        client.force_login(member("street_editor", roles.street))
        edit = reverse("wagtailadmin_pages:edit", args=[project.course_id])
        from tests.test_pages_in_admin import filled, flat_inlines, words_for

        values = flat_inlines(words_for(type(project.course)))
        response = client.post(edit, filled(client.get(edit), **values, **{"action-submit": "1"}))
        assert response.status_code == 302, response.context["form"].errors
        return project

    def test_the_whole_way(self, roles, client):
        project = self.submit(client, roles)
        state = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
        action = reverse("wagtailadmin_pages:workflow_action", args=[project.course_id, "score", state.pk])
        client.force_login(reviewer(1))
        assert project.course.title in client.get(reverse("wagtailadmin_home")).content.decode()
        preview = reverse("wagtailadmin_pages:workflow_preview", args=[project.course_id, state.task_id])
        assert client.get(preview).status_code == 200
        modal = client.get(action).json()["html"]
        assert modal.count('type="radio"') == 20
        ajax = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}
        assert "请给“实用性”打分" in client.post(action, {**GOOD, "usefulness": ""}, **ajax).json()["html"]
        assert client.post(action, GOOD, **ajax).json()["redirect"] == reverse("course_reviews:index")
        assert client.get(action).status_code == 302  # once only

        client.force_login(reviewer(2))
        page = client.get(reverse("course_reviews:index"))
        (round_,) = page.context["waiting"]
        score = reverse("course_reviews:score", args=[round_.pk])
        assert "science" in client.post(score, {**GOOD, "science": "9"}).context["form"].errors
        response = client.post(score, {**GOOD, "comment": "好"}, follow=True)
        assert "分已记下" in response.content.decode()
        assert not response.context["waiting"]

        lead = member("street_lead", roles.street)
        client.force_login(lead)
        state = WorkflowState.objects.get().current_task_state
        approve = reverse("wagtailadmin_pages:workflow_action", args=[project.course_id, "approve", state.pk])
        client.post(approve, {"comment": ""})
        own = client.get(reverse("course_projects:inspect", args=[project.pk])).content.decode()
        assert "评审通过" in own
        client.logout()
        assert "评审通过" in client.get(project.course.get_url()).content.decode()

    def test_too_late_is_said(self, roles, client):
        project = self.submit(client, roles)
        state = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
        late = reviewer(3)
        task = state.task.specific
        for number in (1, 2):
            reviews.score(state, reviewer(number), **GOOD)
        address = task.on_action(state, late, "score", **GOOD)  # the button was there when the page was made
        client.force_login(late)
        assert "您的分没有记下" in client.get(address).content.decode()
        assert project.course.review_rounds.get().reviews.count() == 2

    def test_strangers_get_nothing(self, roles, client):
        project = self.submit(client, roles)
        state = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
        client.force_login(member("street_lead", roles.street))
        addresses = [
            reverse("wagtailadmin_pages:workflow_action", args=[project.course_id, "score", state.pk]),
            reverse("wagtailadmin_pages:workflow_action", args=[project.course_id, "approve", state.pk]),
            reverse("course_reviews:index"),
        ]
        for address in addresses:
            assert client.post(address, GOOD).status_code == 302
        round_ = ReviewRound.objects.get()
        assert client.get(reverse("course_reviews:score", args=[round_.pk])).status_code in (302, 404)
        assert not CourseReview.objects.exists()

    def test_the_superuser_can_give_it_back(self, roles, client):
        project = self.submit(client, roles)
        state = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
        client.force_login(User.objects.create_superuser("root"))
        assert "不评了，退回" in client.get(reverse("wagtailadmin_home")).content.decode()
        action = reverse("wagtailadmin_pages:workflow_action", args=[project.course_id, "reject", state.pk])
        client.post(action, {"comment": "评审请假"})
        state.refresh_from_db()
        assert (state.status, state.comment) == (TaskState.STATUS_REJECTED, "评审请假")


class TestPublicPage:
    def test_nothing_without_a_review(self, roles, client):
        course = CoursePageFactory(parent=roles.street)
        html = client.get(course.get_url()).content.decode()
        assert "课程评审" not in html
        assert "奖励" not in html

    def test_sent_back_is_not_told(self, roles, client):
        course, _project, state = submitted(roles.street)
        for number in (1, 2):
            reviews.score(state, reviewer(number), **dict.fromkeys(Principle.values, 1))
        course.refresh_from_db()
        course.save_revision().publish()
        assert "评审" not in client.get(course.get_url()).content.decode()

    def test_scores_as_words_and_a_table_and_the_award(self, roles, client):
        course, _project, state = submitted(roles.street)
        for number in (1, 2):
            reviews.score(state, reviewer(number), **GOOD, comment="内部意见")
        CourseAwardFactory(course=course)
        course.refresh_from_db()
        course.save_revision().publish()
        page = BeautifulSoup(client.get(course.get_url()).content, "html.parser")
        rows = {row.th.text: row.td.text for row in page.select("table.scores tbody tr")}
        assert rows == {"科学性": "4.00", "特色性": "4.00", "多样性": "4.00", "实用性": "4.00"}
        assert page.select_one("table.scores caption")
        assert all(heading["scope"] for heading in page.select("table.scores th"))
        assert "优秀社区教育课程" in page.select_one(".awards").text
        assert "内部意见" not in page.text
        assert "评审1" not in page.text


class TestPastTheReview:
    def publish(self, client, page):
        """Press 发布 in the page's editor, with what it holds."""
        address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        form = client.get(address).context["form"]
        data = nested_form_data(
            {name: form[name].value() or "" for name in form.fields} | {"title": "改过的标题", "audiences": [], "tags": ""}
            | {"body": streamfield([]), "aims": "null", "outline": "null", "guide": "null", "picture": ""}
            | {"comments": inline_formset([]), "action-publish": "1"}
        )  # fmt: skip
        return client.post(address, data, follow=True)

    def test_the_lead_cannot_publish_what_is_still_developed(self, roles, client):
        project = CourseProjectFactory(course__parent=roles.street, course__live=False)
        client.force_login(member("street_lead", roles.street))
        response = self.publish(client, project.course)
        assert "还没有通过评审" in "".join(map(str, response.context["messages"]))
        project.course.refresh_from_db()
        assert not project.course.live
        assert project.course.get_latest_revision_as_object().title == "改过的标题"  # nothing typed is lost
        client.post(f"/admin/bulk/wagtailcore/page/publish/?id={project.course.pk}")
        project.course.refresh_from_db()
        assert not project.course.live

    def test_a_page_that_is_public_may_be_mended(self, roles, client):
        project = CourseProjectFactory(course__parent=roles.street, course__live=True)
        assert refusal_to_publish(project.course) == ""
        CourseProject.objects.update(stage=Stage.AWARD)
        assert refusal_to_publish(CoursePageFactory(parent=roles.street, live=False)) == ""

    def test_who_is_to_approve_gets_a_letter(self, roles, mailoutbox):
        page = CoursePageFactory(parent=roles.street, live=False)
        page.save_revision()
        editor = member("street_editor", roles.street)
        for user in (member("street_lead", roles.street), member("college")):
            User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.com")
        page.get_workflow().start(page, editor)
        assert len(mailoutbox) == 2
        for letter in mailoutbox:
            assert page.title in letter.subject
            assert re.search("审核|审查", letter.body + letter.subject)

    def test_the_college_approves_without_the_right_to_publish(self, roles, client):
        page = CoursePageFactory(parent=roles.street, live=False)
        page.save_revision()
        page.get_workflow().start(page, member("street_editor", roles.street))
        state = page.current_workflow_task_state
        client.force_login(member("college"))
        client.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk]), {"comment": ""})
        page.refresh_from_db()
        assert page.live


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres_only
def test_two_reviewers_at_once_close_the_task_once(district):
    """The second waits for the first at the task's state: one of them decides, none is lost, none comes too late."""
    sync_roles()
    CourseReviewTask.objects.update(required_reviews=2)
    _course, _project, state = submitted(district.street)
    people, results, start = [reviewer(1), reviewer(2), reviewer(3)], [], threading.Barrier(3)

    def run(person):
        try:
            start.wait()
            reviews.score(state, person, **GOOD)
            results.append("scored")
        except DomainError as error:
            results.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["closed", "scored", "scored"]
    round_ = ReviewRound.objects.get()
    assert round_.is_passed
    assert round_.reviews.count() == 2
    assert TaskState.objects.filter(task=state.task, status=TaskState.STATUS_APPROVED).count() == 1
    assert TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).count() == 1  # the lead's, once


def test_a_late_reader_of_the_state_is_refused(roles):
    """The same on one connection: what a reviewer holds in hand may be old, what decides is read anew."""
    _course, _project, state = submitted(roles.street)
    old = TaskState.objects.get(pk=state.pk)
    for number in (1, 2):
        reviews.score(state, reviewer(number), **GOOD)
    with refused("closed"):
        reviews.score(old, reviewer(3), **GOOD)

"""What the demo term puts before the desk: each panel has a row for somebody, all of it samples, made once, gone without a trace."""

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import PageLogEntry

from accounts.enums import AccessKind
from accounts.models import Notice, RecordAccess, User
from accounts.services.demo import create_demo_accounts, demo_account
from core.roles import ROLES
from courses.models import CoursePage, CourseProject, ReviewRound
from desk.demand import demand_of
from desk.wagtail_hooks import QUESTIONS
from enrolments.audit import audit
from enrolments.enums import OfferOutcome
from enrolments.models import Offer
from feedback.models import PublicAnswer, Question, SurveyAnswer
from feedback.selectors import FEWEST, ratings_of_runs, satisfaction
from home.seeding import marks, voices
from network.models import AcademyPage, StreetPage
from search.models import LearningWish, SearchedWords
from tests.factories.learning import CoursePageFactory
from tests.factories.timetable import AudienceFactory
from tests.home.test_seed_demo import row_counts, seed_demo, tree
from timetable.models import ClassRun

pytestmark = pytest.mark.django_db
#: Enough that each street has a full class with a list, and a class on every day of the week.
SIZE = 200


@pytest.fixture
def streets(district):
    """Two streets with a sample course each, and the academy."""
    district.network.add_child(instance=AcademyPage(title="社区培训学院"))
    for street in (district.street, district.other_street):
        CoursePageFactory(parent=street, title="太极拳", is_sample=True)
    AudienceFactory()
    return [district.street, district.other_street]


@pytest.fixture
def accounts(streets, settings):
    settings.DEBUG = True
    create_demo_accounts()


@pytest.fixture
def demo(accounts):
    seed_demo(size=SIZE, seed=7)


def desks():
    """{panel: {role that has rows in it}} of the demo accounts."""
    found = {}
    street = StreetPage.objects.order_by("path").first()
    for role in ROLES:
        user = demo_account(role.key, street if role.per == "network.StreetPage" else None)
        for panel in [question(user) for question in QUESTIONS] if user else ():
            if panel is not None and panel.rows:
                found.setdefault(panel.key, set()).add(role.key)
    return found


def test_each_panel_of_the_home_has_a_row_for_its_people(demo):
    found = desks()
    assert {"street_lead", "district_office", "teacher"} <= found["today"]
    assert {"street_lead", "counter_clerk", "district_office"} <= found["offers"]
    assert {"street_lead", "street_editor", "district_office"} <= found["questions"]
    assert {"street_lead", "reviewer"} <= found["decisions"]
    assert {"street_lead", "street_editor", "counter_clerk"} <= found["thin"]
    assert {"street_lead", "street_editor", "college", "district_office"} <= found["drafts"]
    assert {"street_lead", "street_editor"} <= found["stale"]
    assert found["refused"] == {"auditor", "district_office"}


def test_each_street_has_a_question_answered_one_open_and_one_past_its_deadline(demo, streets):
    for street in streets:
        asked = Question.objects.filter(centre=street.pk)
        assert sorted((one.is_open, one.is_overdue) for one in asked) == [(False, False), (True, False), (True, True)]
        answered = asked.get(answered_at__isnull=False)
        assert answered.answered_by == demo_account("street_lead", street)
        assert Notice.objects.filter(resident=answered.asker, text=answered.answer).exists()
    assert not PublicAnswer.objects.exists(), "nothing is told to the public"


def test_one_class_has_surveys_enough_to_be_shown_and_one_too_few(demo):
    ratings = ratings_of_runs(ClassRun.objects.all())
    assert sorted(rating.is_shown for rating in ratings.values()) == [False, True]
    assert min(rating.answers for rating in ratings.values()) == voices.FEW_ANSWERS < FEWEST
    rows = satisfaction(ClassRun.objects.all())
    assert sorted(row["satisfaction"] is None for row in rows.values()) == [False, True]
    assert all(row["people"] > row["answers"] for row in rows.values())


def test_what_is_wanted_has_wishes_searches_and_waiting_lists(demo):
    demands = demand_of(demo_account("district_office"), 7)
    assert any(one.wishes and one.searches for one in demands)
    assert any(one.waiting for one in demands)
    assert all(one.words.endswith(marks.NAMED) for one in demands if one.wishes)
    assert any(one.times and one.audiences for one in demands)


def test_everything_that_is_read_says_that_it_is_a_sample(demo):
    assert all(text.startswith(marks.SAID) for text in Question.objects.values_list("text", flat=True))
    assert all(text.startswith("示例") for text in Question.objects.exclude(answer="").values_list("answer", flat=True))
    sentences = SurveyAnswer.objects.exclude(comment="").values_list("comment", flat=True)
    assert sentences
    assert all(text.startswith(marks.SAID) for text in sentences)
    assert all(text.endswith(marks.NAMED) for text in LearningWish.objects.values_list("wish", flat=True))
    assert all("示例" in text for text in SearchedWords.objects.values_list("words", flat=True))
    made = CoursePage.objects.filter(code__startswith=marks.WORK_CODE)
    assert made
    assert all(page.is_sample and page.draft_title.endswith(marks.NAMED) for page in made)
    assert not Question.objects.filter(asker__is_sample=False).exists()


def test_the_public_page_says_beside_the_mean_that_it_is_a_sample(demo, client):
    run = next(run for run, rating in ratings_of_runs(ClassRun.objects.all()).items() if rating.is_shown)
    page = ClassRun.objects.get(pk=run).learning
    words = client.get(page.url).text
    told = words[words.index("said-rating") :]
    assert "示例" in told[: told.index("</p>")]


def test_places_hold_and_offers_end_within_a_day(demo):
    assert list(audit()) == []
    offers = Offer.objects.filter(outcome=OfferOutcome.OPEN)
    assert offers.count() == 2
    assert all(0 < (offer.expires_at - timezone.now()).total_seconds() < 24 * 3600 for offer in offers)


def said():
    """What the residents said and what lies on the desks, keys left out."""
    return [
        *Question.objects.order_by("pk").values_list("text", "due_on", "page__url_path", "asker__name", "answer"),
        *LearningWish.objects.order_by("pk").values_list("wish", "street__title", "time_of_day"),
        *SearchedWords.objects.order_by("words").values_list("words", "searches", "empty"),
        *sorted(SurveyAnswer.objects.values_list("class_run__code", "satisfaction", "comment")),
        *CoursePage.objects.filter(code__startswith=marks.WORK_CODE).order_by("path").values_list(
            "url_path", "code", "draft_title", "live", "translation_key"
        ),
    ]  # fmt: skip


def test_twice_is_as_good_as_once(demo):
    before, rows = said(), row_counts()
    seed_demo(size=SIZE, seed=7)
    assert said() == before
    assert row_counts() == rows


def test_removal_leaves_nothing_but_the_log_of_who_was_refused(accounts):
    before, pages = row_counts(), tree()
    LearningWish.objects.create(wish="手语")
    seed_demo(size=SIZE)
    call_command("seed_demo", remove=True, verbosity=0)
    after = row_counts()
    assert RecordAccess.objects.filter(kind=AccessKind.REFUSED).count() == 1  # append-only in the database
    assert LearningWish.objects.get().wish == "手语", "what a resident wrote stays"
    LearningWish.objects.all().delete()
    before["accounts.RecordAccess"], after["search.LearningWish"] = after["accounts.RecordAccess"], 0
    assert after == before
    assert tree() == pages


def test_without_demo_accounts_residents_speak_and_no_page_is_begun(streets):
    said_so = seed_demo(size=SIZE)
    assert "先运行 create_demo_accounts" in said_so
    assert Question.objects.count() == 6
    assert not CoursePage.objects.filter(code__startswith=marks.WORK_CODE).exists()
    assert not CourseProject.objects.exists()
    assert not RecordAccess.objects.exists()


def test_an_account_that_only_has_the_name_gets_no_work(streets):
    User.objects.create_user("xueyuan", last_name="王", first_name="老师")
    seed_demo(size=SIZE)
    assert not CoursePage.objects.filter(code__startswith=marks.WORK_CODE).exists()


def test_a_course_before_the_reviewers_goes_with_its_scores(demo):
    assert ReviewRound.objects.get().course.code.startswith(marks.WORK_CODE)
    call_command("seed_demo", remove=True, verbosity=0)
    assert not ReviewRound.objects.exists()
    assert not PageLogEntry.objects.filter(action="wagtail.workflow.start").exists()


def test_a_term_without_people_is_silent(accounts):
    seed_demo(size=100, people=False)
    assert not Question.objects.exists()
    assert not LearningWish.objects.exists()
    assert not CoursePage.objects.filter(code__startswith=marks.WORK_CODE).exists()

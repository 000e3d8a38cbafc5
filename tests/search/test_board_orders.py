"""The board's orders against plain sorting, the fairness among equals, and the other run where one is full."""

import datetime
import random

import pytest
from django.utils import timezone

from search.board import current_board, order
from search.nearby import geography
from tests.factories.learning import CoursePageFactory, EventPageFactory, NewsPageFactory
from tests.factories.network import SubCentrePageFactory
from tests.factories.timetable import ClassRunFactory, SubjectFactory, days_from_today
from tests.search.timetables import make, public_runs, touch
from timetable.enums import EnrolMode
from timetable.models import ClassRun, LearningPage

SEEDS = (1, 2, 3)


def runs_in(chosen):
    runs = public_runs()
    if "free" in chosen:
        runs = runs.filter(fee_fen=0)
    if "places" in chosen:
        runs = runs.filter(places_left__gt=0)
    return runs


def sorted_plainly(board, chosen, distances=None):
    """Page ids in order, each run of each page looked at."""
    today, day = timezone.localdate(), board.timetable.day
    keys = {}
    if not chosen:
        nothing = ((99,), True, datetime.date.max)
        keys = dict.fromkeys(
            LearningPage.objects.live().public().values_list("pk", flat=True), nothing if distances else nothing[2:]
        )
    for run in runs_in(chosen):
        closed = run.enrol_closes_at and run.enrol_closes_at <= timezone.now()
        can_join = run.starts_on >= today and not closed
        start = run.starts_on if can_join else datetime.date.max - datetime.timedelta(days=1)
        key = (start,)
        if distances:
            known = distances.get(run.centre_id)
            key = (known.order if known else (99,), not run.places_left, start)
        keys[run.learning_id] = min(key, keys.get(run.learning_id, key))
    return sorted(keys, key=lambda page: (keys[page], order.turn(page, day)))


@pytest.fixture(params=["few", "many"])
def either_way(request, monkeypatch):
    """Few rows are sorted one by one, many in blocks: the same order."""
    if request.param == "many":
        monkeypatch.setattr(order, "_FEW", -1)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.usefixtures("either_way")
def test_soonest_is_what_can_be_joined_by_next_start_then_the_rest_then_without_a_run(district, seed):
    make(district, seed)
    board = current_board()
    for chosen in ({}, {"free": True}, {"places": True}):
        mask = board.select(chosen)
        plain = sorted_plainly(board, chosen)
        assert board.soonest(mask) == plain
        assert [page for start in range(0, len(plain), 5) for page in board.soonest(mask, start, 5)] == plain


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.usefixtures("either_way")
def test_nearest_is_by_the_nearest_run_places_before_none_then_the_soonest(district, seed):
    make(district, seed)
    board = current_board()
    for place in (
        f"street-{district.street.slug}",
        f"street-{district.other_street.slug}",
        f"centre-{district.sub_centre.pk}",
    ):
        distances = geography().distances(geography().origin(place))
        for chosen in ({}, {"free": True}, {"places": True}):
            mask = board.select(chosen)
            plain = sorted_plainly(board, chosen, distances)
            pages = board.nearest(mask, distances)
            assert list(pages) == plain
            assert len(pages) == len(plain)
            assert [page for start in range(0, len(plain), 4) for page in pages[start : start + 4]] == plain
            assert pages[-1] == plain[-1]


def test_own_street_comes_first_though_another_is_nearer(district):
    far = SubCentrePageFactory(parent=district.other_street, latitude=31.545, longitude=120.302)
    ours = SubCentrePageFactory(parent=district.street, latitude=31.60, longitude=120.302)
    there, here = CoursePageFactory(parent=district.other_street), CoursePageFactory(parent=district.other_street)
    ClassRunFactory(learning=there, centre=far)
    ClassRunFactory(learning=here, centre=ours)
    touch()
    district.street.latitude, district.street.longitude = 31.544, 120.302
    district.street.save()
    board = current_board()
    distances = geography().distances(geography().origin(f"street-{district.street.slug}"))
    assert distances[far.pk].metres < distances[ours.pk].metres
    assert board.nearest(board.select({"free": True}), distances)[:2] == [here.pk, there.pk]


def test_equals_take_turns_from_day_to_day_and_stay_for_the_day(district, monkeypatch):
    pages = [CoursePageFactory(parent=district.street).pk for _page in range(6)]
    touch()
    first = set()
    for day in range(30):
        moved = days_from_today(day)
        monkeypatch.setattr(timezone, "localdate", lambda *args, moved=moved: moved)
        board = current_board()
        order_of_the_day = board.soonest(board.select({}))
        assert sorted(order_of_the_day) == sorted(pages)
        assert order_of_the_day == board.soonest(board.select({}), 0, 3) + board.soonest(board.select({}), 3, 3)
        first.add(order_of_the_day[0])
    assert len(first) >= 4


# ---------------------------------------------------------------- best


def test_relevance_leads_and_a_near_course_that_does_not_fit_cannot_win(district):
    near, far = CoursePageFactory(parent=district.street), CoursePageFactory(parent=district.other_street)
    ClassRunFactory(learning=near, centre=district.sub_centre)
    ClassRunFactory(learning=far, centre=SubCentrePageFactory(parent=district.other_street, latitude=31.70))
    touch()
    board = current_board()
    mask = board.select({})
    distances = geography().distances(geography().origin(f"centre-{district.sub_centre.pk}"))
    assert board.best([(far.pk, 1.0), (near.pk, 0.6)], mask, distances) == [far.pk, near.pk]
    assert board.best([(far.pk, 1.0), (near.pk, 0.9)], mask, distances) == [near.pk, far.pk]
    assert board.best([(far.pk, 1.0), (near.pk, 0.9)], mask) == [far.pk, near.pk]


def test_at_the_same_relevance_places_then_the_soonest(district):
    full, late, soon = (CoursePageFactory(parent=district.street) for _page in range(3))
    news = NewsPageFactory(parent=district.news_index)
    ClassRunFactory(learning=full, capacity=1, full=True)
    ClassRunFactory(learning=late, starts_on=days_from_today(20))
    ClassRunFactory(learning=soon, starts_on=days_from_today(3))
    touch()
    board = current_board()
    scored = [(page.pk, 0.8) for page in (news, full, late, soon)]
    found = board.best(scored, board.select({}))
    assert found[:2] == [soon.pk, late.pk]
    assert set(found[2:]) == {full.pk, news.pk}
    assert board.best([], board.select({})) == []


def test_only_runs_in_the_mask_count_for_best(district):
    other_day, right_day = CoursePageFactory(parent=district.street), CoursePageFactory(parent=district.street)
    ClassRunFactory(learning=other_day, weekdays=[3])
    ClassRunFactory(learning=other_day, weekdays=[5], full=True, capacity=1)
    ClassRunFactory(learning=right_day, weekdays=[5])
    touch()
    board = current_board()
    scored = [(other_day.pk, 0.8), (right_day.pk, 0.8)]
    assert board.best(scored, board.select({"weekday": "5"})) == [right_day.pk, other_day.pk]


# ---------------------------------------------------------------- where a run is full


@pytest.fixture
def full(district):
    course = CoursePageFactory(parent=district.street, subject=SubjectFactory())
    return ClassRunFactory(learning=course, centre=district.sub_centre, capacity=1, full=True)


def alternative(run):
    touch()
    return current_board().alternatives([run], geography().places).get(run.pk)


def test_the_nearest_run_of_the_same_course_comes_before_a_nearer_one_of_the_subject(district, full):
    away = SubCentrePageFactory(parent=district.other_street, latitude=31.560)
    farther = SubCentrePageFactory(parent=district.other_street, latitude=31.600)
    other = CoursePageFactory(parent=district.street, subject=full.learning.subject)
    alike = ClassRunFactory(learning=other, centre=district.sub_centre)
    assert alternative(full) == (alike.pk, 0.0)
    ClassRunFactory(learning=full.learning, centre=farther)
    same = ClassRunFactory(learning=full.learning, centre=away, starts_on=days_from_today(30))
    found, km = alternative(full)
    assert found == same.pk
    assert km == pytest.approx(1.78, abs=0.01)


def test_at_the_same_place_the_sooner_run(district, full):
    ClassRunFactory(learning=full.learning, centre=district.sub_centre, starts_on=days_from_today(30))
    sooner = ClassRunFactory(learning=full.learning, centre=district.sub_centre, starts_on=days_from_today(10))
    assert alternative(full)[0] == sooner.pk


@pytest.mark.parametrize(
    "facts",
    [
        {"capacity": 1, "full": True},
        {"capacity": None},
        {"mode": EnrolMode.COUNTER},
        {"enrol_opens_at": None},
        {"enrol_opens_at": timezone.now() + datetime.timedelta(days=3)},
        {"enrol_closes_at": timezone.now() - datetime.timedelta(hours=1)},
        {"draft": True},
        {"cancelled": True},
        {"over": True},
    ],
)
def test_nothing_is_offered_that_cannot_be_taken(full, facts):
    ClassRunFactory(learning=full.learning, **facts)
    assert alternative(full) is None


def test_another_subject_no_subject_and_another_kind_are_no_alternative(district, full):
    ClassRunFactory(learning=CoursePageFactory(parent=district.street, subject=SubjectFactory()))
    ClassRunFactory(learning=CoursePageFactory(parent=district.street))
    ClassRunFactory(learning=EventPageFactory(parent=district.street, subject=full.learning.subject))
    assert alternative(full) is None
    alone = ClassRunFactory(learning=CoursePageFactory(parent=district.street), capacity=1, full=True)
    assert alternative(alone) is None


def test_many_full_runs_cost_as_much_as_one(district, full, django_assert_num_queries):
    ClassRunFactory(learning=full.learning)
    others = [ClassRunFactory(learning=full.learning, capacity=1, full=True) for _run in range(4)]
    touch()
    places = geography().places
    for runs in ([full], [full, *others]):
        board = current_board()
        assert board.with_places
        with django_assert_num_queries(1):  # the runs that may be taken
            assert len(board.alternatives(runs, places)) == len(runs)


def test_a_run_of_a_hidden_page_has_no_alternative(district, full):
    ClassRunFactory(learning=full.learning)
    LearningPage.objects.filter(pk=full.learning_id).update(live=False)
    assert alternative(full) is None
    assert ClassRun.objects.filter(pk=full.pk).exists()


def test_a_list_can_be_read_from_any_place(district):
    make(district, 8)
    board = current_board()
    pages = board.nearest(board.select({}), {})
    every = list(pages)
    chance = random.Random(8)  # noqa: S311
    for _slice in range(30):
        start, stop = sorted(chance.randrange(len(every) + 3) for _end in range(2))
        assert pages[start:stop] == every[start:stop]
    assert pages[::-1] == every[::-1]
    assert pages[1::2] == every[1::2]
    with pytest.raises(IndexError):
        pages[len(every)]

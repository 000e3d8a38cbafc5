"""The board counts, filters and sorts exactly as the tables say, on every question, and reads them seldom."""

import random
from array import array

import pytest
from django.db import connection
from django.db.models import Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from search.board import FACETS, current_board, sql
from search.board.bits import Column, Layout, Numbers, positions
from search.board.timetable import Timetable, runs_to_read
from search.models import SearchState
from tests.factories.learning import CoursePageFactory
from tests.factories.timetable import AudienceFactory, ClassRunFactory, days_from_today
from tests.search.timetables import expected, make, public_runs, touch, values
from timetable.models import ClassRun, LearningPage

SEEDS = (1, 2, 3)


# ---------------------------------------------------------------- sets of rows


@pytest.mark.parametrize("seed", SEEDS)
def test_sets_of_rows_are_what_sets_of_numbers_would_be(seed):
    chance = random.Random(seed)  # noqa: S311
    counts = [chance.choice([1, 1, 2, 3, 9, 40]) for _page in range(200)]
    layout = Layout(counts)
    owner = [page for page, count in enumerate(counts) for _row in range(count)]
    assert layout.rows == len(owner)
    for share in (0.0, 0.02, 0.5, 1.0):
        rows = {row for row in range(layout.rows) if chance.random() < share}
        mask = sum(1 << row for row in rows)
        pages = sorted({owner[row] for row in rows})
        assert positions(mask) == sorted(rows)
        assert layout.numbers_in(mask) == pages
        assert layout.count(mask) == len(pages)
        assert positions(layout.firsts(mask)) == [min(row for row in rows if owner[row] == page) for page in pages]
        assert positions(layout.rows_of_all(pages)) == [row for row, page in enumerate(owner) if page in set(pages)]
        has = layout.has(mask)
        assert [page for page in range(len(counts)) if has(page)] == pages
    for page in (0, 7, 199):
        assert [owner[row] for row in positions(layout.rows_of(page))] == [page] * counts[page]
        assert layout.number_of(layout.starts[page]) == page
    assert list(layout.spread([page % 256 for page in range(200)])) == [page % 256 for page in owner]


def test_a_column_knows_the_rows_of_a_code_and_of_a_bit():
    column = Column([5, 1, 0, 4, 255])
    assert positions(column.rows(1)) == [1]
    assert positions(column.rows_with(4, 4)) == [0, 3, 4]
    assert column.rows(7) == 0
    assert column.code(3) == 4


def test_numbers_of_any_size_are_told_apart():
    numbers = [0 if row == 400 else row % 600 + (1 << 29) * (row % 2) for row in range(1200)]
    column = Numbers(array("I", numbers).tobytes())
    for number in (1, 255, 256, 598, 599 + (1 << 29)):
        assert positions(column.rows(number)) == [row for row, one in enumerate(numbers) if one == number]
    for nowhere in (0, -1, 599, 1 << 20, 1 << 29, 1 << 40):
        assert column.rows(nowhere) == 0
    assert [column.at(row) for row in range(1200)] == numbers
    assert column.values == sorted(set(numbers) - {0})
    nothing = Numbers(bytes(4 * 3))
    assert (nothing.values, nothing.rows(1), nothing.at(2)) == ([], 0, 0)


def test_numbers_travel_from_the_database_whole(db):
    highest = (1 << 30) - 1
    SearchState.objects.bulk_create(SearchState(name=str(token), token=token) for token in (1, 0x7FFF, 0x8000, highest))
    rows = SearchState.objects.filter(token__lte=highest).order_by("token")
    two = sql.Two(Value(sql.LAST_DAY), Value(0x7FFF))
    read = sql.read(rows, sql.Key("token"), two)
    assert list(read[0::2]) == list(rows.values_list("token", flat=True))
    assert set(sql.firsts(read[1::2])) == {sql.LAST_DAY}
    assert {number & 0x7FFF for number in read} >= {0x7FFF}
    assert sql.read(rows.filter(token=-1), two, two) == array("I")


# ---------------------------------------------------------------- filters and facets


@pytest.mark.parametrize("seed", SEEDS)
def test_every_filter_finds_what_the_tables_say(district, seed):
    make(district, seed)
    board = current_board()
    for field, options in values().items():
        for value in options:
            assert set(board.ids(board.select({field: value}))) == expected({field: value}), (field, value)
    assert set(board.ids(board.select({"weekday": "6,7"}))) == expected({"weekday": "6,7"})
    assert set(board.ids(board.select({}))) == expected({})


@pytest.mark.parametrize("seed", SEEDS)
def test_filters_together_hold_in_one_run_and_facets_leave_out_their_own(district, seed):
    make(district, seed, pages=40)
    board, options = current_board(), values()
    chance = random.Random(seed)  # noqa: S311
    found = 0
    for _question in range(12):
        chosen = {
            field: chance.choice(options[field]) for field in chance.sample(list(options), chance.choice([2, 2, 3]))
        }
        mask = board.select(chosen)
        assert set(board.ids(mask)) == expected(chosen), chosen
        assert board.count(mask) == len(expected(chosen))
        found += board.count(mask)
        facets = board.facets(chosen)
        assert tuple(facets) == FACETS
        for field, counts in facets.items():
            others = {other: value for other, value in chosen.items() if other != field}
            plain = {value: len(expected(others | {field: value})) for value in options[field]}
            assert counts == {value: number for value, number in plain.items() if number}, (chosen, field)
    assert found  # or nothing was compared


def test_facets_within_some_pages_count_only_those(district):
    make(district, 4)
    board = current_board()
    some = board.ids(board.select({}))[::2]
    hits = board.mask_of([*some, 999_999])
    assert board.ids(hits) == some
    counted = board.facets({"free": True}, within=hits, fields=("weekday", "free"))
    assert set(counted) == {"weekday", "free"}
    for day, number in counted["weekday"].items():
        assert number == len(expected({"free": True, "weekday": day}) & set(some))
    assert counted["free"][True] == len(expected({"free": True}) & set(some))


def test_whether_a_page_is_in_a_mask_is_told_for_many_at_once(district):
    make(district, 5)
    board = current_board()
    mask = board.select({"free": True})
    has = board.has(mask)
    every = [*LearningPage.objects.values_list("pk", flat=True), 999_999]
    assert {page for page in every if has(page)} == set(board.ids(mask))


def test_the_runs_of_a_page_are_those_in_the_mask_what_can_be_joined_first(district):
    make(district, 6)
    board = current_board()
    for chosen in ({}, {"free": True}, {"weekday": "3"}):
        mask = board.select(chosen)
        for page in board.ids(mask):
            mine = public_runs().filter(learning=page)
            if "free" in chosen:
                mine = mine.filter(fee_fen=0)
            if "weekday" in chosen:
                mine = mine.filter(weekdays__has=3)
            today = timezone.localdate()
            found = {run.pk: run for run in mine}
            keys = board.runs(page, mask)
            assert set(keys) == set(found)
            now = timezone.now()
            late = [
                run.starts_on < today or bool(run.enrol_closes_at and run.enrol_closes_at <= now)
                for run in map(found.get, keys)
            ]
            days = [(found[key].starts_on - today).days for key in keys]
            when = [(is_late, -day if is_late else day) for is_late, day in zip(late, days, strict=True)]
            assert when == sorted(when)
    assert board.runs(999_999, mask) == []


def test_words_in_titles_are_looked_up_once_however_they_are_mixed(district):
    CoursePageFactory(parent=district.street, title="少儿舞蹈")
    board = current_board()
    assert board.told(("少儿", "儿童")) == board.told(("儿童", "少儿", "少儿")) != 0
    assert len(board.timetable.told) == 1


def test_an_empty_district_has_an_empty_board(district):
    board = current_board()
    assert board.ids(board.select({})) == []
    assert board.soonest(board.select({}), 0, 12) == []
    assert list(board.nearest(board.select({}), {})) == []
    assert board.facets({}) == {field: {} for field in FACETS}
    assert board.mask_of([1]) == 0


# ---------------------------------------------------------------- fresh


def test_what_is_not_public_and_what_is_over_is_never_counted(district):
    shown = CoursePageFactory(parent=district.street)
    ClassRunFactory(learning=shown, draft=True)
    ClassRunFactory(learning=shown, cancelled=True)
    ClassRunFactory(learning=shown, over=True)
    for hidden in (CoursePageFactory(parent=district.street, live=False), CoursePageFactory(parent=district.street)):
        ClassRunFactory(learning=hidden)
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    touch()
    board = current_board()
    assert board.ids(board.select({})) == [shown.pk]
    assert board.runs(shown.pk, board.select({})) == []
    assert board.facets({})["weekday"] == {}


def test_the_last_place_is_seen_by_the_next_question_though_nothing_was_loaded(district, monkeypatch):
    run = ClassRunFactory(learning=CoursePageFactory(parent=district.street), capacity=1)
    touch()
    assert current_board().select({"places": True})
    monkeypatch.setattr("search.board.Timetable", None)  # a booking loads nothing
    ClassRun.objects.filter(pk=run.pk).update(places_left=0)
    assert current_board().select({"places": True}) == 0
    assert current_board().facets({})["places"] == {}
    ClassRun.objects.filter(pk=run.pk).update(places_left=1)
    assert current_board().facets({})["places"] == {True: 1}
    ClassRun.objects.filter(pk=run.pk).update(places_left=None, capacity=None)
    assert current_board().select({"places": True}) == 0  # not published is not "places left"


def test_a_known_timetable_costs_one_query_and_places_one_more(district, django_assert_num_queries):
    make(district, 7)
    current_board().facets({})  # reads the audiences, which nothing asked for before
    with django_assert_num_queries(1):
        board = current_board()
        board.facets({"street": district.street.slug}, fields=("weekday", "time", "kind"))
        board.soonest(board.select({"free": True}), 0, 12)
    with django_assert_num_queries(1):
        board.facets({"places": True})
        board.best([(page, 1.0) for page in board.ids(board.select({}))], board.select({}))


def test_another_token_loads_and_the_same_does_not(district):
    course = CoursePageFactory(parent=district.street)
    touch()
    assert current_board().ids(current_board().select({})) == [course.pk]
    known = current_board().timetable
    other = CoursePageFactory(parent=district.street)
    SearchState.objects.filter(name="timetable").update(token=-5)
    assert current_board().ids(current_board().select({})) == [course.pk, other.pk]
    assert current_board().timetable is not known
    assert current_board().timetable is current_board().timetable


def test_without_a_token_nothing_is_kept(district):
    SearchState.objects.filter(name="timetable").delete()
    assert current_board().timetable is not current_board().timetable
    course = CoursePageFactory(parent=district.street)
    SearchState.objects.filter(name="timetable").delete()
    assert current_board().ids(current_board().select({})) == [course.pk]


def test_at_midnight_what_ended_yesterday_is_gone_and_what_began_is_under_way(district, monkeypatch):
    over, begun, coming = (CoursePageFactory(parent=district.street) for _page in range(3))
    single = {"weekdays": [], "session_count": None}
    ClassRunFactory(learning=over, starts_on=days_from_today(0), ends_on=days_from_today(0), **single)
    ClassRunFactory(learning=begun, starts_on=days_from_today(0), weekdays=[1, 2, 3, 4, 5, 6, 7])
    ClassRunFactory(learning=coming, starts_on=days_from_today(5))
    touch()
    board = current_board()
    held = board.select({"delivery": "onsite"})
    assert set(board.soonest(held, 0, 2)) == {over.pk, begun.pk}
    tomorrow = days_from_today(1)
    monkeypatch.setattr(timezone, "localdate", lambda *args: tomorrow)
    board = current_board()
    assert board.soonest(board.select({"delivery": "onsite"}), 0, 9) == [coming.pk, begun.pk]


def test_an_audience_for_everyone_that_nobody_has_adds_nothing(district):
    AudienceFactory(is_everyone=True)
    elders = AudienceFactory(code="elders")
    course = CoursePageFactory(parent=district.street)
    course.audiences = [elders]
    course.save()
    touch()
    assert current_board().facets({})["audience"]["elders"] == 1


# ---------------------------------------------------------------- what the databases do


def test_the_timetable_is_read_from_one_index(district):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_incremental_sort = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = (
        runs_to_read(timezone.localdate())
        .values("pk", "centre", "weekdays", "fee_fen", "delivery", "starts_at")
        .explain()
    )
    assert "run_of_learning" in plan
    assert ("COVERING INDEX" in plan) if connection.vendor == "sqlite" else ("Index Only Scan" in plan)
    assert "TEMP B-TREE" not in plan


def test_places_are_read_from_an_index_of_their_own(district):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        ClassRunFactory(learning=CoursePageFactory(parent=district.street))
        touch()
        current_board().facets({})
    sql = next(query["sql"] for query in asked if "none_left" in query["sql"] and query["sql"].startswith("WITH"))
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX run_current")  # as good for three rows, not for 100,000
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"{'EXPLAIN' if connection.vendor == 'postgresql' else 'EXPLAIN QUERY PLAN'} {sql}")
        plan = str(cursor.fetchall())
    assert "run_none_left" in plan


@pytest.mark.postgres_only
def test_a_booking_touches_no_index_unless_it_takes_the_last_place(district):
    run = ClassRunFactory(learning=CoursePageFactory(parent=district.street), capacity=3)

    def rewritten():
        """Updates so far in this transaction that had to write the row's indexes anew."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT n_tup_upd - n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'timetable_classrun'"
            )
            return cursor.fetchone()[0]

    before = rewritten()
    ClassRun.objects.filter(pk=run.pk).update(places_left=2)
    ClassRun.objects.filter(pk=run.pk).update(places_left=1)
    assert rewritten() == before
    ClassRun.objects.filter(pk=run.pk).update(places_left=0)
    assert rewritten() == before + 1


def test_a_run_of_another_age_breaks_nothing(district):
    course = CoursePageFactory(parent=district.street)
    for number, (first, last) in enumerate([("1950-01-01", "9999-12-31"), ("2100-01-01", "2100-01-02")]):
        ClassRun.objects.bulk_create([
            ClassRun(
                learning=course, centre=district.street, code=f"age-{number}", starts_on=first, ends_on=last,
                starts_at="09:00", ends_at="10:00", status="published",
            )
        ])  # fmt: skip
    board = Timetable(timezone.localdate())
    assert board.upcoming.bit_count() == 1
    assert board.under_way.bit_count() == 1

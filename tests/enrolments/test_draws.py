"""The acts of a draw on the database: each once, each refused with its reason, and recomputable by a stranger's script."""

import datetime
import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.staticfiles import finders
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from core.errors import DomainError
from enrolments import lottery
from enrolments.draw_views import published
from enrolments.enums import DrawResult, Reason, Route, Status
from enrolments.models import Draw, Enrolment, EnrolmentEvent, Seat
from enrolments.services import draws, places
from enrolments.services.core import SYSTEM, By, move
from tests.enrolments.drawing import DAY, PUBLIC_VALUE, draw_run, enter, freeze, held, hold
from tests.factories.learning import CoursePageFactory
from tests.factories.people import ResidentFactory, UserFactory
from tests.factories.timetable import ClassRunFactory, TermFactory, days_from_today
from timetable.enums import ClassRunStatus, EnrolMode
from timetable.models import ClassRun
from timetable.services import cancel_class_run, publish_class_run, save_class_run

pytestmark = pytest.mark.django_db


def refusal(act, *args, **kwargs):
    with pytest.raises(DomainError) as caught:
        act(*args, **kwargs)
    return caught.value.code


def taken_part(resident, run, status=Status.ENROLLED):
    """``resident`` has a place in ``run``, as if the class had been held."""
    seat = Seat.objects.free().filter(class_run=run).first()
    enrolment = Enrolment(resident=resident, class_run=run, status=status, seat=seat if status == "enrolled" else None)
    enrolment.save()
    return enrolment


class TestCommitting:
    def test_publishing_a_draw_run_publishes_the_promise(self, district):
        now = timezone.now()
        run = ClassRunFactory(
            draft=True,
            learning=CoursePageFactory(parent=district.street),
            mode=EnrolMode.DRAW,
            enrol_opens_at=now + DAY,
            enrol_closes_at=now + 2 * DAY,
        )
        assert not Draw.objects.exists()
        publish_class_run(run)
        draw = Draw.objects.get()
        assert draw.class_run == run
        assert draw.rule_version == lottery.RULE
        assert draw.seed_hash == lottery.seed_hash(draw.seed)
        assert draw.committed_at < run.enrol_opens_at
        assert "双色球" in draw.public_value_name

    def test_every_draw_has_a_seed_of_its_own(self, district):
        seeds = {draw_run(district, seed=None).draw.seed for _number in range(3)}
        assert len(seeds) == 3
        assert all(len(bytes.fromhex(seed)) == 32 for seed in seeds)

    def test_a_second_call_changes_nothing(self, district):
        run = draw_run(district)
        before = Draw.objects.values().get()
        draws.commit_draw(run)
        assert Draw.objects.values().get() == before

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"mode": EnrolMode.FIRST_COME}, "not_a_draw"),
            ({"capacity": None}, "no_places"),
            ({"enrol_closes_at": None}, "no_window"),
            ({"enrol_opens_at": datetime.timedelta(0)}, "opened"),
        ],
    )
    def test_a_promise_that_would_be_worth_nothing_is_refused(self, district, changes, code):
        now = timezone.now()
        facts = {"mode": EnrolMode.DRAW, "enrol_opens_at": now + DAY, "enrol_closes_at": now + 2 * DAY}
        if "enrol_opens_at" in changes:
            changes = {"enrol_opens_at": now}
        learning = CoursePageFactory(parent=district.street)
        run = ClassRunFactory(draft=True, learning=learning, **{**facts, **changes})
        assert refusal(draws.commit_draw, run) == code
        assert not Draw.objects.exists()

    def test_a_run_that_is_open_already_cannot_be_published_as_a_draw(self, district):
        learning = CoursePageFactory(parent=district.street)
        run = ClassRunFactory(draft=True, learning=learning, mode=EnrolMode.DRAW)
        assert refusal(publish_class_run, run) == "opened"
        run.refresh_from_db()
        assert run.status == ClassRunStatus.DRAFT


class TestDescribing:
    def test_until_the_window_opens(self, district):
        run = draw_run(district, capacity=5)
        draws.describe_draw(run, " 福彩3D \n 第 100 期", [{"kind": "N", "seats": 2}, {"kind": "S", "seats": 1}])
        draw = Draw.objects.get()
        assert draw.public_value_name == "福彩3D 第 100 期"
        assert draw.shares == [{"kind": "N", "seats": 2}, {"kind": "S", "seats": 1}]
        assert refusal(draws.describe_draw, run, "别的", [], now=run.enrol_opens_at) == "opened"

    @pytest.mark.parametrize(
        ("name", "shares", "code"),
        [
            ("  ", [], "no_name"),
            ("长" * 201, [], "no_name"),
            ("数", [{"kind": "N", "seats": 4}], "bad_shares"),
            ("数", [{"kind": "N", "seats": 0}], "bad_shares"),
            ("数", [{"kind": "X", "seats": 1}], "bad_shares"),
            ("数", [{"kind": "N", "seats": 1}, {"kind": "N", "seats": 1}], "bad_shares"),
        ],
    )
    def test_nonsense_is_refused(self, district, name, shares, code):
        assert refusal(draws.describe_draw, draw_run(district, capacity=3), name, shares) == code


class TestFreezing:
    def test_the_list_and_the_places_are_published(self, district):
        run = draw_run(district, capacity=5, counter_quota=2)
        enter(run, receipt="B0000002")
        enter(run, receipt="A0000001")
        draw = draws.freeze(run, now=run.enrol_closes_at)
        assert draw.entry_list == "A0000001 A0000001 -\nB0000002 B0000002 -\n"
        assert draw.entries_hash == lottery.list_hash(draw.entry_list)
        assert draw.frozen_at == run.enrol_closes_at

    def test_counter_seats_count_only_when_their_time_is_over(self, district):
        over = draw_run(district, capacity=5, counter_quota=2)
        assert freeze(over).places == 5
        assert ClassRun.objects.get(pk=over.pk).places_left == 5
        kept = draw_run(district, capacity=5, counter_quota=2, counter_until=timezone.now() + 5 * DAY)
        assert freeze(kept).places == 3

    def test_not_before_the_window_closes(self, district):
        run = draw_run(district)
        assert refusal(draws.freeze, run, now=run.enrol_closes_at - datetime.timedelta(seconds=1)) == "not_closed"

    def test_once(self, district):
        run = draw_run(district)
        enter(run)
        freeze(run)
        before = Draw.objects.values().get()
        draws.freeze(run, now=run.enrol_closes_at + DAY)
        assert Draw.objects.values().get() == before

    def test_who_withdrew_before_is_not_in_the_list(self, district):
        run = draw_run(district)
        enter(run, receipt="A0000001")
        places.withdraw(enter(run, receipt="B0000002"), SYSTEM)
        assert freeze(run).entry_list == "A0000001 A0000001 -\n"

    def test_nobody_enters_afterwards(self, district):
        run = draw_run(district)
        enter(run)
        freeze(run)
        act = refusal(places.enrol, ResidentFactory(), run, By(), now=run.enrol_closes_at - datetime.timedelta(hours=1))
        assert act == "drawing"


class TestFlags:
    """Frozen with the entry, and only those that a share asks for."""

    def shares(self, run, *kinds):
        draws.describe_draw(run, "数", [{"kind": kind, "seats": 1} for kind in kinds])

    def flags(self, run):
        return {entry.receipt: entry.flags for entry in lottery.read_list(freeze(run).entry_list)}

    def test_undeclared_ones_are_not_published(self, district):
        run = draw_run(district)
        enter(run, receipt="A0000001", route=Route.COUNTER)
        assert self.flags(run) == {"A0000001": ""}

    def test_newcomer_and_assisted(self, district):
        run = draw_run(district)
        self.shares(run, "N", "A")
        old = ResidentFactory()
        taken_part(old, ClassRunFactory(learning=run.learning), Status.COMPLETED)
        enter(run, old, receipt="A0000001")
        enter(run, receipt="B0000002", route=Route.COUNTER)
        enter(run, receipt="C0000003")
        assert self.flags(run) == {"A0000001": "", "B0000002": "AN", "C0000003": "N"}

    def test_somebody_who_only_waited_is_still_a_newcomer(self, district):
        run = draw_run(district)
        self.shares(run, "N")
        resident = ResidentFactory()
        Enrolment.objects.create(
            resident=resident, class_run=ClassRunFactory(learning=run.learning), status=Status.LAPSED
        )
        enter(run, resident, receipt="A0000001")
        assert self.flags(run) == {"A0000001": "N"}

    def test_street(self, district):
        run = draw_run(district, centre=district.sub_centre)
        self.shares(run, "S")
        enter(run, ResidentFactory(street=district.street), receipt="A0000001")
        enter(run, ResidentFactory(street=district.other_street), receipt="B0000002")
        enter(run, ResidentFactory(outside_district=True), receipt="C0000003")
        assert self.flags(run) == {"A0000001": "S", "B0000002": "", "C0000003": ""}

    def test_lost_last(self, district):
        last = TermFactory(starts_on=days_from_today(-200), ends_on=days_from_today(-40))
        this = TermFactory()
        unlucky, seated_later, won, absent = (ResidentFactory() for _number in range(4))
        before = draw_run(district, capacity=1, term=last)
        for number, resident in enumerate((unlucky, seated_later, won)):
            enter(before, resident, receipt=f"P{number:07d}")
        freeze(before)
        hold(before)
        # Who won is the draw's to say; the test needs somebody of each kind.
        rows = sorted(before.draw.entries.select_related("enrolment__resident"), key=lambda row: row.rank)
        won, seated_later, unlucky = (row.enrolment.resident for row in rows)
        second = Enrolment.objects.get(resident=seated_later, class_run=before)
        seat = Seat.objects.create(class_run=before, number=99)
        move(second, Status.ENROLLED, Reason.SEAT_FREE, SYSTEM, seat=seat)
        move(second, Status.WITHDRAWN, Reason.WITHDREW, SYSTEM, seat=None)

        run = draw_run(district, term=this)
        self.shares(run, "L")
        for receipt, resident in zip("ABCD", (unlucky, seated_later, won, absent), strict=True):
            enter(run, resident, receipt=f"{receipt}0000001")
        assert self.flags(run) == {"A0000001": "L", "B0000001": "", "C0000001": "", "D0000001": ""}

    def test_nobody_lost_where_no_term_came_before(self, district):
        run = draw_run(district)
        self.shares(run, "L")
        enter(run, receipt="A0000001")
        assert self.flags(run) == {"A0000001": ""}


class TestHolding:
    def test_everybody_is_seated_or_waits_in_the_drawn_order(self, district):
        draw = held(district, entries=7, capacity=3)
        rows = list(draw.entries.select_related("enrolment__seat").order_by("rank"))
        assert [row.rank for row in rows] == [1, 2, 3, 4, 5, 6, 7]
        assert [row.enrolment.status for row in rows] == [Status.ENROLLED] * 3 + [Status.WAITING] * 4
        assert len({row.enrolment.seat_id for row in rows[:3]}) == 3
        assert [row.enrolment.queue_no for row in rows[3:]] == [1, 2, 3, 4]
        reasons = EnrolmentEvent.objects.exclude(from_status="").values_list("reason", flat=True)
        assert sorted(reasons) == [Reason.NOT_DRAWN] * 4 + [Reason.WON] * 3
        run = ClassRun.objects.get()
        assert (run.places_left, run.waiting) == (0, 4)

    def test_it_is_the_lottery_and_nothing_else(self, district):
        draw = held(district, entries=7, capacity=3)
        expected = lottery.draw(lottery.read_list(draw.entry_list), 3, draw.seed, PUBLIC_VALUE, draw.class_run.code)
        rows = draw.entries.order_by("rank")
        assert [lottery.Place(r.rank, r.code, r.key, r.result, r.share) for r in rows] == expected

    def test_only_once_ever(self, district):
        draw = held(district)
        before = published(draw)
        assert refusal(hold, draw.class_run, "别的数") == "drawn"
        assert published(Draw.objects.get()) == before

    def test_the_public_value_is_kept_in_its_one_form(self, district):
        run = draw_run(district)
        freeze(run)
        assert hold(run, " ０３　11 \n").public_value == "03 11"

    @pytest.mark.parametrize(
        ("value", "code"), [("", "no_value"), (" 　\n", "no_value"), ("1\0", "bad_value"), ("1" * 101, "bad_value")]
    )
    def test_a_public_value_that_is_none_is_refused(self, district, value, code):
        run = draw_run(district)
        freeze(run)
        assert refusal(hold, run, value) == code

    def test_not_before_the_list_is_frozen(self, district):
        assert refusal(hold, draw_run(district)) == "not_frozen"

    def test_not_without_a_promise(self, district):
        run = ClassRunFactory(learning=CoursePageFactory(parent=district.street))
        assert refusal(draws.hold, run, "1") == "no_draw"

    def test_not_for_a_cancelled_class(self, district):
        run = draw_run(district)
        freeze(run)
        cancel_class_run(run)
        assert refusal(hold, run) == "cancelled"

    def test_who_left_after_the_freezing_stays_in_the_list_and_gets_nothing(self, district):
        run = draw_run(district, capacity=2)
        entered = [enter(run, receipt=f"R{number:07d}") for number in range(4)]
        before = freeze(run).entries_hash
        keyed = lottery.in_order(lottery.read_list(run.draw.entry_list), run.draw.seed, PUBLIC_VALUE, run.code)
        first = keyed[0][1].receipt
        places.withdraw(next(one for one in entered if one.receipt == first), SYSTEM)
        draw = hold(run)
        assert draw.entries_hash == before
        assert [row.result for row in draw.entries.order_by("rank")] == [
            DrawResult.LEFT,
            DrawResult.SEATED,
            DrawResult.SEATED,
            DrawResult.WAITING,
        ]
        assert Enrolment.objects.get(receipt=first).status == Status.WITHDRAWN

    def test_a_family_has_one_key(self, district):
        run = draw_run(district, capacity=2)
        enter(run, receipt="A0000001")
        enter(run, receipt="B0000002", party="A0000001")
        enter(run, receipt="C0000003")
        freeze(run)
        rows = {row.code: row for row in hold(run).entries.all()}
        assert rows["A0000001"].key == rows["B0000002"].key != rows["C0000003"].key
        assert rows["B0000002"].rank == rows["A0000001"].rank + 1

    def test_shares_and_what_they_leave(self, district):
        run = draw_run(district, capacity=3)
        draws.describe_draw(run, "数", [{"kind": "A", "seats": 2}])
        for number in range(6):
            enter(run, receipt=f"R{number:07d}", route=Route.COUNTER if number == 5 else Route.ONLINE)
        freeze(run)
        draw = hold(run)
        seated = list(draw.entries.filter(result=DrawResult.SEATED))
        assert len(seated) == 3
        assert [row.code for row in seated if row.share == "A"] == ["R0000005"]

    def test_fewer_entries_than_places(self, district):
        draw = held(district, entries=2, capacity=5)
        assert set(draw.entries.values_list("result", flat=True)) == {DrawResult.SEATED}
        assert ClassRun.objects.get().places_left == 3

    def test_nobody_entered(self, district):
        draw = held(district, entries=0)
        assert draw.drawn_at
        assert draw.entries_hash == lottery.list_hash("")

    def test_the_promised_places_must_still_be_there(self, district):
        run = draw_run(district, capacity=3)
        for _number in range(3):
            enter(run)
        freeze(run)
        run.refresh_from_db()
        run.capacity = 2
        save_class_run(run)
        assert refusal(hold, run) == "seats_missing"
        assert not Enrolment.objects.exclude(status=Status.ENTERED).exists()

    def test_places_added_after_the_freezing_go_to_the_waiting_list(self, district):
        run = draw_run(district, capacity=1)
        for _number in range(3):
            enter(run)
        freeze(run)
        run.refresh_from_db()
        run.capacity = 2
        save_class_run(run)
        draw = hold(run)
        second = draw.entries.get(rank=2)
        assert second.result == DrawResult.WAITING
        assert second.enrolment.status == Status.OFFERED

    def test_winning_ends_the_wait_for_other_runs_of_the_course(self, district):
        run = draw_run(district, capacity=1)
        other = draw_run(district, capacity=1, learning=run.learning)
        winner, loser = ResidentFactory(), ResidentFactory()
        for resident in (winner, loser):
            enter(run, resident)
            enter(other, resident)
        freeze(run)
        draw = hold(run)
        won = draw.entries.get(rank=1).enrolment.resident
        lost = draw.entries.get(rank=2).enrolment.resident
        assert Enrolment.objects.get(class_run=other, resident=won).status == Status.WITHDRAWN
        assert Enrolment.objects.get(class_run=other, resident=lost).status == Status.ENTERED

    def test_everybody_is_told(self, district):
        draw = held(district, entries=4, capacity=3)
        people = [row.enrolment.resident for row in draw.entries.select_related("enrolment__resident")]
        assert all(resident.notices.count() == 1 for resident in people)

    def test_the_clerk_is_in_the_log(self, district):
        clerk = UserFactory()
        run = draw_run(district)
        enter(run)
        freeze(run)
        hold(run, by=By(clerk))
        assert EnrolmentEvent.objects.get(reason=Reason.WON).actor == clerk

    def test_the_number_of_queries_grows_only_with_what_is_written(self, district, django_assert_max_num_queries):
        run = draw_run(district, capacity=5)
        for _number in range(20):
            enter(run)
        freeze(run)
        # An enrolment, its event and its notice for each of 20; the rest does not depend on how many there are.
        with django_assert_max_num_queries(20 * 5 + 30):
            hold(run)


class TestPromisesKept:
    @pytest.mark.parametrize("name", ["code", "mode", "enrol_opens_at"])
    def test_what_the_draw_rests_on_cannot_change_once_people_enter(self, district, name, time_machine):
        run = draw_run(district)
        before = ClassRun.objects.get(pk=run.pk)
        time_machine.move_to(run.enrol_opens_at + DAY)
        changed = {"code": "X", "mode": EnrolMode.FIRST_COME, "enrol_opens_at": run.enrol_opens_at + 2 * DAY}
        setattr(run, name, changed[name])
        assert refusal(draws.refuse_broken_promise, run, before) == "draw_promised"

    def test_before_the_window_opens_everything_may_change(self, district):
        run = draw_run(district)
        before = ClassRun.objects.get(pk=run.pk)
        run.code, run.mode = "X", EnrolMode.FIRST_COME
        draws.refuse_broken_promise(run, before)
        assert Draw.objects.filter(class_run=run).exists()

    def test_the_window_cannot_be_put_before_the_promise(self, district):
        run = draw_run(district)
        before = ClassRun.objects.get(pk=run.pk)
        run.enrol_opens_at = run.draw.committed_at - DAY
        assert refusal(draws.refuse_broken_promise, run, before) == "draw_promised"

    def test_the_window_cannot_open_again_after_the_freezing(self, district):
        run = draw_run(district)
        freeze(run)
        before = ClassRun.objects.get(pk=run.pk)
        run.enrol_closes_at += DAY
        assert refusal(draws.refuse_broken_promise, run, before) == "draw_promised"


class TestCommands:
    def test_freeze_draws_takes_what_is_due_and_can_be_repeated(self, district, time_machine, capsys):
        due, open_still = draw_run(district), draw_run(district, enrol_closes_at=timezone.now() + 9 * DAY)
        time_machine.move_to(due.enrol_closes_at)
        call_command("freeze_draws")
        assert due.code in capsys.readouterr().out
        assert list(Draw.objects.filter(frozen_at__isnull=False).values_list("class_run", flat=True)) == [due.pk]
        call_command("freeze_draws")
        assert capsys.readouterr().out == ""
        assert not Draw.objects.get(class_run=open_still).frozen_at

    def test_commit_draws_makes_up_for_what_was_missed(self, district, capsys):
        run = draw_run(district)
        Draw.objects.all().delete()
        call_command("commit_draws")
        assert Draw.objects.get().class_run == run
        assert Draw.objects.get().seed_hash in capsys.readouterr().out

    def test_hold_draw(self, district, capsys):
        run = draw_run(district)
        enter(run)
        freeze(run)
        call_command("hold_draw", run.code, public_value=" 03  11")
        assert "公开数值：03 11" in capsys.readouterr().out
        with pytest.raises(CommandError, match="只抽一次"):
            call_command("hold_draw", run.code, public_value="1")
        with pytest.raises(CommandError, match="没有班号"):
            call_command("hold_draw", "nothing", public_value="1")


def run_checker(path):
    """Run the published script the way a stranger does: this Python, isolated, on a file."""
    script = finders.find("enrolments/check_draw.py")
    return subprocess.run(  # noqa: S603  our own script
        [sys.executable, "-I", "-X", "utf8", script, str(path)], capture_output=True, encoding="utf-8", check=False
    )


def change_result(data):
    one, other = data["results"][0], data["results"][-1]
    one["result"], other["result"] = other["result"], one["result"]


def change_list(data):
    data["entries"][0] = data["entries"][0] + "L"


def change_order(data):
    data["results"][0], data["results"][1] = data["results"][1], data["results"][0]


class TestAStrangersScript:
    def data(self, district):
        run = draw_run(district, capacity=4, code="书法/2027|春 & 1")
        draws.describe_draw(run, "数", [{"kind": "A", "seats": 1}, {"kind": "N", "seats": 1}])
        for number in range(9):
            party = "R0000001" if number == 2 else ""
            enter(run, receipt=f"R{number:07d}", party=party, route=Route.COUNTER if number > 6 else Route.ONLINE)
        freeze(run)
        places.withdraw(Enrolment.objects.get(receipt="R0000003"), SYSTEM)
        hold(run, "红 03 11")
        return published(Draw.objects.get())

    def test_it_agrees(self, district, tmp_path):
        file = tmp_path / "data.json"
        file.write_text(json.dumps(self.data(district)), encoding="utf-8")
        result = run_checker(file)
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout == "一致：9 个回执号，4 个抽中\n"

    @pytest.mark.parametrize(
        ("tamper", "word"),
        [
            (lambda data: data.update(seed="00" * 32), "种子"),
            (lambda data: data.update(public_value="1"), "顺序"),
            (lambda data: data.update({"class": "别的班"}), "顺序"),
            (lambda data: data.update(places=5), "结果"),
            (lambda data: data["results"].pop(), "顺序"),
            (change_list, "名单"),
            (change_order, "顺序"),
            (change_result, "结果"),
        ],
    )
    def test_it_finds_what_was_changed(self, district, tmp_path, tamper, word):
        data = self.data(district)
        tamper(data)
        file = tmp_path / "data.json"
        file.write_text(json.dumps(data), encoding="utf-8")
        result = run_checker(file)
        assert result.returncode == 1, result.stdout
        assert result.stdout.startswith("不一致：")
        assert word in result.stdout

    def test_it_says_that_it_is_too_early(self, district, tmp_path):
        run = draw_run(district)
        file = tmp_path / "data.json"
        file.write_text(json.dumps(published(run.draw)), encoding="utf-8")
        result = run_checker(file)
        assert result.returncode == 1
        assert "还没有抽签" in result.stderr

    def test_it_is_short_enough_to_read(self):
        with open(finders.find("enrolments/check_draw.py"), encoding="utf-8") as script:
            lines = script.read().splitlines()
        assert len(lines) <= 20


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_hold_one_draw(district):
    """SQLite lets one writer in at a time anyway; PostgreSQL needs the lock on the run."""
    run = draw_run(district, capacity=3)
    for number in range(8):
        enter(run, receipt=f"R{number:07d}")
    freeze(run)
    together = threading.Barrier(4)

    def clerk(value):
        try:
            together.wait(timeout=20)
            hold(run, value)
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return value

    with ThreadPoolExecutor(4) as clerks:
        answers = list(clerks.map(clerk, ["01", "02", "03", "04"]))
    draw = Draw.objects.get()
    assert sorted(answers) == sorted([draw.public_value, "drawn", "drawn", "drawn"])
    assert Enrolment.objects.filter(status=Status.ENROLLED).count() == 3
    assert sorted(Enrolment.objects.waiting().values_list("queue_no", flat=True)) == [1, 2, 3, 4, 5]


def test_the_timetable_cannot_break_the_promise(district, time_machine):
    """The guard is connected: saving the run through its own services asks it."""
    run = draw_run(district)
    time_machine.move_to(run.enrol_opens_at + DAY)
    run.code = "ANDERS"
    with pytest.raises(DomainError) as refusal:
        save_class_run(run)
    assert refusal.value.code == "draw_promised"

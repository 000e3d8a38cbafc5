"""Random lives of class runs, step by step, for hypothesis: after each step the audit is silent.

Beside the database stands a small model: who is enrolled where. It changes only where the act
in question is one that may enrol or free somebody, so a place given or lost on the way shows.
"""

import datetime

import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from accounts.services.privacy import erase_resident
from core.errors import DomainError
from enrolments.audit import audit
from enrolments.enums import LIVE, SEAT_HOLDING, Mark, Status
from enrolments.models import Enrolment, Offer, Seat
from enrolments.selectors import draw_stage
from enrolments.services import attendance, draws, places, waiting
from enrolments.services.core import SYSTEM, counter, online
from tests.factories.learning import CoursePageFactory
from tests.factories.people import GuardianshipFactory, ResidentFactory, UserFactory
from tests.factories.timetable import ClassRunFactory
from timetable.enums import ClassRunStatus, EnrolMode
from timetable.models import ClassRun
from timetable.services import (
    cancel_class_run,
    merge_class_runs,
    open_second,
    publish_class_run,
    save_class_run,
    second_run,
    split_class_run,
)

BEGIN = datetime.datetime(2027, 3, 1, 9, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
PEOPLE = 7
people = st.integers(0, PEOPLE - 1)
runs = st.integers(0, 4)
numbers = st.integers(0, 30)
capacities = st.one_of(st.none(), st.integers(1, 5))


class Places(RuleBasedStateMachine):
    """Five runs (two of one course, one with a quota of the counter, one draw, one without places yet), seven people."""

    district = None  # the test sets it: pages are slow to make
    steps = 0  # over all examples
    refusals = None  # {code: how often}, over all examples
    own_steps = 0  # of this life: some acts come late, or little would be left to do

    @initialize()
    def found(self):
        self.clock = time_machine.travel(BEGIN, tick=False)
        self.traveller = self.clock.start()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.guardian = UserFactory()
        self.people = [ResidentFactory() for _number in range(PEOPLE)]
        for person in self.people:
            GuardianshipFactory(guardian=self.guardian, resident=person)
        self.runs = [run.pk for run in self.make_runs()]
        self.enrolled = {key: set() for key in self.runs}

    def make_runs(self):
        common = {
            "starts_on": (BEGIN + 21 * DAY).date(),
            "enrol_opens_at": BEGIN - DAY,
            "enrol_closes_at": BEGIN + 20 * DAY,
        }
        course = CoursePageFactory(parent=self.district.street)
        early = {"starts_at": datetime.time(9), "ends_at": datetime.time(10)}
        yield ClassRunFactory(learning=course, capacity=2, **common)
        yield ClassRunFactory(learning=course, capacity=1, **early, **common)
        second = CoursePageFactory(parent=self.district.street)
        night = {"starts_at": datetime.time(19), "ends_at": datetime.time(20)}
        yield ClassRunFactory(
            learning=second, capacity=3, counter_quota=1, counter_until=BEGIN + 3 * DAY, **night, **common
        )
        noon = {"starts_at": datetime.time(12), "ends_at": datetime.time(13)}
        window = {"enrol_opens_at": BEGIN + datetime.timedelta(hours=1), "enrol_closes_at": BEGIN + 4 * DAY}
        yield ClassRunFactory(learning=second, mode=EnrolMode.DRAW, capacity=2, **noon, **{**common, **window})
        third = CoursePageFactory(parent=self.district.street)
        yield ClassRunFactory(learning=third, capacity=None, weekdays=[5], **common)

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)
            self.clock.stop()

    # -------------------------------------------------------------- helpers

    def run(self, number):
        return ClassRun.objects.get(pk=self.runs[number])

    def claim(self, number, *statuses):
        """One of the living claims in ``statuses`` (any living one), or None."""
        found = Enrolment.objects.filter(status__in=statuses or LIVE).select_related("resident").order_by("pk")
        return found[number % len(found)] if (found := list(found)) else None

    def attempt(self, act, *args, **kwargs):
        """What ``act`` returns, or None where it was refused with a reason; a refusal leaves nothing behind."""
        before = self.picture()
        try:
            return act(*args, **kwargs)
        except DomainError as error:
            self.refusals[error.code] = self.refusals.get(error.code, 0) + 1
            code = error.code
        if code != "offer_lapsed":  # that one takes the offer back first
            assert self.picture() == before, f"refused with {code}, yet something changed"
        return None

    def picture(self):
        return list(Enrolment.objects.order_by("pk").values_list("pk", "status", "seat", "queue_no", "missed"))

    def left(self, claim):
        """``claim`` no longer has a place."""
        self.enrolled[claim.class_run_id].discard(claim.resident_id)

    def took(self, claim):
        if claim.status == Status.ENROLLED:
            self.enrolled[claim.class_run_id].add(claim.resident_id)

    # -------------------------------------------------------------- acts

    @rule(person=people, run=runs, at_the_counter=st.booleans(), wait=st.booleans())
    def enrol(self, person, run, at_the_counter, wait):
        resident, run = self.people[person], self.run(run)
        waiting.sweep_run(run.pk)  # what has run out is judged first, also by enrol
        run.refresh_from_db()
        free, queue = run.places_left, run.waiting
        living = Enrolment.objects.filter(resident=resident, class_run=run, status__in=LIVE).exists()
        by = counter(self.guardian) if at_the_counter else online(self.guardian)
        claim = self.attempt(places.enrol, resident, run, by, wait=wait)
        if claim is None:
            return
        if not living and not at_the_counter and claim.status != Status.ENTERED and not (free and queue):
            assert claim.status == (Status.ENROLLED if free else Status.WAITING)
        self.took(claim)

    @rule(first=people, run=runs, many=st.integers(2, PEOPLE))
    def many_enrol(self, first, run, many):
        for number in range(first, first + many):
            self.enrol(number % PEOPLE, run, False, True)

    @rule(first=people, many=st.integers(2, PEOPLE))
    def many_enrol_in_both_runs_of_a_course(self, first, many):
        self.many_enrol(first, 1, many)
        self.many_enrol(first + 2, 0, many)

    @rule(first=people, many=st.integers(2, PEOPLE))
    def many_enter_the_draw(self, first, many):
        self.many_enrol(first, 3, many)

    @rule(number=numbers)
    def withdraw(self, number):
        claim = self.claim(number)
        if claim and self.attempt(places.withdraw, claim, SYSTEM):
            self.left(claim)

    @rule(number=numbers)
    def remove(self, number):
        claim = self.claim(number)
        if claim and self.attempt(places.remove, claim, SYSTEM):
            self.left(claim)

    @rule(number=numbers, run=runs)
    def transfer(self, number, run):
        run = self.run(run)
        claim = self.claim(number, Status.ENROLLED)
        if claim is None or claim.class_run_id == run.pk:
            return
        drawn = run.mode != EnrolMode.DRAW or draw_stage(run) == "drawn"
        if made := self.attempt(places.transfer, claim, run, SYSTEM):
            assert drawn, "a change of runs went past a draw that has not been held"
            self.left(claim)
            self.took(made)

    @rule(number=numbers)
    def accept(self, number):
        claim = self.claim(number, Status.OFFERED)
        if claim and (taken := self.attempt(waiting.accept, claim, SYSTEM)):
            self.took(taken)

    @rule(number=numbers)
    def decline(self, number):
        if claim := self.claim(number, Status.OFFERED):
            self.attempt(waiting.decline, claim, SYSTEM)

    @rule(number=numbers)
    def keep_place(self, number):
        if claim := self.claim(number, Status.OFFERED):
            self.attempt(waiting.keep_place, claim, SYSTEM)

    @rule(number=numbers)
    def pause(self, number):
        if claim := self.claim(number, Status.WAITING, Status.OFFERED):
            self.attempt(waiting.pause, claim, SYSTEM)

    @rule(number=numbers)
    def resume(self, number):
        if claim := self.claim(number, Status.PAUSED):
            self.attempt(waiting.resume, claim, SYSTEM)

    @rule(run=runs, capacity=capacities)
    def change_capacity(self, run, capacity):
        run = self.run(run)
        run.capacity = capacity
        run.counter_quota = min(run.counter_quota, capacity or 0)
        self.attempt(save_class_run, run)

    @rule(run=runs, quota=st.integers(0, 3))
    def change_quota(self, run, quota):
        run = self.run(run)
        run.counter_quota = min(quota, run.capacity or 0)
        self.attempt(save_class_run, run)

    @rule(run=runs, days=st.sampled_from([0, 7, 14]))
    def change_last_day_to_join(self, run, days):
        run = self.run(run)
        run.join_until = run.starts_on + datetime.timedelta(days=days) if days else None
        self.attempt(save_class_run, run)

    @precondition(lambda self: self.own_steps > 12)
    @rule(run=runs)
    def cancel(self, run):
        run = self.run(run)
        if run.status == ClassRunStatus.PUBLISHED:
            self.attempt(cancel_class_run, run)
            self.enrolled[run.pk].clear()

    @precondition(lambda self: self.own_steps > 15)
    @rule(run=runs, into=runs)
    def merge(self, run, into):
        run, into = self.run(run), self.run(into)
        if self.attempt(merge_class_runs, run, into) is not None:
            self.enrolled[into.pk] |= self.enrolled[run.pk]
            self.enrolled[run.pk].clear()

    @rule(run=runs, into=st.integers(0, 5), keep=st.integers(0, 3))
    def split(self, run, into, keep):
        run, into = self.run(run), self.run(into % len(self.runs))
        if self.attempt(split_class_run, run, into, keep) is not None:
            stay = set(Enrolment.objects.filter(class_run=run).enrolled().values_list("resident", flat=True))
            gone = self.enrolled[run.pk] - stay
            assert len(stay) <= keep
            self.enrolled[run.pk] -= gone
            self.enrolled[into.pk] |= gone

    @precondition(lambda self: len(self.runs) == 5)
    @rule(run=runs, capacity=st.integers(1, 3), publish=st.booleans())
    def second(self, run, capacity, publish):
        draft = second_run(self.run(run))
        draft.capacity = capacity
        if second := self.attempt(open_second, draft, []):
            self.runs.append(second.pk)
            self.enrolled[second.pk] = set()
            if publish:
                publish_class_run(second)

    @precondition(lambda self: self.own_steps > 20)
    @rule(person=people)
    def erase(self, person):
        resident = self.people[person]
        if self.attempt(erase_resident, resident, self.guardian):
            for holders in self.enrolled.values():
                holders.discard(resident.pk)
            self.people[person] = ResidentFactory()
            GuardianshipFactory(guardian=self.guardian, resident=self.people[person])

    @rule(hours=st.sampled_from([1, 5, 15, 30, 80]))
    def time_goes_by(self, hours):
        self.traveller.shift(datetime.timedelta(hours=hours))

    @rule()
    def sweep(self):
        waiting.sweep()
        assert not Offer.objects.filter(closed_at=None, expires_at__lte=timezone.now()).exclude(
            enrolment__class_run__ends_on__lt=timezone.localdate()
        )

    @rule()
    def freeze_and_hold(self):
        run = self.run(3)
        stage = draw_stage(run)
        if stage == "open" and (run.enrol_closes_at <= timezone.now() or self.own_steps % 5 == 0):
            self.attempt(draws.freeze, run)
        elif stage == "frozen" and self.attempt(draws.hold, run, "03 11 18 20 25 31 07"):
            for claim in Enrolment.objects.filter(class_run=run, status=Status.ENROLLED):
                self.took(claim)

    @precondition(lambda self: self.own_steps > 25)
    @rule(run=runs)
    def complete(self, run):
        run = self.run(run)
        if run.status != ClassRunStatus.PUBLISHED:
            return
        for session in run.sessions.taking_place():
            marks = {claim.pk: (Mark.PRESENT, None) for claim in Enrolment.objects.filter(class_run=run).enrolled()}
            if marks:
                self.attempt(attendance.mark, session, marks, SYSTEM)
        if self.attempt(attendance.complete, run, SYSTEM) is not None:
            self.enrolled[run.pk].clear()

    # -------------------------------------------------------------- what must hold

    @invariant()
    def nothing_is_broken(self):
        if not hasattr(self, "runs"):
            return
        type(self).steps += 1
        self.own_steps += 1
        found = list(audit(ClassRun.objects.filter(pk__in=self.runs)))
        assert not found, found

    @invariant()
    def the_model_agrees(self):
        if not hasattr(self, "runs"):
            return
        rows = Enrolment.objects.filter(status=Status.ENROLLED).values_list("class_run", "resident")
        found = {key: set() for key in self.runs}
        for key, resident in rows:
            found[key].add(resident)
        assert found == self.enrolled
        for key in self.runs:
            holders = Enrolment.objects.filter(class_run=key, status__in=SEAT_HOLDING).count()
            assert holders <= Seat.objects.filter(class_run=key).count()

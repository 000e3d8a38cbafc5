"""The table of states, the whole matrix: what it allows happens and is logged, everything else is refused."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from core.errors import DomainError
from enrolments import append_only
from enrolments.enums import LISTED, LIVE, SEAT_HOLDING, TRANSITIONS, Reason, Status
from enrolments.models import Enrolment, EnrolmentEvent, Seat
from enrolments.services.core import SYSTEM, create, move
from tests.factories.enrolments import make_run
from tests.factories.people import ResidentFactory


def in_state(run, status):
    """A claim in ``status``, put there directly."""
    claim = Enrolment(
        resident=ResidentFactory(),
        class_run=run,
        status=status,
        queue_no=run.enrolments.count() + 1 if status in LISTED else None,
        seat=Seat.objects.free().filter(class_run=run).first() if status in SEAT_HOLDING else None,
    )
    claim.save()
    return claim


def needed(run, status):
    """The fields that the database wants in ``status``."""
    seat = Seat.objects.free().filter(class_run=run).first() if status in SEAT_HOLDING else None
    return {"seat": seat, "queue_no": 1000 + run.enrolments.count() if status in LISTED else None}


@pytest.mark.parametrize("before", list(Status))
def test_every_pair_of_states(district, before):
    """Each of the 13 × 13 pairs, thirteen to a test."""
    run = make_run(district, capacity=40)
    for after in Status:
        claim = in_state(run, before)
        if after in TRANSITIONS[before]:
            move(claim, after, Reason.STAFF, SYSTEM, **needed(run, after))
            event = claim.events.get()
            assert (event.from_status, event.to_status, event.reason) == (before, after, Reason.STAFF)
        else:
            with pytest.raises(DomainError) as refusal:
                move(claim, after, Reason.STAFF, SYSTEM, **needed(run, after))
            assert refusal.value.code == "transition"
            assert not claim.events.exists()
        claim.refresh_from_db()
        assert claim.status == (after if after in TRANSITIONS[before] else before)


def test_the_table_names_every_state_and_only_live_ones_go_on():
    assert set(TRANSITIONS) == {None, *Status}
    ends = {status for status in Status if not TRANSITIONS[status]}
    corrected = {Status.COMPLETED, Status.NOT_COMPLETED}
    assert set(Status) - ends - corrected == set(LIVE)


@pytest.mark.parametrize("status", [status for status in Status if status not in TRANSITIONS[None]])
def test_a_claim_begins_only_where_the_table_says(district, status):
    run = make_run(district)
    with pytest.raises(ValueError, match=status):
        create(ResidentFactory(), run, status, Reason.STAFF, SYSTEM, timezone.now())


def test_the_database_ties_seat_and_state(district):
    run = make_run(district, capacity=2)
    seat = Seat.objects.filter(class_run=run).first()
    for status in Status:
        claim = Enrolment(resident=ResidentFactory(), class_run=run, status=status, queue_no=1)
        claim.seat = None if status in SEAT_HOLDING else seat
        with pytest.raises(IntegrityError), transaction.atomic():
            claim.save()


def test_one_seat_one_holder(district):
    run = make_run(district, capacity=1, seated=1)
    seat = Seat.objects.get(class_run=run)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(resident=ResidentFactory(), class_run=run, status=Status.ENROLLED, seat=seat)


def test_one_live_claim_per_person_and_run(district):
    run = make_run(district, capacity=2, seated=1)
    first = Enrolment.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(resident=first.resident, class_run=run, status=Status.WAITING, queue_no=1)


def test_the_log_cannot_be_changed(district):
    append_only.install(connection)  # an earlier test with real commits may have taken it away
    make_run(district, seated=1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        EnrolmentEvent.objects.update(reason=Reason.STAFF)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        EnrolmentEvent.objects.all().delete()
    assert EnrolmentEvent.objects.get().reason == Reason.CAME_FIRST


def test_the_log_of_sample_data_may_go_with_it(district):
    make_run(district, seated=1, is_sample=True)
    EnrolmentEvent.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM enrolments_enrolmentevent")
        assert cursor.fetchone() == (0,)

"""Who comes first to five seats, fifty at once: nobody is seated twice, nobody is lost, nobody waits for ever."""

import uuid

import pytest

from tests.enrolments.races.house import answer_job, enrol_job, leave_job, receipt_of

pytestmark = [pytest.mark.race, pytest.mark.django_db]

SEATS, PEOPLE = 5, 50


@pytest.fixture(scope="module")
def served(house):
    """(house, its first hand) with the production server running."""
    races = house("races")
    races.serve()
    hand = races.hand()
    hand.found(contents=str(races.contents))
    races.wait_for_server()
    return races, hand


@pytest.fixture(scope="module")
def careless(house):
    """The same with nothing locked in the server and nothing forbidden by the database."""
    control = house("control")
    hand = control.hand()
    hand.found(contents=str(control.contents))
    hand.drop_keys()
    control.serve("tests.enrolments.races.control_wsgi")
    control.wait_for_server()
    return control, hand


def by_status(hand, code):
    found = {}
    for claim in hand.claims(code=code):
        found.setdefault(claim["status"], []).append(claim)
    return found


def test_fifty_after_five_seats(served):
    house, hand = served
    code = hand.make_run(capacity=SEATS)
    people = hand.make_people(number=PEOPLE)
    answers = house.race([enrol_job(code, person) for person in people])
    assert len({receipt_of(answer) for answer in answers} - {None}) == PEOPLE, answers
    found = by_status(hand, code)
    assert {status: len(claims) for status, claims in found.items()} == {"enrolled": SEATS, "waiting": PEOPLE - SEATS}
    assert sorted(claim["position"] for claim in found["waiting"]) == list(range(1, PEOPLE - SEATS + 1))
    assert hand.findings() == []


def test_double_clicks(served):
    house, hand = served
    code = hand.make_run(capacity=SEATS)
    people = hand.make_people(number=10)
    jobs = []
    for person in people:
        key = uuid.uuid4()
        jobs += [enrol_job(code, person, key)] * 2
    answers = house.race(jobs)
    receipts = [receipt_of(answer) for answer in answers]
    assert None not in receipts, answers
    assert receipts[::2] == receipts[1::2]
    found = by_status(hand, code)
    assert {status: len(claims) for status, claims in found.items()} == {"enrolled": SEATS, "waiting": 5}
    assert hand.findings() == []


def test_everything_at_once(served):
    """Newcomers, double clicks, leavers, late and timely answers to offers, sweeps and edits of the capacity."""
    house, hand = served
    sweeper, editor, watcher = house.hand(), house.hand(), house.hand()
    code = hand.make_run(capacity=10)
    old = hand.make_people(number=20)
    receipts = hand.take_places(code=code, people=old)
    gone = house.race([leave_job(receipts[number], old[number]) for number in range(4)])
    assert [answer["status"] for answer in gone] == [302] * 4
    late = [claim["receipt"] for claim in by_status(hand, code)["offered"]]
    assert hand.expire_offers(code=code) == len(late) == 4
    by_receipt = dict(zip(receipts, old, strict=True))
    new = hand.make_people(number=20)
    jobs = [enrol_job(code, person) for person in new]
    for person in new[:5]:
        key = uuid.uuid4()
        jobs += [enrol_job(code, person, key)] * 2
    jobs += [leave_job(receipts[number], old[number]) for number in (4, 5, 6, 15, 16)]
    jobs += [answer_job(receipt, by_receipt[receipt], "accept") for receipt in late]
    jobs += [answer_job(receipts[number], old[number], "accept") for number in (14, 17, 18)]
    sweeper.start("sweep_for", seconds=3)
    editor.start("edit_capacity_for", seconds=3, code=code, capacities=[12, 7, 9, 10])
    watcher.start("watch_for", seconds=3, code=code)
    answers = house.race(jobs)
    assert {answer["status"] for answer in answers} <= {302, 409}, answers
    assert all(answer["status"] == 302 for answer in answers[:30]), "an enrolment or a double click was refused"
    assert sweeper.finish() > 1
    assert editor.finish()["saved"] > 1
    seen = watcher.finish()
    assert seen["looks"] > 10
    assert seen["worst"] <= 0
    assert hand.findings() == []
    living = [claim["resident"] for claim in hand.claims(code=code) if claim["status"] in ("enrolled", "offered")]
    assert len(living) == len(set(living))


def test_without_lock_and_keys_the_same_race_oversells(careless):
    """The control: the same fifty, a server that looks and then takes, a database that forbids nothing."""
    house, hand = careless
    seated = []
    for _round in range(5):
        code = hand.make_run(capacity=SEATS)
        house.race([enrol_job(code, person) for person in hand.make_people(number=PEOPLE)])
        seated.append(len(by_status(hand, code).get("enrolled", ())))
        if seated[-1] > SEATS:
            break
    assert max(seated) > SEATS
    assert hand.findings() != []

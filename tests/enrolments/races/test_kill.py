"""kill -9 of the whole server under load: whatever was confirmed is there afterwards, and nothing is half done."""

import json
import signal
import uuid

import pytest

from tests.enrolments.races.house import enrol_job, receipt_of

pytestmark = [pytest.mark.race, pytest.mark.django_db]

PEOPLE, SEATS = 40, 15


@pytest.fixture(scope="module")
def killed(house):
    races = house("killed")
    races.serve()
    hand = races.hand()
    hand.found(contents=str(races.contents))
    return races, hand


@pytest.mark.parametrize("answered", [3, 12, 25])
def test_what_was_confirmed_outlives_the_server(killed, answered):
    """``answered``: the kill falls after so many answers, while the others are under way."""
    house, hand = killed
    code = hand.make_run(capacity=SEATS)
    people = hand.make_people(number=PEOPLE)
    jobs = [enrol_job(code, person, uuid.uuid4()) for person in people]
    house.wait_for_server()
    race = house.start_race(jobs)
    answers = [json.loads(race.stdout.readline()) for _number in range(answered)]
    house.end_server(signal.SIGKILL)
    answers += [json.loads(line) for line in race.stdout]
    race.stdout.close()
    assert race.wait(30) == 0
    house.serve()  # starts while we look
    confirmed = {receipt_of(answer) for answer in answers} - {None}
    assert len(confirmed) >= answered
    assert any(answer["status"] == 0 for answer in answers), "the server had finished before it was killed"
    assert confirmed <= set(hand.receipts())
    assert hand.findings() == []
    house.wait_for_server()
    again = house.race(jobs)  # everybody presses the same button once more
    assert confirmed <= {receipt_of(answer) for answer in again}
    claims = hand.claims(code=code)
    assert len(claims) == len({claim["resident"] for claim in claims}) == PEOPLE
    assert sum(claim["status"] == "enrolled" for claim in claims) == SEATS
    assert hand.findings() == []

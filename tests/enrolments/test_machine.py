"""Random acts on places: after every one the audit finds nothing (tests/enrolments/machine.py).

``MACHINE_STEPS=10000 pytest tests/enrolments/test_machine.py -s`` makes the long run.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.enrolments.machine import Places

STEPS = int(os.environ.get("MACHINE_STEPS", "500"))
#: Steps of one life.
LENGTH = 50


@pytest.mark.django_db
def test_no_act_breaks_a_rule(district):
    Places.district, Places.steps, Places.refusals = district, 0, {}
    long_run = "MACHINE_STEPS" in os.environ
    while Places.steps < (STEPS if long_run else 1):
        run_state_machine_as_test(
            Places,
            settings=settings(
                max_examples=max(1, (STEPS - Places.steps) // LENGTH),
                stateful_step_count=LENGTH,
                deadline=None,
                database=None,
                derandomize=not long_run,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            ),
        )
    print(f"{Places.steps} steps, refused: {dict(sorted(Places.refusals.items()))}")  # noqa: T201  for the long run
    assert Places.refusals, "nothing was ever refused: the acts were too tame to prove anything"

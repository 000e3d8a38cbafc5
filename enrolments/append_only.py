"""The log of enrolments may only grow; of sample data `seed_demo --remove` may take it away whole."""

from core.append_only import Guard

_IS_SAMPLE = """(SELECT run.is_sample FROM enrolments_enrolment claim
    JOIN timetable_classrun run ON run.id = claim.class_run_id WHERE claim.id = OLD.enrolment_id)"""

GUARD = Guard(
    table="enrolments_enrolmentevent",
    name="enrolment_event",
    what="the log of enrolments",
    may_go={"sqlite": _IS_SAMPLE, "postgresql": _IS_SAMPLE},
)
install, remove = GUARD.install, GUARD.remove

"""Listens to the timetable: the keeper of the places acts inside the transaction of the change."""

from django.dispatch import receiver

from enrolments import notices
from enrolments.services import capacity, draws, whole_runs
from enrolments.services.core import By
from timetable import signals
from timetable.enums import ClassRunStatus, EnrolMode


@receiver(signals.class_run_changing)
def capacity_changes(run, before, **_kwargs):
    capacity.change_capacity(run, before)


@receiver(signals.class_run_saved)
def run_saved(run, before, note="", **_kwargs):
    draws.refuse_broken_promise(run, before)
    capacity.run_saved(run, before, note)
    commit_to_draw(run)


@receiver(signals.class_run_published)
def commit_to_draw(run, **_kwargs):
    if run.mode == EnrolMode.DRAW and run.status == ClassRunStatus.PUBLISHED:
        draws.commit_draw(run)


@receiver(signals.class_run_published)
def ask_those_who_wait(run, **_kwargs):
    if run.second_of_id:
        whole_runs.invite(run)


@receiver(signals.class_run_cancelled)
def run_cancelled(run, note="", **_kwargs):
    capacity.run_cancelled(run, note)


@receiver(signals.class_run_merging)
def runs_merging(run, into, note, user, **_kwargs):
    return whole_runs.merge(run, into, note, By(user))


@receiver(signals.class_run_splitting)
def run_splitting(run, into, keep, receipts, note, user, **_kwargs):
    return whole_runs.split(run, into, keep, receipts, note, By(user))


@receiver(signals.class_run_deleting)
def run_deleting(run, **_kwargs):
    capacity.run_deleting(run)


@receiver(signals.session_changed)
def session_changed(session, **_kwargs):
    notices.session_changed(session)


@receiver(signals.session_notice)
def session_notice(session, **_kwargs):
    return notices.foresee_session_change(session)

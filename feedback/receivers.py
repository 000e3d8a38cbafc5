"""Listens to the keeper of the places: a class that was judged is asked how it was."""

from django.dispatch import receiver

from enrolments import signals
from feedback import services


@receiver(signals.run_completed)
def run_completed(run, enrolments, **_kwargs):
    services.invite(run, enrolments)

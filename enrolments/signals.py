"""What this room tells upper floors, inside the transaction of the change."""

from django.dispatch import Signal

#: A class that is over was judged. ``run``, ``enrolments``: those who were in it, each with its verdict. Never an empty list.
run_completed = Signal()

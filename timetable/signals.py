"""What the timetable tells upper floors, inside the transaction of the change: a receiver that raises refuses it.

Imports go down only, so the keeper of the places (enrolments/) listens instead of being called.
"""

from django.dispatch import Signal

#: A stored run is about to be saved with other places. ``before`` (locked row), ``run`` (as it will be). Set ``run.places_left``.
class_run_changing = Signal()
#: A run was saved by services. ``run``, ``before`` (None for a new one), ``note`` (why, for those who come).
class_run_saved = Signal()
#: A run was published. ``run``.
class_run_published = Signal()
#: A run was cancelled. ``run``, ``note``.
class_run_cancelled = Signal()
#: All who are in ``run`` go to ``into``, before either is locked. ``note``, ``user`` (who does it). A receiver returns
#: sentences about what came of it.
class_run_merging = Signal()
#: Of ``run`` those with ``receipts`` go to ``into``, or where there are none, those beyond the first ``keep``. The rest as
#: with class_run_merging.
class_run_splitting = Signal()
#: A draft is about to be deleted. ``run``.
class_run_deleting = Signal()
#: A meeting was moved or cancelled. ``session``, ``note``.
session_changed = Signal()
#: A meeting is about to be cancelled: ``session`` as it would be. A receiver returns (how many are told, text), and changes nothing.
session_notice = Signal()

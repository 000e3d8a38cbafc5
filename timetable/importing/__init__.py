"""Import of the timetable: its own tables, class runs, and the class runs that course and event tables carry.

``columns`` and ``RunWriter`` serve courses/importing.py and events/importing.py: a row there is a
page and, where it has a timetable, its class runs. Runs are written by timetable/services.py only.
"""

from timetable.importing import class_runs, tables  # noqa: F401  registered by being imported
from timetable.importing.columns import DATE_COLUMNS, LEARNING_COLUMNS, RUN_COLUMNS, WEEKLY_COLUMNS
from timetable.importing.runs import RunWriter
from timetable.importing.words import Words

__all__ = ["DATE_COLUMNS", "LEARNING_COLUMNS", "RUN_COLUMNS", "WEEKLY_COLUMNS", "RunWriter", "Words"]

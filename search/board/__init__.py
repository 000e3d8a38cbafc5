"""The board: the whole timetable in each worker's memory, as sets of rows. See docs/mechanisms/board.md.

``current_board()`` is the door. Reads only; what changes the timetable says so by a new
token in SearchState (search/index/services.py, ``touch("timetable")``).
"""

from django.utils import timezone

from search.board.board import FACETS, Board
from search.board.timetable import Timetable
from search.state import Kept

__all__ = ["FACETS", "Board", "current_board"]

_timetable = Kept(Timetable, "timetable", shelf="board")


def current_board(now=None):
    """Return a Board of the timetable as it stands now, for one question. ``now``: state.tokens() just read."""
    return Board(_timetable(now, timezone.localdate()))

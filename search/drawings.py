"""What is drawn beside lists of courses: the map of the streets and the week, with numbers from the board.

No query of its own: streets are kept in memory (nearby.py), numbers are sets of rows
(board/). What a number says is what the finder finds behind its link.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from core import plots
from core.dates import WEEKDAYS
from network.street_map import Drawing, Placed
from search.board import current_board
from search.enums import Kind
from search.nearby import geography
from search.state import tokens
from timetable.enums import TimeOfDay


@dataclass
class Spot:
    """One street on the map: how many are found there and the query string that goes there, or back."""

    placed: Placed
    count: int
    address: str
    chosen: bool = False
    is_here: bool = False

    @property
    def street(self):
        return self.placed.street

    @property
    def shape(self):
        return self.placed.shape


@dataclass
class StreetMap:
    """``here``: the name of the place that the question was asked from, empty where it named none on this map."""

    drawing: Drawing
    spots: list
    here: str = ""

    @property
    def has_places(self):
        return any(spot.placed.dots for spot in self.spots)


def street_map(answer, addresses):
    """Return the StreetMap of ``answer``. ``addresses``: {street slug: query string}."""
    origin = answer.origin
    here = origin.street.slug if origin and origin.street else ""
    chosen = str(answer.conditions.get("street", "")).split(",")
    return _map(answer.drawing, answer.facets["street"], addresses, chosen, here, origin.name if here else "")


def front_map(now=None):
    """Return the StreetMap of all courses, for the front page. ``now``: state.tokens() just read."""
    now = tokens() if now is None else now
    counts = current_board(now).facets({"kind": Kind.COURSE}, fields=("street",))["street"]
    drawing = geography(now).drawing
    slugs = [one.street.slug for one in drawing.placed]
    return _map(drawing, counts, {slug: urlencode({"street": slug}) for slug in slugs})


def _map(drawing, counts, addresses, chosen=(), here="", here_words=""):
    spots = [
        Spot(
            placed,
            counts.get(placed.street.slug, 0),
            addresses.get(placed.street.slug, ""),
            placed.street.slug in chosen,
            placed.street.slug == here,
        )
        for placed in drawing.placed
    ]
    return StreetMap(drawing, spots, here_words)


@dataclass
class Week:
    """A plot of the week and the one thing that it says, in words."""

    plot: plots.Plot
    sentence: str


def _days():
    return [plots.Head(f"周{word}", word) for word in WEEKDAYS]


def week_by_street(answer, address):
    """Return the Week of what has places under the other conditions of ``answer``, street by street; None for nothing.

    ``address``: function of filters that returns a query string. The last row is the whole district, with what
    belongs to no street: a course that meets on two days stands in both.
    """
    board = answer.board
    mask = answer.rows_but("weekday", "street", "places") & board.rows("places", True)
    days = [mask & board.rows("weekday", str(day)) for day in range(1, 8)]
    streets = [placed.street for placed in answer.drawing.placed]

    def row(name, mask, where, colour=""):
        numbers = [board.count(mask & day) for day in days]
        return plots.Row(name, [_cell(name, at, number, address, where) for at, number in enumerate(numbers)], colour)

    rows = [row(one.name, board.rows("street", one.slug), {"street": one.slug}, one.colour) for one in streets]
    whole = row(_("全区"), mask, {})
    best = plots.tops(whole.cells)
    if not best:
        return None
    said = {"days": "、".join(cell.head for cell in best[:3]), "number": best[0].value}
    return Week(plots.heat(rows, _days(), whole), _("%(days)s最多，有 %(number)d 门课还有名额。") % said)


def week_of_street(street, now=None):
    """Return the Week of the courses of ``street`` (StreetPage) by time of day; None where nothing is taught."""
    board = current_board(now)
    mask = board.select({"kind": Kind.COURSE, "street": street.slug})
    days = [board.rows("weekday", str(day)) for day in range(1, 8)]

    def address(**where):
        return urlencode(where | {"street": street.slug})

    def row(time):
        here = mask & board.rows("time", time.value)
        numbers = [board.count(here & day) for day in days]
        cells = [_cell(time.label, at, number, address, {"time": time.value}) for at, number in enumerate(numbers)]
        return plots.Row(str(time.label), cells)

    plot = plots.dots([row(time) for time in TimeOfDay], _days())
    best = plots.tops(plot.cells)
    if not best:
        return None
    said = {"when": "、".join(cell.label for cell in best[:3]), "number": best[0].value}
    return Week(plot, _("%(when)s最多，有 %(number)d 门课。") % said)


def _cell(row, at, number, address, where):
    day = f"周{WEEKDAYS[at]}"
    label = _("%(day)s%(row)s") % {"row": row, "day": day}
    return plots.Cell(label, number, day, address(weekday=str(at + 1), **where) if number else "")

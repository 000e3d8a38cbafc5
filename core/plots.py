"""Small plots as plain geometry for components/plot.html: bars, dots, heat. No model, no colour, no words of a feature.

Each takes rows of labels and values and returns numbers in units of its viewBox (about one
CSS pixel on a phone); a table of the same numbers always stands beside it (the same objects
are read for both, so they cannot differ).
"""

import math
from dataclasses import dataclass, field

WIDTH = 360
_BAR_TOP, _BAR_TALL, _BAR_FOOT = 28, 110, 32
_ROW_HEAD, _ROW_TALL, _DOTS_TOP, _MOST_RADIUS, _LEAST_RADIUS = 54, 46, 34, 21, 9
#: Steps of heat above nothing; each has a class in css (heat-1 … heat-4).
STEPS = 4


@dataclass
class Cell:
    """One value: ``label`` in full, ``head`` its column. ``address``: where it leads, empty for nowhere."""

    label: str
    value: int
    head: str = ""
    address: str = ""
    chosen: bool = False
    is_top: bool = False
    # set by the plot
    x: int = 0
    y: int = 0
    wide: int = 0
    tall: int = 0
    step: int = 0

    @property
    def middle(self):
        return self.x + self.wide // 2

    @property
    def value_y(self):
        """Where a bar's number stands, above it."""
        return self.y - 7


@dataclass
class Row:
    label: str
    cells: list
    colour: str = ""
    y: int = 0


@dataclass
class Plot:
    """``kind``: bars, dots or heat. ``rows``: of Cells, one row for bars. ``heads``: of columns; ``whole``: a last row of totals."""

    kind: str
    rows: list
    heads: list = field(default_factory=list)
    whole: Row | None = None
    height: int = 0
    width: int = WIDTH

    @property
    def cells(self):
        return [cell for row in self.rows for cell in row.cells]

    @property
    def total(self):
        return sum(cell.value for cell in self.cells)

    @property
    def base(self):
        """The line that bars stand on."""
        return self.height - _BAR_FOOT

    @property
    def foot(self):
        """The baseline of the labels below bars."""
        return self.height - 9


@dataclass
class Head:
    label: str
    short: str
    x: int = 0


def bars(cells, label=""):
    """Return a Plot of ``cells`` side by side; the tallest fills the height, nothing is no bar at all."""
    most = max((cell.value for cell in cells), default=0)
    step = WIDTH / max(1, len(cells))
    for at, cell in enumerate(cells):
        cell.tall = _part(cell.value, most, _BAR_TALL)
        cell.wide, cell.x = max(6, int(step) - 8), int(step * at) + 4
        cell.y = _BAR_TOP + _BAR_TALL - cell.tall
    _mark_top(cells)
    return Plot("bars", [Row(label, list(cells))], height=_BAR_TOP + _BAR_TALL + _BAR_FOOT)


def dots(rows, heads):
    """Return a Plot of ``rows`` (Row) below ``heads`` (Head): the area of a dot is its value, and never less than its number needs."""
    most = max((cell.value for row in rows for cell in row.cells), default=0)
    step = (WIDTH - _ROW_HEAD) / max(1, len(heads))
    for at, head in enumerate(heads):
        head.x = int(_ROW_HEAD + step * (at + 0.5))
    for number, row in enumerate(rows):
        row.y = _DOTS_TOP + _ROW_TALL * number + _ROW_TALL // 2
        for head, cell in zip(heads, row.cells, strict=True):
            cell.x, cell.y = head.x, row.y
            cell.wide = _radius(cell.value, most)
    _mark_top([cell for row in rows for cell in row.cells])
    return Plot("dots", list(rows), list(heads), height=_DOTS_TOP + _ROW_TALL * len(rows) + 4)


def heat(rows, heads, whole=None):
    """Return a Plot of ``rows`` below ``heads`` whose cells have a ``step`` from 0 (nothing) to STEPS (the most).

    ``whole``: a last row, whose cells have none: totals would outshine what they are made of.
    """
    cells = [cell for row in rows for cell in row.cells]
    most = max((cell.value for cell in cells), default=0)
    for cell in cells:
        cell.step = math.ceil(STEPS * cell.value / most) if most else 0
    _mark_top(cells)
    return Plot("heat", list(rows), list(heads), whole)


def tops(cells):
    """Return the cells with the greatest value, none where there is nothing: what a sentence names."""
    most = max((cell.value for cell in cells), default=0)
    return [cell for cell in cells if cell.value == most] if most else []


def _mark_top(cells):
    for cell in tops(cells):
        cell.is_top = True


def _part(value, most, length):
    """The length of ``value``; what is more than nothing is at least seen."""
    return max(3, round(length * value / most)) if value and most else 0


def _radius(value, most):
    return max(_LEAST_RADIUS, round(_MOST_RADIUS * math.sqrt(value / most))) if value and most else 0

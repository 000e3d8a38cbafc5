"""The schematic map of the streets: plain geometry for components/street_map.html. No page, no query, no colour.

A drawing of our own, not to scale (domain.md §4.6: a simple block map needs no approval).
The six streets stand by hand where their centres lie (network/data/wuxi/network.csv, WGS-84);
any other set of streets gets a honeycomb, north above south and west before east, as far
as positions are known. Units are those of the viewBox: about one CSS pixel on a phone.
"""

from dataclasses import dataclass
from functools import lru_cache

WIDTH, HEIGHT = 360, 430
#: More streets than this stand three in a row.
_FEW = 8
_MOST_DOTS, _DOT_STEP = 4, 15
_LONG_NAME = 5  # characters of a name that fit on one line


@dataclass(frozen=True)
class Street:
    """What the drawing needs of a street. Degrees are WGS-84, None where unknown; ``places``: how many sub-centres."""

    slug: str
    name: str
    colour: str
    latitude: float | None = None
    longitude: float | None = None
    places: int = 0


@dataclass(frozen=True)
class Shape:
    """A street in the drawing: its outline (path data), where its name stands (middle, baseline) and its marks."""

    path: str
    x: int
    y: int

    @property
    def count_y(self):
        return self.y + 26

    @property
    def dot_y(self):
        return self.y - 39


@dataclass(frozen=True)
class Placed:
    """A street with its Shape. ``dots``: x of the mark of each sub-centre; ``here_x``: x of the reader's own mark."""

    street: Street
    shape: Shape
    dots: tuple
    here_x: int

    @property
    def lines(self):
        """The name in one line or two: a long one is parted in the middle."""
        name = self.street.name
        half = (len(name) + 1) // 2
        return (name,) if len(name) <= _LONG_NAME else (name[:half], name[half:])


@dataclass(frozen=True)
class Drawing:
    """``grounds``: outlines of streets that are not there; ``canal``: path data, empty where nobody drew one."""

    width: int
    height: int
    placed: tuple
    grounds: tuple
    canal: str

    @property
    def is_by_hand(self):
        return bool(self.canal)


#: By slug. Neighbours share their borders; the canal runs along the borders, so that no word stands in the water.
SHAPES = {
    "yinglongqiao": Shape("M50 26 183 13 193 74 180 126 106 136 28 112Z", 108, 86),
    "nanchansi": Shape("M199 13 320 34 346 110 268 122 196 128 208 76Z", 272, 86),
    "jinxing": Shape("M24 124 98 145 112 198 103 268 30 292 9 194Z", 60, 214),
    "qingmingqiao": Shape("M199 138 268 132 349 120 353 198 330 268 254 254 242 202Z", 297, 202),
    "jinkui": Shape("M108 147 179 137 220 204 231 263 174 290 113 279 123 198Z", 171, 222),
    "yangming": Shape("M112 292 176 302 240 276 296 286 278 350 262 414 160 420 108 372Z", 194, 362),
}
_CANAL = "M191 -6C194 30 205 60 200 78S182 110 188 130 227 180 233 204 236 250 250 264 296 270 312 282 346 316 356 346"


@lru_cache(maxsize=16)
def draw(streets):
    """Return the Drawing of ``streets`` (a tuple of Street): by hand where all of them are known, else a honeycomb."""
    if streets and all(street.slug in SHAPES for street in streets):
        here = {street.slug for street in streets}
        grounds = tuple(shape.path for slug, shape in SHAPES.items() if slug not in here)
        return Drawing(WIDTH, HEIGHT, _placed((street, SHAPES[street.slug]) for street in streets), grounds, _CANAL)
    return _honeycomb(streets)


def _placed(pairs):
    out = []
    for street, shape in pairs:
        number = min(street.places, _MOST_DOTS)
        first = shape.x - _DOT_STEP * (number - 1) // 2
        dots = tuple(first + _DOT_STEP * at for at in range(number))
        out.append(Placed(street, shape, dots, first + _DOT_STEP * number + 4 if number else shape.x))
    return tuple(out)


def _honeycomb(streets):
    columns = 2 if len(streets) <= _FEW else 3
    across = WIDTH * 2 // (2 * columns + 1)  # every other row is moved by half a cell
    tall = across * 23 // 20
    down = tall * 3 // 4
    pairs = []
    for at, street in enumerate(_by_place(streets, columns)):
        row, column = divmod(at, columns)
        x, y = across * column + across // 2 * (1 + row % 2), down * row + tall // 2
        pairs.append((street, Shape(_hexagon(x, y, across // 2 - 5, tall // 2 - 5), x, y + 8)))
    rows = -(-len(streets) // columns)
    height = down * max(0, rows - 1) + tall if rows else 0
    placed = {one.street.slug: one for one in _placed(pairs)}
    return Drawing(WIDTH, height, tuple(placed[street.slug] for street in streets), (), "")


def _hexagon(x, y, wide, tall):
    half = tall // 2
    return f"M{x} {y - tall} {x + wide} {y - half} {x + wide} {y + half} {x} {y + tall} {x - wide} {y + half} {x - wide} {y - half}Z"


def _by_place(streets, columns):
    """Return ``streets`` row by row, north first and each row from west to east; as they come where a position is missing."""
    if any(street.latitude is None or street.longitude is None for street in streets):
        return list(streets)
    south = sorted(streets, key=lambda street: (-street.latitude, street.slug))
    rows = [south[at : at + columns] for at in range(0, len(south), columns)]
    return [street for row in rows for street in sorted(row, key=lambda one: (one.longitude, one.slug))]

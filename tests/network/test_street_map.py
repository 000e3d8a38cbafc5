"""The schematic map: six streets by hand, any other district as a honeycomb; nothing overlaps, nothing is missing."""

import csv
import re
from pathlib import Path

import pytest

from network.street_map import HEIGHT, SHAPES, WIDTH, Street, draw

DATA = Path(__file__).parents[2] / "network" / "data" / "wuxi" / "network.csv"


def real_streets():
    with DATA.open(encoding="utf-8-sig") as file:
        return tuple(
            Street(
                row["slug"], row["street"].removesuffix("街道"), row["colour"],
                float(row["centre_lat_wgs84"]), float(row["centre_lon_wgs84"]), 1,
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


def points(path):
    numbers = [int(number) for number in re.findall(r"-?\d+", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def inside(x, y, path):
    """Whether a point lies in a polygon, by the crossings of a ray."""
    corners, odd = points(path), False
    for (ax, ay), (bx, by) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            odd = not odd
    return odd


def test_the_six_streets_are_drawn_by_hand_each_in_its_own_shape():
    drawing = draw(real_streets())
    assert drawing.is_by_hand
    assert [one.street.slug for one in drawing.placed] == [one.slug for one in real_streets()]
    assert (drawing.width, drawing.height, drawing.grounds) == (WIDTH, HEIGHT, ())
    for one in drawing.placed:
        owners = [slug for slug, shape in SHAPES.items() if inside(one.shape.x, one.shape.y, shape.path)]
        assert owners == [one.street.slug], "a name stands in its own street and in no other"
        assert all(inside(x, one.shape.dot_y, one.shape.path) for x in (*one.dots, one.here_x))


def test_the_drawing_says_no_lie_about_where_streets_lie():
    """Whoever is clearly north or east of another (400 m and more) is so in the drawing."""
    placed = draw(real_streets()).placed
    for one in placed:
        for other in placed:
            if one.street.latitude - other.street.latitude > 0.004:
                assert one.shape.y < other.shape.y + 30, (one.street.name, other.street.name)
            if one.street.longitude - other.street.longitude > 0.004:
                assert one.shape.x > other.shape.x, (one.street.name, other.street.name)


def test_a_street_that_is_not_public_leaves_its_ground():
    streets = tuple(one for one in real_streets() if one.slug != "jinxing")
    drawing = draw(streets)
    assert drawing.is_by_hand
    assert drawing.grounds == (SHAPES["jinxing"].path,)


@pytest.mark.parametrize("number", [1, 2, 5, 6, 8, 9, 13])
@pytest.mark.parametrize("known", [True, False])
def test_another_district_is_a_honeycomb(number, known):
    streets = tuple(
        Street(f"s{at}", f"第{at}", "indigo", *((30 + at % 3 / 10, 120 + at / 10) if known else (None, None)), 2)
        for at in range(number)
    )
    drawing = draw(streets)
    assert not drawing.is_by_hand
    assert drawing.canal == "", "nobody drew a canal there"
    assert [one.street for one in drawing.placed] == list(streets), (
        "in the order of the tree, which is that of the Tab key"
    )
    for one in drawing.placed:
        assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in points(one.shape.path))
        owners = [other for other in drawing.placed if inside(one.shape.x, one.shape.y, other.shape.path)]
        assert owners == [one]


def test_north_stands_above_south_and_west_before_east():
    north, south_east, south_west = (
        Street("a", "北", "jade", 31.6, 120.3),
        Street("b", "东", "jade", 31.5, 120.4),
        Street("c", "西", "jade", 31.5, 120.2),
    )
    far_north = Street("d", "远", "jade", 31.7, 120.5)
    shapes = {one.street.slug: one.shape for one in draw((south_east, north, south_west, far_north)).placed}
    assert shapes["a"].y == shapes["d"].y < shapes["b"].y == shapes["c"].y
    assert shapes["a"].x < shapes["d"].x
    assert shapes["c"].x < shapes["b"].x


def test_a_long_name_takes_two_lines_and_many_centres_a_few_dots():
    (one,) = draw((Street("x", "经济技术开发区", "plum", places=9),)).placed
    assert one.lines == ("经济技术", "开发区")
    assert len(one.dots) == 4
    assert draw(()).placed == ()

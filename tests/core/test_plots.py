"""Plots are numbers in, numbers out: heights, areas and steps say what the values say."""

import itertools

import pytest

from core.plots import STEPS, WIDTH, Cell, Head, Row, bars, dots, heat, tops


def cells(*values):
    return [Cell(f"{at}月", value, str(at)) for at, value in enumerate(values, start=1)]


def test_bars_are_as_tall_as_their_values_and_nothing_has_none():
    plot = bars(cells(10, 5, 0, 1))
    first, half, none, little = plot.cells
    assert half.tall * 2 == first.tall
    assert none.tall == 0
    assert little.tall >= 3, "more than nothing is seen"
    assert {cell.y + cell.tall for cell in plot.cells} == {plot.base}
    assert [cell.is_top for cell in plot.cells] == [True, False, False, False]
    assert plot.total == 16


@pytest.mark.parametrize("number", [1, 7, 12, 31])
def test_bars_stand_side_by_side_within_the_drawing(number):
    plot = bars(cells(*range(1, number + 1)))
    edges = [(cell.x, cell.x + cell.wide) for cell in plot.cells]
    assert edges[0][0] >= 0
    assert edges[-1][1] <= WIDTH
    assert all(left[1] < right[0] for left, right in itertools.pairwise(edges))


def test_the_area_of_a_dot_is_its_value():
    rows = [Row("上午", cells(16, 4)), Row("晚上", cells(0, 1))]
    plot = dots(rows, [Head("周一", "一"), Head("周二", "二")])
    radius = {cell.value: cell.wide for cell in plot.cells}
    assert radius[16] == 2 * radius[4] or abs(radius[16] - 2 * radius[4]) <= 1
    assert radius[0] == 0
    assert radius[1] == 9, "room for its number"
    assert {cell.x for cell in plot.cells} == {head.x for head in plot.heads}
    assert len({row.y for row in plot.rows}) == 2


def test_heat_has_steps_from_nothing_to_the_most_and_totals_have_none():
    whole = Row("全区", cells(9, 17))
    plot = heat([Row("甲", cells(0, 8)), Row("乙", cells(1, 4))], [Head("周一", "一"), Head("周二", "二")], whole)
    assert [cell.step for cell in plot.cells] == [0, STEPS, 1, 2]
    assert [cell.step for cell in plot.whole.cells] == [0, 0]


def test_equal_ones_are_all_named_and_nothing_names_nobody():
    assert [cell.label for cell in tops(cells(3, 1, 3))] == ["1月", "3月"]
    assert tops(cells(0, 0)) == []
    assert tops([]) == []
    for empty in (bars([]), dots([], []), heat([], [])):
        assert empty.cells == []
        assert empty.total == 0
    assert [cell.tall for cell in bars(cells(0, 0)).cells] == [0, 0]

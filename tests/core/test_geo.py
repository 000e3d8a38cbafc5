"""Conversions between the coordinate systems of Chinese maps, against points that others have published."""

import random

import pytest

from core import geo
from core.geo import CoordinateSystem, distance_m, distance_words, to_wgs84

#: (WGS-84, GCJ-02): the test points of googollee/eviltransform (Shanghai, Shenzhen, Beijing) and, last, the example
#: in the README of wandergis/coordtransform.
WGS_GCJ = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
    ((39.915, 116.404), (39.91640428150164, 116.41024449916938)),
]
#: (GCJ-02, BD-09): the example of the same README, computed forward.
GCJ_BD = [((39.915, 116.404), (39.92133699351021, 116.41036949371029))]
#: (WGS-84, BD-09): what npm coordtransform 2.1.2 gives for the same point.
WGS_BD = [((39.915, 116.404), (39.922699552216216, 116.41662724378733))]
CENTIMETRE = 1e-7  # in degrees
WUXI = (31.55, 120.30)


@pytest.mark.parametrize(("wgs", "gcj"), WGS_GCJ)
def test_wgs84_becomes_the_published_gcj02(wgs, gcj):
    assert geo.wgs84_to_gcj02(*wgs) == pytest.approx(gcj, abs=CENTIMETRE * 10)


@pytest.mark.parametrize(("wgs", "gcj"), WGS_GCJ)
def test_published_gcj02_becomes_wgs84(wgs, gcj):
    assert to_wgs84(*gcj, CoordinateSystem.GCJ02) == pytest.approx(wgs, abs=CENTIMETRE * 10)


@pytest.mark.parametrize(("gcj", "bd"), GCJ_BD)
def test_gcj02_becomes_the_published_bd09(gcj, bd):
    assert geo.gcj02_to_bd09(*gcj) == pytest.approx(bd, abs=CENTIMETRE / 100)


@pytest.mark.parametrize(("wgs", "bd"), WGS_BD)
def test_published_bd09_becomes_wgs84(wgs, bd):
    assert to_wgs84(*bd, CoordinateSystem.BD09) == pytest.approx(wgs, abs=CENTIMETRE)


def test_wgs84_is_left_alone():
    assert to_wgs84(*WUXI, CoordinateSystem.WGS84) == WUXI


def test_the_shift_in_wuxi_is_as_large_as_the_domain_paper_says():
    """domain.md §4.6: ≈ 484 m to GCJ-02, ≈ 1,140 m to BD-09: a wrong system is a wrong street corner."""
    gcj = geo.wgs84_to_gcj02(*WUXI)
    assert distance_m(*WUXI, *gcj) == pytest.approx(484, abs=10)
    assert distance_m(*WUXI, *geo.gcj02_to_bd09(*gcj)) == pytest.approx(1140, abs=15)


def test_there_and_back_is_below_a_millimetre():
    rng = random.Random(2026)  # noqa: S311  the same points every time
    for _point in range(500):
        wgs = rng.uniform(18, 53), rng.uniform(74, 134)
        gcj = geo.wgs84_to_gcj02(*wgs)
        assert distance_m(*wgs, *geo.gcj02_to_wgs84(*gcj)) < 0.001
        bd = geo.gcj02_to_bd09(*gcj)
        assert distance_m(*wgs, *to_wgs84(*bd, CoordinateSystem.BD09)) < 0.001


def test_distance_of_one_degree_on_the_meridian():
    assert distance_m(31, 120, 32, 120) == pytest.approx(111_195, abs=1)
    assert distance_m(*WUXI, *WUXI) == 0


def test_shanghai_to_beijing_as_published():
    """1,078,164 m in eviltransform's test, which takes the equator's radius, 6,378,137 m."""
    metres = distance_m(31.17530398364597, 121.531541859215, 39.91334545536069, 116.38404722455657)
    assert metres * 6_378_137 / geo.EARTH_RADIUS_M == pytest.approx(1_078_164, abs=2)


@pytest.mark.parametrize(
    ("metres", "accuracy", "words"),
    [
        (0, 20, "约 50 米"),
        (349, 20, "约 350 米"),
        (349, 300, "约 350 米"),
        (949, 20, "约 950 米"),
        (960, 20, "约 1.0 公里"),
        (1249, 20, "约 1.2 公里"),
        (349, 301, "约 1 公里内"),
        (349, None, "约 1 公里内"),
        (999, 700, "约 1 公里内"),
        (1300, 700, "约 1 公里"),
        (2600, None, "约 3 公里"),
    ],
)
def test_a_distance_is_said_no_more_precisely_than_it_is_known(metres, accuracy, words):
    assert distance_words(metres, accuracy) == words

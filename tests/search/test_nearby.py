"""Where a question is asked from, and how far everything is from there, in words no more precise than what is known."""

import math

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from core.geo import CoordinateSystem, distance_m, wgs84_to_gcj02
from search.nearby import Geography, geography
from tests.factories.network import (
    AcademyPageFactory,
    LandmarkFactory,
    NeighbourhoodFactory,
    StreetPageFactory,
    SubCentrePageFactory,
    TeachingPointPageFactory,
)


@pytest.fixture
def street(district):
    """The first street, its middle known to a kilometre; its sub-centre to 700 metres."""
    district.street.latitude, district.street.longitude, district.street.accuracy_m = 31.549, 120.310, 1000
    district.street.save()
    return district.street


# ---------------------------------------------------------------- origins


def test_each_kind_of_place_is_an_origin(district, street):
    community = NeighbourhoodFactory(street=street, name="大窑路社区")
    landmark = LandmarkFactory(street=street, name="清名桥", latitude=31.555, longitude=120.309, accuracy_m=100)
    found = {
        f"street-{street.slug}": ("清名桥街道", 31.549, 1000),
        f"community-{community.pk}": ("大窑路社区", 31.549, 1000),  # as much as is known: its street
        f"centre-{district.sub_centre.pk}": ("示例实验小学", 31.544, 700),
        f"landmark-{landmark.pk}": ("清名桥", 31.555, 100),
    }
    for key, (name, latitude, accuracy) in found.items():
        place = geography().origin(key)
        assert (place.key, place.name, place.street) == (key, name, street)
        assert (place.position.latitude, place.position.accuracy_m) == (latitude, accuracy)


@pytest.mark.parametrize(
    "value",
    ["", None, "street-", "street-nowhere", "centre-0", "centre-x", "centre--1", "landmark-99999999999999999999",
     "community-٣", "person-1", "__class__-1", "street-\0"],
)  # fmt: skip
@pytest.mark.usefixtures("street")
def test_what_is_no_place_is_no_origin(value):
    assert geography().origin(value) is None


def test_a_hidden_place_is_no_origin_and_in_no_list(district, street):
    draft = SubCentrePageFactory(parent=street, live=False)
    private = TeachingPointPageFactory(parent=street, latitude=31.549, longitude=120.31)
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    hidden_street = StreetPageFactory(parent=district.network, live=False)
    landmark = LandmarkFactory(street=hidden_street, latitude=31.549, longitude=120.31)
    community = NeighbourhoodFactory(street=hidden_street)
    keys = {
        f"centre-{draft.pk}", f"centre-{private.pk}", f"street-{hidden_street.slug}", f"landmark-{landmark.pk}",
        f"community-{community.pk}",
    }  # fmt: skip
    assert not [key for key in keys if geography().origin(key)]
    assert not keys & {key for _street, places in geography().choices for key, _name in places}
    assert not {draft.pk, private.pk, hidden_street.pk} & set(
        geography().distances(geography().origin(f"street-{street.slug}"))
    )
    assert geography().nearest(31.549, 120.31).key == f"street-{street.slug}"


def test_a_neighbourhood_stands_where_its_teaching_point_stands(street):
    community = NeighbourhoodFactory(street=street)
    TeachingPointPageFactory(parent=street, neighbourhood=community)  # without a position
    TeachingPointPageFactory(parent=street, neighbourhood=community, latitude=31.5, longitude=120.3, accuracy_m=50)
    position = geography().origin(f"community-{community.pk}").position
    assert (position.latitude, position.accuracy_m) == (31.5, 50)


def test_the_choices_stand_by_street(district, street):
    landmark = LandmarkFactory(street=street, name="清名桥")
    community = NeighbourhoodFactory(street=street, name="大窑路社区")
    assert geography().choices == [
        (
            "清名桥街道",
            [
                (f"street-{street.slug}", "清名桥街道"),
                (f"landmark-{landmark.pk}", "清名桥"),
                (f"community-{community.pk}", "大窑路社区"),
                (f"centre-{district.sub_centre.pk}", "示例实验小学"),
            ],
        ),
        ("南禅寺街道", [(f"street-{district.other_street.slug}", "南禅寺街道")]),
    ]
    for _street, places in geography().choices:
        assert all(geography().origin(key).name == name for key, name in places)


# ---------------------------------------------------------------- distances


def test_own_sub_centre_then_all_by_distance_an_unknown_place_of_the_own_street_as_a_kilometre(district, street):
    own_point = TeachingPointPageFactory(parent=street, latitude=31.549, longitude=120.311)
    unknown_point = TeachingPointPageFactory(parent=street)
    near = SubCentrePageFactory(parent=district.other_street, latitude=31.550, longitude=120.310)
    far = TeachingPointPageFactory(parent=district.other_street, latitude=31.60, longitude=120.31)
    academy = AcademyPageFactory(parent=district.network)
    found = geography().distances(geography().origin(f"street-{street.slug}"))
    assert list(found)[:6] == [district.sub_centre.pk, street.pk, own_point.pk, near.pk, unknown_point.pk, far.pk]
    assert set(list(found)[6:]) == {academy.pk, district.other_street.pk}
    assert [found[pk].own_street for pk in (own_point.pk, near.pk, academy.pk)] == [True, False, False]
    assert found[far.pk].metres == pytest.approx(distance_m(31.549, 120.31, 31.60, 120.31))
    assert (found[academy.pk].metres, found[academy.pk].words, found[academy.pk].km) == (None, "", None)
    assert (found[unknown_point.pk].metres, found[unknown_point.pk].words) == (None, "就在本街道")


def test_metres_are_said_only_where_both_ends_are_known_well(district, street):
    close = {"latitude": 31.5495, "longitude": 120.310}
    exact = TeachingPointPageFactory(parent=district.other_street, accuracy_m=50, **close)
    rough = TeachingPointPageFactory(parent=district.other_street, accuracy_m=700, **close)
    unknown = TeachingPointPageFactory(parent=district.other_street, accuracy_m=None, **close)
    corner = LandmarkFactory(street=street, latitude=31.549, longitude=120.310, accuracy_m=20)
    found = geography().distances(geography().origin(f"landmark-{corner.pk}"))
    assert found[exact.pk].words == "约 50 米"
    assert found[rough.pk].words == found[unknown.pk].words == "约 1 公里内"
    found = geography().distances(geography().origin(f"street-{street.slug}"))  # known to a kilometre
    assert found[exact.pk].words == "约 1 公里内"


def test_a_place_is_nearest_to_itself(district, street):
    beside = SubCentrePageFactory(parent=street, latitude=31.544, longitude=120.302)
    found = geography().distances(geography().origin(f"centre-{beside.pk}"))
    assert next(iter(found)) == beside.pk
    assert (found[beside.pk].words, found[beside.pk].metres, found[beside.pk].same_place) == ("就在这里", 0, True)
    assert not found[district.sub_centre.pk].same_place
    nowhere = TeachingPointPageFactory(parent=street)
    found = geography().distances(geography().origin(f"centre-{nowhere.pk}"))
    assert next(iter(found)) == nowhere.pk


def test_places_are_read_once_and_again_when_one_changes(district, street, django_assert_num_queries):
    before = geography()
    with django_assert_num_queries(1):  # the tokens
        assert geography() is before
    TeachingPointPageFactory(parent=street)
    assert len(geography().places) == len(before.places) + 1
    for change in (LandmarkFactory, NeighbourhoodFactory):
        before = geography()
        change(street=street)
        assert len(geography().origins) == len(before.origins) + 1


def test_places_cost_the_same_however_many(district, street, django_assert_num_queries):
    counts = []
    for more in (1, 12):
        for _place in range(more):
            TeachingPointPageFactory(parent=street)
            LandmarkFactory(street=street)
        with CaptureQueriesContext(connection) as queries:
            Geography()
        counts.append(len(queries))
    assert counts[0] == counts[1]


# ---------------------------------------------------------------- a position given on tap


def test_a_position_becomes_the_nearest_known_place(district, street):
    landmark = LandmarkFactory(street=street, latitude=31.555, longitude=120.309)
    LandmarkFactory(street=street)  # without a position
    assert geography().nearest(31.5551, 120.3089).key == f"landmark-{landmark.pk}"
    assert geography().nearest(31.5441, 120.3021).key == f"centre-{district.sub_centre.pk}"
    assert (
        geography().nearest(*wgs84_to_gcj02(31.5551, 120.3089), CoordinateSystem.GCJ02).key == f"landmark-{landmark.pk}"
    )


@pytest.mark.parametrize("position", [(39.9, 116.4), (math.nan, 120.3), (31.5, math.inf), (-91, 0), (31.5, 181)])
@pytest.mark.usefixtures("street")
def test_a_position_far_away_or_nowhere_is_near_nothing(position):
    assert geography().nearest(*position) is None


def test_where_no_position_is_known_nothing_is_near(district):
    district.sub_centre.latitude = district.sub_centre.longitude = None
    district.sub_centre.save()
    assert geography().nearest(31.5, 120.3) is None

"""Places: positions from any map become WGS-84 at the door, and are said no more precisely than they are known."""

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from core import geo
from core.geo import CoordinateSystem, distance_m
from network.models import NetworkIndexPage, StreetPage, SubCentrePage
from tests.factories.network import NeighbourhoodFactory, RoomFactory, SubCentrePageFactory

WGS = (31.55, 120.30)
GCJ = geo.wgs84_to_gcj02(*WGS)
BD = geo.gcj02_to_bd09(*GCJ)


@pytest.fixture
def form(district):
    """Return the bound editing form of a sub-centre, as the admin builds it: ``form(position_input="…")``."""
    user = get_user_model().objects.create_superuser("chief", "chief@example.org", "x")

    def bind(page=None, **values):
        page = page or SubCentrePage(title="分中心", slug="fenzhongxin")
        form_class = SubCentrePage.get_edit_handler().get_form_class()
        data = nested_form_data(
            {
                "title": "分中心",
                "slug": "",
                "body": streamfield([]),
                "opening_hours": inline_formset([]),
                "comments": inline_formset([]),
                **values,
            }
        )
        return form_class(data, instance=page, parent_page=district.street, for_user=user)

    return bind


def position(form):
    assert form.is_valid(), form.errors
    page = form.save(commit=False)
    return page.latitude, page.longitude


def text(pair, latitude_first=False):
    lat, lon = pair
    return f"{lat:.6f}, {lon:.6f}" if latitude_first else f"{lon:.6f}, {lat:.6f}"


@pytest.mark.parametrize(
    ("pair", "system"), [(WGS, CoordinateSystem.WGS84), (GCJ, CoordinateSystem.GCJ02), (BD, CoordinateSystem.BD09)]
)
@pytest.mark.parametrize("latitude_first", [True, False])
def test_a_pasted_position_of_any_map_becomes_wgs84(form, pair, system, latitude_first):
    found = position(form(position_input=text(pair, latitude_first), position_system=system))
    assert distance_m(*found, *WGS) < 0.2  # six decimals
    assert [round(value, 6) for value in found] == list(found)


@pytest.mark.parametrize(
    "written", ["120.30,31.55", " 31.55 120.30 ", "120.30，31.55", "120.30；31.55", "31.55\t120.30"]
)
def test_however_the_two_numbers_are_written(form, written):
    assert position(form(position_input=written)) == WGS


def test_a_pasted_position_wins_over_the_numbers_below(form):
    assert position(form(position_input=text(WGS), latitude="30", longitude="119")) == WGS


def test_numbers_typed_in_the_fields_are_taken_as_they_are(form):
    assert position(form(latitude="31.5", longitude="120.3")) == (31.5, 120.3)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("here", "看不懂这个坐标"),
        ("120.30", "看不懂这个坐标"),
        ("120.30, 31.55, 7", "看不懂这个坐标"),
        ("1e3, 31", "看不懂这个坐标"),
        ("0, 0", "不在中国境内"),
        ("12.030, 31.55", "不在中国境内"),
        ("-120.30, 31.55", "不在中国境内"),
        ("9" * 59, "看不懂这个坐标"),
    ],
)
def test_what_is_no_position_here_is_refused_with_a_sentence(form, written, words):
    bound = form(position_input=written)
    assert not bound.is_valid()
    assert words in bound.errors["position_input"][0]


def test_an_unknown_coordinate_system_is_refused(form):
    assert "position_system" in form(position_input=text(WGS), position_system="mars").errors


@pytest.mark.parametrize("half", [{"latitude": "31.5"}, {"longitude": "120.3"}])
def test_half_a_position_is_refused(form, half):
    assert "要么都填" in form(**half).errors["latitude"][0]


def test_the_database_keeps_positions_whole(district):
    with pytest.raises(IntegrityError), transaction.atomic():
        SubCentrePage.objects.filter(pk=district.sub_centre.pk).update(latitude=None)


@pytest.mark.parametrize(("accuracy", "approximate"), [(None, True), (301, True), (300, False), (0, False)])
def test_what_counts_as_approximate(db, accuracy, approximate):
    assert SubCentrePage(accuracy_m=accuracy).position_is_approximate is approximate


def test_distance_in_words_follows_the_accuracy(district):
    centre = SubCentrePageFactory(parent=district.street, latitude=31.55, longitude=120.30, accuracy_m=20)
    assert centre.distance_words_from(31.553, 120.30) == "约 350 米"
    centre.accuracy_m = 700
    assert centre.distance_words_from(31.553, 120.30) == "约 1 公里内"
    assert SubCentrePage().distance_words_from(31.553, 120.30) == ""
    assert SubCentrePage().distance_from(31.553, 120.30) is None


def test_zero_degrees_are_a_position(db):
    assert SubCentrePage(latitude=0.0, longitude=0.0).has_position


# The network's tables


def test_a_neighbourhood_stands_once_in_its_street_and_may_stand_in_another(district):
    NeighbourhoodFactory(street=district.street, name="槐古社区")
    NeighbourhoodFactory(street=district.other_street, name="槐古社区")
    with pytest.raises(IntegrityError), transaction.atomic():
        NeighbourhoodFactory(street=district.street, name="槐古社区")


def test_a_room_stands_once_in_its_centre(district):
    RoomFactory(centre=district.sub_centre, name="301")
    with pytest.raises(IntegrityError), transaction.atomic():
        RoomFactory(centre=district.sub_centre, name="301")


def test_a_street_has_a_short_name(district):
    assert district.street.short_name == "清名桥"
    assert StreetPage(street_name="街道").short_name == "街道"


def test_there_is_one_network(district):
    assert not NetworkIndexPage.can_create_at(district.home)

"""What a place tells search engines."""

import datetime

import pytest
from django.test import RequestFactory

from network.models import OpeningHours, StreetPage, SubCentrePage
from tests.factories.network import SubCentrePageFactory


@pytest.fixture
def request_():
    return RequestFactory().get("/")


def test_a_place_with_everything_known(district, request_):
    centre = SubCentrePageFactory(
        parent=district.street,
        title="清名桥分中心",
        phone="0510-1234 5678",
        accuracy_m=20,
        facilities=["projector"],
        accessibility=["step_free"],
    )
    centre.opening_hours.add(
        OpeningHours(days=[6, 7], opens=datetime.time(8, 30), closes=datetime.time(11), note="寒暑假除外")
    )
    centre.save()
    data = SubCentrePage.objects.get(pk=centre.pk).jsonld(request_)
    assert data["@type"] == ["EducationalOrganization", "Place"]
    assert (data["name"], data["telephone"]) == ("清名桥分中心", "0510-1234 5678")
    assert data["address"] == {"@type": "PostalAddress", "streetAddress": "示例路 1 号", "addressCountry": "CN"}
    assert data["geo"] == {"@type": "GeoCoordinates", "latitude": 31.544, "longitude": 120.302}
    assert data["openingHoursSpecification"] == [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": ["https://schema.org/Saturday", "https://schema.org/Sunday"],
            "opens": "08:30",
            "closes": "11:00",
            "description": "寒暑假除外",
        }
    ]
    assert [amenity["name"] for amenity in data["amenityFeature"]] == ["投影", "无台阶入口"]
    assert data["parentOrganization"]["url"] == f"http://testserver{district.street.url}"


@pytest.mark.parametrize(("accuracy", "given"), [(300, True), (301, False), (None, False)])
def test_a_position_only_where_it_is_known_within_300_m(district, request_, accuracy, given):
    centre = SubCentrePageFactory(parent=district.street, accuracy_m=accuracy)
    assert ("geo" in centre.jsonld(request_)) is given


def test_what_is_not_known_is_not_said(district, request_):
    centre = SubCentrePageFactory(
        parent=district.street, address="", phone="", latitude=None, longitude=None, accuracy_m=20
    )
    assert set(centre.jsonld(request_)) == {"@context", "@type", "@id", "name", "url", "parentOrganization"}


def test_a_street_serves_its_area_and_belongs_to_no_street(district, request_):
    street = StreetPage.objects.get(pk=district.street.pk)
    street.english_name = "Qingmingqiao Sub-district"
    data = street.jsonld(request_)
    assert data["areaServed"] == {"@type": "AdministrativeArea", "name": "清名桥街道"}
    assert data["alternateName"] == "Qingmingqiao Sub-district"
    assert "parentOrganization" not in data


def test_a_sample_says_so(district, request_):
    centre = SubCentrePageFactory(parent=district.street, title="分中心", is_sample=True)
    assert centre.jsonld(request_)["name"] == "分中心（示例）"

"""Fixtures of the whole suite: a founded site with two streets."""

from dataclasses import dataclass

import pytest
from home.models import HomePage, NewsIndexPage
from home.services import found_site
from network.models import NetworkIndexPage, StreetPage, SubCentrePage

from tests.factories.network import StreetPageFactory, SubCentrePageFactory


@dataclass
class District:
    """A small district: the ground floor, two streets and a sub-centre in the first."""

    home: HomePage
    network: NetworkIndexPage
    street: StreetPage
    other_street: StreetPage
    sub_centre: SubCentrePage
    news_index: NewsIndexPage


@pytest.fixture
def district(db):
    found_site()
    network = NetworkIndexPage.objects.get()
    street = StreetPageFactory(parent=network, street_name="清名桥街道", colour="jade")
    other = StreetPageFactory(parent=network, street_name="南禅寺街道", colour="plum")
    return District(
        home=HomePage.objects.get(),
        network=network,
        street=street,
        other_street=other,
        sub_centre=SubCentrePageFactory(parent=street),
        news_index=NewsIndexPage.objects.get(),
    )

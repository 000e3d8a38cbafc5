"""A page's street follows the tree: on creation, copy, move, publication and for a whole branch."""

import pytest

from core.models import BasePage
from courses.models import CoursePage
from home.models import HomePage
from network.models import StreetPage
from network.services import refresh_streets, street_of, street_owned_models
from tests.factories.learning import (
    BrandProjectPageFactory,
    CoursePageFactory,
    EventPageFactory,
    LearningOrganisationPageFactory,
    ResearchProjectPageFactory,
)
from tests.factories.network import AcademyPageFactory, SubCentrePageFactory, TeachingPointPageFactory

OWNED = [
    CoursePageFactory,
    EventPageFactory,
    BrandProjectPageFactory,
    ResearchProjectPageFactory,
    LearningOrganisationPageFactory,
]


def stored(page):
    return type(page).objects.get(pk=page.pk).street


@pytest.mark.parametrize("factory", OWNED)
def test_a_new_page_has_the_street_it_stands_under(district, factory):
    assert stored(factory(parent=district.street)) == district.street


@pytest.mark.parametrize("factory", OWNED)
def test_a_moved_page_takes_the_new_street_at_once(district, factory):
    page = factory(parent=district.street)
    page.move(district.other_street, pos="last-child")
    assert stored(page) == district.other_street


def test_a_page_moved_without_its_type_takes_it_too(district):
    """Wagtail's admin moves plain Page objects."""
    page = CoursePageFactory(parent=district.street)
    page.page_ptr.learningpage.page_ptr.move(district.other_street, pos="last-child")
    assert stored(page) == district.other_street


def test_a_page_outside_the_streets_has_none(district):
    academy = AcademyPageFactory(parent=district.network)
    inside, outside = CoursePageFactory(parent=district.street), CoursePageFactory(parent=academy)
    assert stored(outside) is None
    inside.move(academy, pos="last-child")
    assert stored(inside) is None


def test_a_branch_that_moves_takes_everything_below_it(district):
    """Streets do not nest, so the branch is an academy with its courses, put under a street for the test."""
    academy = AcademyPageFactory(parent=district.network)
    pages = [
        CoursePageFactory(parent=academy),
        EventPageFactory(parent=academy),
        ResearchProjectPageFactory(parent=academy),
    ]
    neighbour = CoursePageFactory(parent=district.other_street)
    academy.move(district.street, pos="last-child")
    assert [stored(page) for page in pages] == [district.street] * 3
    assert stored(neighbour) == district.other_street


def test_streets_that_change_places_keep_their_pages(district):
    mine, theirs = CoursePageFactory(parent=district.street), CoursePageFactory(parent=district.other_street)
    StreetPage.objects.get(pk=district.other_street.pk).move(StreetPage.objects.get(pk=district.street.pk), pos="left")
    assert stored(mine).street_name == "清名桥街道"
    assert stored(theirs).street_name == "南禅寺街道"
    assert StreetPage.objects.order_by("path").first().street_name == "南禅寺街道"


def test_a_copy_takes_the_street_of_its_new_place(district):
    page = CoursePageFactory(parent=district.street, title="书法")
    copy = page.copy(to=district.other_street, update_attrs={"slug": "shufa-copy"})
    assert stored(copy) == district.other_street
    assert stored(page) == district.street


def test_a_copied_branch_takes_its_new_place_all_through(district):
    academy = AcademyPageFactory(parent=district.network)
    CoursePageFactory(parent=academy, title="书法")
    academy.copy(to=district.street, recursive=True, update_attrs={"slug": "xueyuan-2", "code": None})
    assert CoursePage.objects.get(street__isnull=False).street == district.street


def test_an_old_revision_does_not_bring_the_old_street_back(district):
    page = CoursePageFactory(parent=district.street)
    revision = page.save_revision()
    page.move(district.other_street, pos="last-child")
    revision.publish()
    assert stored(page) == district.other_street


def test_saving_one_field_keeps_the_street_right(district):
    page = CoursePageFactory(parent=district.street)
    CoursePage.objects.filter(pk=page.pk).update(street=district.other_street)
    page.title = "新题目"
    page.save(update_fields=["title"])
    assert stored(page) == district.street


def test_a_branch_is_refreshed_in_one_update_a_type(district, django_assert_max_num_queries):
    for _number in range(3):
        CoursePageFactory(parent=district.street)
    CoursePage.objects.update(street=None)
    with django_assert_max_num_queries(len(street_owned_models()) * 2 + 3):
        refresh_streets(district.street)
    assert {page.street for page in CoursePage.objects.all()} == {district.street}


def test_the_street_of_any_place(district):
    point = TeachingPointPageFactory(parent=district.street)
    assert street_of(point) == street_of(district.sub_centre) == street_of(district.street) == district.street
    assert street_of(district.network) is street_of(HomePage.objects.get()) is None
    assert street_of(CoursePage(title="还没有放进树里")) is None
    assert SubCentrePageFactory(parent=district.other_street).street == district.other_street


def test_every_type_that_stores_its_street_is_found():
    names = {model._meta.label for model in street_owned_models()}
    assert names == {
        "timetable.LearningPage",
        "community.BrandProjectPage",
        "community.ResearchProjectPage",
        "community.LearningOrganisationPage",
    }
    assert all(issubclass(model, BasePage) for model in street_owned_models())

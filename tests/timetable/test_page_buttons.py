"""From a course to a class of it, and from last term's course to this term's: no way round, no dead end."""

import pytest
from django.urls import reverse

from core.services import sync_roles
from courses.models import CoursePage
from tests.factories.accounts import member
from tests.factories.learning import CoursePageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(district):
    sync_roles()
    return CoursePageFactory(parent=district.street, title="太极拳入门", code="K-1")


def test_a_copy_has_no_number_yet_and_is_opened_at_once(client, course, district):
    course.save_revision().publish()
    client.force_login(member("street_editor", district.street))
    data = {"new_title": "太极拳入门（二）", "new_slug": "er", "new_parent_page": district.street.pk}
    response = client.post(reverse("wagtailadmin_pages:copy", args=[course.pk]), data)
    copied = CoursePage.objects.get(slug="er")
    assert response.url == reverse("wagtailadmin_pages:edit", args=[copied.pk])
    assert (copied.live, copied.code) == (False, None)
    assert copied.get_latest_revision_as_object().code is None


def test_a_class_from_the_courses_page(client, course, district):
    client.force_login(member("street_editor", district.street))
    address = f"{reverse('runs:add')}?learning={course.pk}"
    assert address in client.get(reverse("wagtailadmin_pages:edit", args=[course.pk])).content.decode()
    form = client.get(address).context["form"]
    assert (form["learning"].value(), form["centre"].value()) == (course.pk, district.street.pk)
    assert client.get(f"{reverse('runs:add')}?learning=x").status_code == 200


def test_who_makes_no_classes_sees_no_button(client, course, district):
    client.force_login(member("counter_clerk", district.street))
    html = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("runs:add") not in html

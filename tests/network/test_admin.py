"""The network's tables: created by a street's lead, exported in words, refused where something needs them."""

import pytest
from django.urls import reverse

from core.services import sync_roles
from network.models import Landmark, Neighbourhood, Room, SchoolResource
from tests.factories.accounts import member
from tests.factories.learning import CoursePageFactory
from tests.factories.network import NeighbourhoodFactory, RoomFactory
from tests.factories.timetable import ClassRunFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def roles(district):
    sync_roles()
    return district


def test_created_changed_and_deleted(roles, client):
    client.force_login(member("street_lead", roles.street))
    street = roles.street.pk
    rows = {
        "rooms": (Room, {"centre": street, "name": "201 教室", "capacity": "30", "equipment": ["projector", "piano"]}),
        "resources": (
            SchoolResource,
            {"centre": street, "name": "操场", "kind": "facility", "direction": "school_to_community"},
        ),
        "neighbourhoods": (Neighbourhood, {"street": street, "name": "示例社区", "status": "sample"}),
        "landmarks": (Landmark, {"street": street, "name": "示例地名"}),
    }
    for name, (model, data) in rows.items():
        response = client.post(reverse(f"{name}:add"), data)
        assert response.status_code == 302, response.context["form"].errors
        row = model.objects.get()
        client.post(reverse(f"{name}:edit", args=[row.pk]), {**data, "name": "改过的名字"})
        row.refresh_from_db()
        assert row.name == "改过的名字"
        response = client.post(reverse(f"{name}:add"), {**data, "name": "改过的名字"})
        assert response.context["form"].errors  # once per centre
        client.post(reverse(f"{name}:delete", args=[row.pk]))
        assert not model.objects.exists()


def test_an_editor_does_not_delete(roles, client):
    room = RoomFactory(centre=roles.street)
    client.force_login(member("street_editor", roles.street))
    assert client.get(reverse("rooms:edit", args=[room.pk])).status_code == 200
    client.post(reverse("rooms:delete", args=[room.pk]))
    assert Room.objects.exists()
    neighbourhood = NeighbourhoodFactory(street=roles.street)
    assert client.get(reverse("neighbourhoods:edit", args=[neighbourhood.pk])).status_code == 302


def test_a_room_in_use_is_not_deleted(roles, client):
    room = RoomFactory(centre=roles.street)
    ClassRunFactory(learning=CoursePageFactory(parent=roles.street), room=room)
    client.force_login(member("street_lead", roles.street))
    response = client.post(reverse("rooms:delete", args=[room.pk]), follow=True)
    message = "".join(str(message) for message in response.context["messages"])
    assert "1 个班" in message
    assert "4 个课次" in message
    assert "不能删除" in message
    assert Room.objects.exists()


def test_export_and_inspection_in_words(roles, client):
    room = RoomFactory(centre=roles.street, equipment=["projector", "piano"], is_sample=True)
    client.force_login(member("street_lead", roles.street))
    text = b"".join(client.get(reverse("rooms:index"), {"export": "csv"}).streaming_content).decode()
    page = client.get(reverse("rooms:inspect", args=[room.pk])).content.decode()
    for word in ("投影、钢琴", "清名桥街道", "是"):
        assert word in text
        assert word in page
    assert "projector" not in text + page
    assert "True" not in client.get(reverse("rooms:index")).content.decode()


@pytest.mark.parametrize("table", ["rooms", "neighbourhoods"])
def test_a_page_with_rows_is_not_deleted(roles, client, table):
    page = roles.other_street
    RoomFactory(centre=page) if table == "rooms" else NeighbourhoodFactory(street=page)
    client.force_login(member("street_lead", page))
    response = client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
    message = "".join(str(message) for message in response.context["messages"])
    assert "不能删除" in message
    assert ("1 个教室" if table == "rooms" else "1 个社区") in message
    assert type(page).objects.filter(pk=page.pk).exists()

"""Who may see residents at the desk, and that each look at a minor and each refusal is written down for good."""

import datetime

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.urls import reverse
from django.utils import timezone

from accounts import append_only
from accounts.enums import AccessKind
from accounts.models import DataOpening, RecordAccess, User
from accounts.permissions import has_opening
from accounts.services.access import open_data
from core.errors import DomainError
from core.services import sync_roles
from tests.core.admin_addresses import furnish
from tests.factories.accounts import member
from timetable.models import ClassRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(district):
    return furnish(district)


@pytest.fixture
def administrator(db):
    return User.objects.create_superuser("guanli", password="x")


#: Screens of a class that show no list by themselves.
CLASS_SCREENS = ("export", "message", "certificates")


def rosters(street):
    """The addresses at which the class of ``street`` shows its people."""
    run, session = street.rows["runs"], street.rows["sessions"]
    return {
        "roster:session": reverse("roster:session", args=[session.pk]),
        "roster:run": reverse("roster:run", args=[run.pk]),
        "roster:list": reverse("roster:list", args=[run.pk]),
        "roster:papers": reverse("roster:papers", args=[run.pk]),
    }


def claims(street):
    receipt = street.names["receipt"]
    return {name: reverse(name, args=[receipt]) for name in ("counter:claim", "counter:slip")}


class TestAdministrator:
    def test_the_flag_opens_nothing_an_opening_does_and_ends(
        self, district, world, administrator, client, time_machine
    ):
        client.force_login(administrator)
        people = rosters(world.own) | claims(world.own)
        for address in people.values():
            assert client.get(address).url == reverse("wagtailadmin_home")
        assert not RecordAccess.objects.filter(kind=AccessKind.OPENED).exists()
        open_data(member("district_office"), administrator, "候补没有递补", 1)
        for address in people.values():
            assert client.get(address).status_code == 200
        looked = RecordAccess.objects.filter(kind=AccessKind.OPENED, user_number=administrator.pk)
        assert {row.view for row in looked} == set(people)
        time_machine.move_to(timezone.now() + datetime.timedelta(minutes=61))
        client.force_login(administrator)
        assert client.get(people["roster:run"]).status_code == 302

    def test_a_group_does_not_make_up_for_it(self, district, world, administrator, client):
        administrator.groups.add(*member("counter_clerk", district.street).groups.all())
        client.force_login(administrator)
        assert client.get(rosters(world.own)["roster:run"]).status_code == 302

    def test_only_the_office_opens(self, district, administrator, client):
        sync_roles()
        office, add = member("district_office"), reverse("data_openings:add")
        for user in (administrator, member("auditor"), member("street_lead", district.street)):
            client.force_login(user)
            assert client.post(add, {"user": administrator.pk, "reason": "看看", "hours": 1}).status_code == 302
        assert not DataOpening.objects.exists()
        client.force_login(office)
        assert "reason" in client.post(add, {"user": administrator.pk, "hours": 1}).context["form"].errors
        assert "user" in client.post(add, {"user": office.pk, "reason": "看看", "hours": 1}).context["form"].errors
        assert client.post(add, {"user": administrator.pk, "reason": "查故障", "hours": 2}).status_code == 302
        opening = DataOpening.objects.get()
        assert (opening.user, opening.opened_by, opening.reason) == (administrator, office, "查故障")
        assert opening.until - opening.opened_at == datetime.timedelta(hours=2)
        assert has_opening(administrator)

    @pytest.mark.parametrize("code", ["not_administrator", "oneself", "reason", "hours"])
    def test_what_is_refused(self, district, administrator, code):
        sync_roles()
        office = member("district_office")
        by, user, reason, hours = {
            "not_administrator": (office, member("auditor"), "查故障", 1),
            "oneself": (administrator, administrator, "查故障", 1),
            "reason": (office, administrator, " ", 1),
            "hours": (office, administrator, "查故障", 9),
        }[code]
        with pytest.raises(DomainError) as refused:
            open_data(by, user, reason, hours)
        assert refused.value.code == code
        assert not DataOpening.objects.exists()


class TestTeacher:
    def test_own_class_only(self, district, world, client):
        account, teacher = member("teacher"), world.own.rows["teachers"]
        client.force_login(account)
        for street in (world.own, world.other):
            for address in rosters(street).values():
                assert client.get(address).status_code == 302
        teacher.user = account
        teacher.save()
        client.force_login(User.objects.get(pk=account.pk))
        for address in rosters(world.own).values():
            html = client.get(address).content.decode()
            assert world.minors[0].name in html
            assert world.people[0].phone not in html
        for address in rosters(world.other).values():
            assert client.get(address).url == reverse("wagtailadmin_home")
        for address in claims(world.own).values():
            assert client.get(address).status_code == 302
        listed = client.get(reverse("roster:index")).context["meetings"].object_list
        assert {meeting.class_run_id for meeting in listed} <= {world.own.rows["runs"].pk}
        assert client.post(rosters(world.own)["roster:papers"], {"do": "complete"}).status_code == 302
        assert ClassRun.objects.get(pk=world.own.rows["runs"].pk).enrolments.filter(status="completed").count() == 0

    def test_who_stands_in_marks_that_meeting_and_no_other(self, district, world, client):
        session = world.own.rows["sessions"]
        stand_in = world.other.rows["teachers"]
        stand_in.user = member("teacher")
        stand_in.save()
        session.substitute = stand_in
        session.save()
        client.force_login(stand_in.user)
        assert client.get(rosters(world.own)["roster:session"]).status_code == 200
        assert client.get(rosters(world.own)["roster:run"]).status_code == 302
        later = world.own.rows["runs"].sessions.exclude(pk=session.pk).first()
        assert client.get(reverse("roster:session", args=[later.pk])).status_code == 302

    def test_the_street_links_a_teachers_account_that_nobody_has(self, district, client):
        world = furnish(district)
        free, taken, clerk = (User.objects.create_user(name, password="x") for name in ("kong", "yong", "gui"))
        group = member("teacher").groups.get()
        free.groups.add(group)
        taken.groups.add(group)
        clerk.groups.add(*member("counter_clerk", district.street).groups.all())
        world.other.rows["teachers"].user = taken
        world.other.rows["teachers"].save()
        client.force_login(member("street_lead", district.street))
        edit = reverse("teachers:edit", args=[world.own.rows["teachers"].pk])
        offered = set(client.get(edit).context["form"].fields["user"].queryset.values_list("username", flat=True))
        assert offered == {"kong", "teacher-0"}


class TestMinors:
    def test_each_opening_is_logged_for_each_minor(self, district, world, client):
        client.force_login(clerk := member("counter_clerk", district.street))
        minor, adult = world.minors[0], world.people[0]
        certificate = reverse("roster:certificate", args=[world.own.names["number"]])
        for view, address in (rosters(world.own) | claims(world.own) | {"roster:certificate": certificate}).items():
            assert client.get(address).status_code in (200, 503)
            row = RecordAccess.objects.latest("pk")
            assert (row.kind, row.view, row.username) == (AccessKind.OPENED, view, clerk.username)
            assert (row.resident_number, row.is_minor) == (minor.pk, True)
        assert RecordAccess.objects.count() == 7
        assert not RecordAccess.objects.filter(resident_number=adult.pk).exists()  # of lists, minors only

    @pytest.mark.parametrize(
        ("key", "may"),
        [("district_office", True), ("auditor", True), ("college", False), ("street_lead", False), ("teacher", False)],
    )
    def test_who_reads_the_log(self, district, client, key, may):
        sync_roles()
        RecordAccess.objects.create(
            kind=AccessKind.OPENED, user_number=1, username="gui", resident_number=77, is_minor=True, view="roster:run"
        )
        client.force_login(member(key, district.street if key == "street_lead" else None))
        response = client.get(reverse("record_access:index"))
        assert (response.status_code == 200) is may
        if may:
            assert "班级名单" in response.content.decode()  # the screen's name; the export has the address's, too
            exported = client.get(reverse("record_access:index"), {"export": "csv"})
            assert exported.status_code == 200
            assert b"roster:run" in exported.getvalue()
        home = client.get(reverse("wagtailadmin_home")).content.decode()
        assert (reverse("record_access:index") in home) is may

    def test_the_database_keeps_it_half_a_year(self, db):
        append_only.install(connection)  # an earlier test with real commits may have taken it away
        row = {"kind": AccessKind.OPENED, "user_number": 1, "username": "gui", "resident_number": 7}
        RecordAccess.objects.create(**row)
        old = RecordAccess.objects.create(**row, at=timezone.now() - datetime.timedelta(days=184))
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            RecordAccess.objects.update(username="bieren")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            RecordAccess.objects.all().delete()
        RecordAccess.objects.filter(pk=old.pk).delete()
        assert RecordAccess.objects.count() == 1


class TestChangedIds:
    """Another street's number in an address or a form: refused, and written down."""

    def attempts(self, street):
        rows, names = street.rows, street.names
        addresses = {
            f"{name}:{verb}": reverse(f"{name}:{verb}", args=[rows[name].pk])
            for name in ("runs", "sessions", "rooms", "teachers", "resources")
            for verb in ("edit", "inspect")
        }
        addresses |= rosters(street) | claims(street)
        addresses |= {
            "runs:publish": reverse("runs:publish", args=[rows["runs"].pk]),
            "sessions:cancel": reverse("sessions:cancel", args=[rows["sessions"].pk]),
            "draw_desk:run": reverse("draw_desk:run", args=[rows["draw_desk"].pk]),
            "roster:certificate": reverse("roster:certificate", args=[names["number"]]),
            **{f"roster:{name}": reverse(f"roster:{name}", args=[rows["roster"].pk]) for name in CLASS_SCREENS},
            **{
                f"roster:{name}": reverse(f"roster:{name}", args=[rows["roster:phone"].pk])
                for name in ("phone", "notes")
            },
            "wagtaildocs:edit": reverse("wagtaildocs:edit", args=[names["document_id"]]),
            "wagtaildocs:delete": reverse("wagtaildocs:delete", args=[names["document_id"]]),
            "wagtailimages:edit": reverse("wagtailimages:edit", args=[names["image_id"]]),
            "wagtailadmin_pages:edit": reverse("wagtailadmin_pages:edit", args=[names["page_id"]]),
            "wagtailadmin_pages:view_draft": reverse("wagtailadmin_pages:view_draft", args=[names["page_id"]]),
            "learning_chooser:chosen": reverse("learning_chooser:chosen", args=[rows["learning_chooser"].pk]),
        }
        return addresses

    @pytest.mark.parametrize("key", ["street_lead", "counter_clerk"])
    def test_refused_and_logged(self, district, world, client, key):
        client.force_login(user := member(key, district.street))
        for view, address in self.attempts(world.other).items():
            for method in ("get", "post"):
                before = RecordAccess.objects.count()
                response = getattr(client, method)(address)
                if response.status_code == 405:
                    continue
                assert response.status_code in (403, 404) or response.url == reverse("wagtailadmin_home"), view
                assert RecordAccess.objects.count() == before + 1, (view, method)
                row = RecordAccess.objects.latest("pk")
                assert (row.kind, row.view, row.address) == (AccessKind.REFUSED, view, address)
                assert (row.user_number, row.method) == (user.pk, method.upper())

    def test_a_class_of_another_street_at_the_counter(self, district, world, client):
        client.force_login(member("counter_clerk", district.street))
        other = world.other.rows["runs"].code
        client.get(reverse("counter:index"), {"run": other})
        client.post(reverse("counter:index"), {"run": other})
        assert RecordAccess.objects.filter(kind=AccessKind.REFUSED, view="counter:index").count() == 2
        client.get(reverse("counter:index"), {"run": "meiyou"})
        assert RecordAccess.objects.count() == 2

    def test_nobody_known_is_not_logged_and_nothing_found_is_no_attempt(self, district, world, client):
        client.get(rosters(world.own)["roster:run"])
        client.force_login(member("street_lead", district.street))
        assert client.get("/admin/meiyou/").status_code == 404
        assert client.get(reverse("wagtailadmin_home")).status_code == 200
        assert not RecordAccess.objects.exists()

    def test_a_resident_at_the_desk_is(self, district, world, client):
        client.force_login(world.people[0].user or User.objects.create_user("jumin", phone="+8613900000000"))
        assert client.get(rosters(world.own)["roster:run"]).status_code == 403
        assert RecordAccess.objects.get().kind == AccessKind.REFUSED

"""What the privacy page promises about time, carried out: each row of its table before and after its day."""

import datetime

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from accounts import services
from accounts.enums import ConsentPurpose, NoticeKind, Relation
from accounts.models import Erasure, Notice, Resident, User
from accounts.privacy import all_expiries
from accounts.retention import RETENTION, years_before
from accounts.services.retention import OWN, apply_retention
from enrolments.audit import audit
from enrolments.enums import Status
from enrolments.models import Attendance, Certificate, Draw, DrawEntry, Enrolment
from enrolments.services import attendance, certificates, counter, places
from enrolments.services.core import SYSTEM, online
from tests.enrolments.classes import at, class_run, mark_all, put
from tests.enrolments.drawing import draw_run, enter, freeze, hold
from tests.factories.enrolments import enrol_someone, make_run
from tests.factories.learning import CoursePageFactory
from tests.factories.people import ConsentFactory, ResidentFactory, UserFactory
from tests.reading import tables_with

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def clock():
    with time_machine.travel(at(9, 1), tick=False) as traveller:
        yield traveller


def night(clock, moment):
    """Run the job at ``moment``, twice; return what the first run did, by step, without the zeros."""
    clock.move_to(moment)
    done = {}
    for key, _label, count in apply_retention():
        done[key] = done.get(key, 0) + count
    assert not any(count for _key, _label, count in apply_retention())
    assert list(audit()) == []
    return {key: count for key, count in done.items() if count}


def days_after(date, days):
    return timezone.make_aware(datetime.datetime.combine(date + days * DAY, datetime.time(3)))


def test_every_row_with_an_end_has_its_step_and_the_other_way_round():
    steps = {step.key for step in all_expiries()} | {step.key for step in OWN}
    assert steps == {period.key for period in RETENTION if period.ends}


def test_the_page_prints_the_table(client, district):
    html = client.get(reverse("privacy:rules")).content.decode()
    for period in RETENTION:
        assert str(period.how_long) in html


def test_years_are_calendar_years():
    assert years_before(datetime.date(2028, 2, 29), 1) == datetime.date(2027, 2, 28)
    assert years_before(datetime.date(2028, 3, 1), 4) == datetime.date(2024, 3, 1)


class TestClaimsWithoutAPlace:
    @pytest.fixture
    def run(self, district, clock):
        return make_run(district, capacity=1, seated=1)

    def test_one_of_a_login_shows_nobody_after_thirty_days(self, run, clock):
        person = ResidentFactory(own=True, name="𠮷候补")
        claim = places.enrol(person, run, online(person.user), request_key="0" * 32)
        figures = run.enrolments.count()
        assert night(clock, days_after(run.starts_on, 30)) == {}
        assert night(clock, days_after(run.starts_on, 31)) == {"unplaced": 2}  # the waiting ends, the person goes
        claim.refresh_from_db()
        assert claim.status == Status.LAPSED
        assert (claim.resident.name, claim.created_by, claim.request_key) == ("", None, None)
        assert claim.resident_id != person.pk
        assert run.enrolments.count() == figures
        assert not Notice.objects.filter(resident=person).exists()
        person.refresh_from_db()
        assert person.name == "𠮷候补"  # the login is in use
        assert tables_with("𠮷候补") == ["accounts_resident"]

    def test_who_left_later_has_the_days_from_then_on(self, run, clock):
        person = run.enrolments.get().resident
        clock.move_to(days_after(run.starts_on, 20))
        places.withdraw(run.enrolments.get(), SYSTEM)
        assert night(clock, days_after(run.starts_on, 49)) == {}
        assert night(clock, days_after(run.starts_on, 51)) == {"unplaced": 1, "people": 1}
        person.refresh_from_db()
        assert person.erased_at

    def test_a_class_that_still_lets_people_in_keeps_its_list(self, district, clock):
        run = make_run(
            district, capacity=1, seated=1, waiting=1, session_count=12, join_until=timezone.localdate() + 60 * DAY
        )
        night(clock, days_after(run.starts_on, 31))
        assert run.enrolments.waiting().count() == 1

    def test_somebody_of_the_counter_alone_is_erased_whole(self, run, clock):
        clerk = User.objects.create_user("chuangkou")
        claim, _known = counter.enrol_someone(clerk, run, {"name": "𠮷窗口", "phone": "13877778888"})
        person = claim.resident
        done = night(clock, days_after(run.starts_on, 31))
        assert done == {"unplaced": 2, "people": 1}
        assert tables_with("𠮷窗口", "13877778888") == []
        assert Erasure.objects.filter(resident_number=person.pk).exists()

    def test_whoever_has_a_place_elsewhere_stays(self, district, run, clock):
        clerk = User.objects.create_user("chuangkou")
        person = counter.enrol_someone(clerk, run, {"name": "𠮷两班", "phone": "13877778888"})[0].resident
        other = make_run(district, weekdays=[5])
        places.enrol(person, other, counter.counter(clerk))
        night(clock, days_after(run.starts_on, 31))
        person.refresh_from_db()
        assert person.name == "𠮷两班"
        assert [claim.class_run for claim in person.enrolments.all()] == [other]

    def test_a_lost_draw_is_remembered_for_a_year(self, district, clock):
        run = draw_run(district, capacity=1)
        for _number in range(2):
            enter(run, ResidentFactory(own=True))
        freeze(run)
        hold(run)
        loser = run.enrolments.get(status=Status.WAITING)
        assert night(clock, days_after(run.starts_on, 31)) == {"unplaced": 1}
        assert Enrolment.objects.get(pk=loser.pk).resident_id == loser.resident_id
        night(clock, days_after(run.starts_on, 367))
        assert Enrolment.objects.get(pk=loser.pk).resident_id != loser.resident_id


class TestLearningRecords:
    @pytest.fixture
    def places_of_two(self, district, clock):
        """Two who completed with a certificate; the second agreed to a long record."""
        run = class_run(CoursePageFactory(parent=district.street), centre=district.sub_centre)
        short = put(run, ResidentFactory(own=True, name="𠮷短"))
        long = put(run, ResidentFactory(own=True, name="𠮷长"))
        ConsentFactory(resident=long.resident, purpose=ConsentPurpose.LONG_RECORD)
        clock.move_to(at(9, 27))
        mark_all(run, {short: "PPPP", long: "PPPP"}, by=online(UserFactory()))
        attendance.complete(run, SYSTEM)
        certificates.issue_all(run, SYSTEM)
        return short, long

    def test_two_years_unless_agreed_for_longer(self, places_of_two, clock):
        short, long = places_of_two
        User.objects.update(last_login=datetime.datetime(2028, 9, 1, tzinfo=datetime.UTC))
        marks = Attendance.objects.count()
        assert "records" not in night(clock, datetime.datetime(2028, 9, 23, 3, tzinfo=datetime.UTC))
        assert night(clock, datetime.datetime(2028, 9, 24, 3, tzinfo=datetime.UTC)) == {"records": 1}
        names = {row.enrolment_id: row.name for row in Certificate.objects.all()}
        assert names == {short.pk: "", long.pk: "𠮷长"}
        short_now, long_now = (Enrolment.objects.get(pk=claim.pk) for claim in (short, long))
        assert short_now.resident_id != short.resident_id
        assert long_now.resident_id == long.resident_id
        assert (short_now.status, Attendance.objects.count()) == (Status.COMPLETED, marks)
        assert tables_with("𠮷短") == ["accounts_resident"]

    def test_taken_back_the_record_goes_in_the_next_night(self, places_of_two, clock):
        _short, long = places_of_two
        later = datetime.datetime(2029, 3, 1, 3, tzinfo=datetime.UTC)
        User.objects.update(last_login=later)
        night(clock, later)
        services.withdraw_consent(ConsentPurpose.LONG_RECORD, resident=long.resident)
        assert night(clock, later + DAY) == {"records": 1}


class TestLogins:
    @pytest.fixture
    def family(self, clock, district):
        user = UserFactory(last_login=timezone.now())
        me = services.add_own_resident(user, consent=True, name="𠮷久别")
        services.add_family_member(user, Relation.PARENT, True, name="𠮷久别之母")
        return user, me

    def test_two_years_without_signing_in(self, family, clock):
        user, _me = family
        staff = User.objects.create_superuser("guanliyuan")
        assert night(clock, datetime.datetime(2028, 8, 31, 3, tzinfo=datetime.UTC)) == {}
        assert night(clock, datetime.datetime(2028, 9, 2, 3, tzinfo=datetime.UTC)) == {"logins": 1}
        assert tables_with("𠮷久别") == []
        assert not User.objects.get(pk=user.pk).is_active
        assert User.objects.get(pk=staff.pk).is_active

    def test_not_while_somebody_of_the_family_has_a_record(self, family, clock, district):
        user, me = family
        services.give_consent(ConsentPurpose.LONG_RECORD, resident=me)
        enrolled = places.enrol(me, make_run(district), online(user))
        attendance.move(enrolled, Status.COMPLETED, "attendance", SYSTEM, seat=None)
        attendance.publish_figures(enrolled.class_run)
        assert night(clock, datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)) == {"notices": 1}
        assert User.objects.get(pk=user.pk).is_active

    def test_sample_people_stay(self, clock, district):
        ResidentFactory(is_sample=True, name="示例某人")
        assert night(clock, datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)) == {}
        assert Resident.objects.get().name == "示例某人"


def test_evidence_of_a_draw_three_years(district, clock, client):
    run = draw_run(district, capacity=1)
    for _number in range(2):
        enter(run, ResidentFactory(is_sample=True))
    freeze(run)
    hold(run)
    frozen = Draw.objects.get().frozen_at
    address = reverse("draws:draw", args=[run.code])
    before = frozen.replace(year=frozen.year + 3)
    night(clock, before - DAY)
    assert DrawEntry.objects.count() == 2
    assert client.get(address).status_code == 200
    clock.move_to(before + DAY)
    assert client.get(address).status_code == 404
    assert night(clock, before + DAY) == {"draws": 1}
    assert not DrawEntry.objects.exists()
    draw = Draw.objects.get()
    assert draw.entry_list == ""
    assert draw.drawn_at


def test_notices_and_logs_a_year_acts_of_a_draw_three(district, clock):
    run, person = make_run(district), ResidentFactory(own=True)
    User.objects.update(last_login=datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC))
    services.notify(person, NoticeKind.MOVED, "换教室")
    log(instance=run, action="enrolments.attendance", user=None)
    log(instance=run, action="enrolments.draw_hold", user=None)
    assert night(clock, datetime.datetime(2027, 8, 31, tzinfo=datetime.UTC)) == {}
    done = night(clock, datetime.datetime(2027, 9, 2, tzinfo=datetime.UTC))
    assert done["notices"] == 1
    assert [entry.action for entry in ModelLogEntry.objects.all()] == ["enrolments.draw_hold"]
    assert night(clock, datetime.datetime(2029, 9, 2, tzinfo=datetime.UTC)) == {"logs": 1}


def test_the_command_counts_first_and_then_acts(district, clock, capsys):
    run = make_run(district, capacity=1, seated=1, waiting=3)
    clock.move_to(days_after(run.starts_on, 31))
    call_command("apply_retention", "--dry-run")
    printed = capsys.readouterr().out
    assert "只数不改" in printed
    assert "停止等待的候补和抽签报名：3" in printed
    assert run.enrolments.waiting().count() == 3
    call_command("apply_retention")
    printed = capsys.readouterr().out
    assert "停止等待的候补和抽签报名：3" in printed
    assert "不再连着人的未录取报名：3" in printed
    assert "删除的窗口登记：3" in printed
    assert run.enrolments.filter(resident__erased_at=None).get().status == Status.ENROLLED


def test_many_go_in_batches(district, clock, monkeypatch):
    monkeypatch.setattr("accounts.services.retention.BATCH", 2)
    run = make_run(district, capacity=5)
    for _number in range(5):
        places.withdraw(enrol_someone(run), SYSTEM)
    assert night(clock, days_after(run.starts_on, 40)) == {"unplaced": 5, "people": 5}

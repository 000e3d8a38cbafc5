"""Class runs are merged and split: all or nothing, one notice each, the order of the list kept, the audit silent."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from core.errors import DomainError
from core.services import sync_roles
from enrolments.audit import audit
from enrolments.enums import Reason, Status
from enrolments.models import Enrolment, EnrolmentEvent
from enrolments.services.core import SYSTEM, create
from enrolments.services.places import withdraw
from enrolments.services.waiting import pause
from tests.enrolments.classes import put
from tests.enrolments.drawing import draw_run
from tests.factories.accounts import member
from tests.factories.enrolments import make_run
from tests.timetable.looking import look, look_and_do
from timetable import services
from timetable.enums import ClassRunStatus, SessionStatus
from timetable.models import ClassRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client, district):
    sync_roles()
    client.force_login(member("street_lead", district.street))
    return client


def pair(district, here, there, **fields):
    """Two runs of one course: (capacity, seated, waiting) each, at other hours."""
    runs = []
    for (capacity, seated, waiting), start in ((here, 9), (there, 14)):
        hours = {"starts_at": datetime.time(start), "ends_at": datetime.time(start + 1), "name": f"{start} 点班"}
        learning = runs[0].learning if runs else None
        hours |= {"capacity": capacity, "seated": seated, "waiting": waiting}
        runs.append(make_run(district, learning=learning, **hours | fields))
    return runs


def people(run, *statuses):
    claims = Enrolment.objects.filter(class_run=run, status__in=statuses).order_by("missed", "queue_no", "pk")
    return list(claims.values_list("resident", flat=True))


def everything():
    return (
        list(Enrolment.objects.order_by("pk").values_list()),
        list(ClassRun.objects.order_by("pk").values_list()),
        EnrolmentEvent.objects.count(),
        Notice.objects.count(),
    )


def refused(code, *words):
    return pytest.raises(
        DomainError, check=lambda error: error.code == code and all(word in error.message for word in words)
    )


def test_everybody_goes_over_and_the_class_ends(lead, district):
    run, into = pair(district, (2, 2, 2), (4, 2, 0))
    seated, listed = people(run, Status.ENROLLED), people(run, Status.WAITING)
    before = Notice.objects.count()
    response = look_and_do(lead, reverse("runs:merge", args=[run.pk]), {"into": into.pk, "note": "人太少"})
    assert "并过去了" in response.content.decode()
    run.refresh_from_db()
    assert run.status == ClassRunStatus.CANCELLED
    assert {(one.status, one.note) for one in run.sessions.all()} == {
        (SessionStatus.CANCELLED, f"并到“{into}”。人太少")
    }
    assert set(seated) <= set(people(into, Status.ENROLLED))
    assert people(into, Status.WAITING) == listed
    assert set(people(run, Status.TRANSFERRED)) == set(seated)
    assert set(people(run, Status.LAPSED)) == set(listed)
    reasons = EnrolmentEvent.objects.filter(enrolment__class_run=run, from_status__gt="").values_list(
        "reason", flat=True
    )
    assert set(reasons) == {Reason.MERGED}
    by = EnrolmentEvent.objects.filter(reason=Reason.MERGED).values_list("actor", flat=True)
    assert set(by) == {int(lead.session["_auth_user_id"])}
    told = list(Notice.objects.order_by("pk")[before:])
    assert sorted(one.resident_id for one in told) == sorted(seated + listed)
    assert all("原因：人太少" in one.text and str(into) in one.text for one in told)
    assert list(audit()) == []


def test_the_list_joins_behind_in_its_order_with_pauses_and_misses(district):
    run, into = pair(district, (1, 1, 3), (1, 1, 2))
    first, second, third = Enrolment.objects.filter(class_run=run).waiting()
    pause(second, SYSTEM)
    Enrolment.objects.filter(pk=first.pk).update(missed=1)
    ahead = people(into, Status.WAITING)
    withdraw(Enrolment.objects.get(class_run=run, status=Status.ENROLLED), SYSTEM)
    assert Enrolment.objects.get(class_run=run, status=Status.OFFERED) == third  # who alone neither paused nor missed
    with refused("no_room", "1 人要座位", "只空 0 个", "加到 4", "先给那里候补的 2 人"):
        services.merge_class_runs(run, into)
    pause(third, SYSTEM)
    pause(first, SYSTEM)
    services.merge_class_runs(run, into)
    assert people(into, Status.WAITING) == ahead
    assert people(into, Status.PAUSED) == [second.resident_id, third.resident_id, first.resident_id]
    assert Enrolment.objects.get(class_run=into, resident=first.resident_id).missed == 1
    assert list(audit()) == []


def test_too_few_seats_named_and_nothing_moved(lead, district):
    run, into = pair(district, (3, 3, 0), (4, 2, 0))
    before = everything()
    with refused("no_room", "3 人要座位", "名额 4，只空 2 个", "加到 5"):
        services.merge_class_runs(run, into)
    page = look(lead, reverse("runs:merge", args=[run.pk]), {"into": into.pk})
    assert "只空 2 个" in page.main.text
    assert everything() == before


def test_the_rehearsal_leaves_nothing_behind(lead, district):
    run, into = pair(district, (2, 2, 1), (6, 2, 0))
    before = everything()
    page = look(lead, reverse("runs:merge", args=[run.pk]), {"into": into.pk})
    words = " ".join(page.main.text.split())
    assert "过去 3 人：3 人有座位，0 人候补" in words  # who waited is offered a seat there
    assert "名额为您保留到" in words
    assert everything() == before


def test_who_has_a_claim_on_both_has_one_in_the_end(district):
    run, into = pair(district, (2, 2, 1), (2, 2, 0))
    seated = Enrolment.objects.filter(class_run=run, status=Status.ENROLLED).first().resident
    waits = Enrolment.objects.get(class_run=run, status=Status.WAITING).resident
    for number, resident in enumerate((seated, waits), start=1):
        create(resident, into, Status.WAITING, Reason.JOINED_LIST, SYSTEM, timezone.now(), queue_no=number)
    into.capacity = 5
    services.save_class_run(into)  # both are offered a seat there, one more is free
    services.merge_class_runs(run, into)
    live = Enrolment.objects.live().filter(class_run=into)
    assert live.filter(status=Status.ENROLLED).count() == 4
    assert live.get(resident=seated).status == Status.ENROLLED
    assert live.get(resident=waits).status == Status.OFFERED
    assert not Enrolment.objects.live().filter(class_run=run).exists()
    assert list(audit()) == []


def test_who_has_another_class_then_is_counted(lead, district):
    run, into = pair(district, (2, 2, 0), (4, 0, 0), fee_fen=0)
    busy = Enrolment.objects.filter(class_run=run).first().resident
    hours = {"starts_at": datetime.time(14, 30), "ends_at": datetime.time(16)}
    elsewhere = make_run(district, **hours)
    put(elsewhere, busy)
    put(make_run(district, weekdays=[5], **hours), Enrolment.objects.filter(class_run=run).last().resident)
    page = look(lead, reverse("runs:merge", args=[run.pk]), {"into": into.pk})
    assert "其中 1 人在" in page.main.text
    assert "费用不一样" not in page.main.text


def test_a_draw_comes_first(district):
    run = draw_run(district)
    into = make_run(district, learning=run.learning)
    with refused("drawing", "还没有抽签"):
        services.merge_class_runs(run, into)


def test_split_in_the_order_of_enrolment(lead, district):
    run = make_run(district, capacity=4, seated=4, waiting=2)
    first = people(run, Status.ENROLLED)
    listed = people(run, Status.WAITING)
    draft = services.second_run(run)
    draft.capacity = 3
    second = services.open_second(draft, [])
    before = Notice.objects.count()
    assert "先报的留下" in lead.get(reverse("runs:split", args=[run.pk])).content.decode()
    look_and_do(lead, reverse("runs:split", args=[run.pk]), {"into": second.pk, "keep": 2, "note": "教室太小"})
    run.refresh_from_db()
    second.refresh_from_db()
    assert (run.capacity, run.places_left, run.status) == (2, 0, ClassRunStatus.PUBLISHED)
    assert second.status == ClassRunStatus.PUBLISHED
    assert people(run, Status.ENROLLED) == first[:2]
    assert people(second, Status.ENROLLED) == first[2:]
    assert people(second, Status.OFFERED) == listed[:1]
    assert people(run, Status.WAITING) == listed
    reasons = EnrolmentEvent.objects.filter(to_status=Status.TRANSFERRED).values_list("reason", flat=True)
    assert list(reasons) == [Reason.SPLIT, Reason.SPLIT]
    told = [one.resident_id for one in Notice.objects.order_by("pk")[before:]]
    assert sorted(told) == sorted([*first[2:], *listed])
    assert list(audit()) == []


def test_the_chosen_go_by_their_receipts(lead, district):
    run, into = pair(district, (4, 3, 0), (3, 0, 0))
    first, _second, third = Enrolment.objects.filter(class_run=run).order_by("pk")
    data = {"into": into.pk, "receipts": f"{third.receipt.lower()}，{first.receipt}\n{first.receipt}"}
    look_and_do(lead, reverse("runs:split", args=[run.pk]), data)
    assert people(into, Status.ENROLLED) == [third.resident_id, first.resident_id]
    run.refresh_from_db()
    assert (run.capacity, run.places_left) == (2, 1)
    assert list(audit()) == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"keep": 4}, "没有人要分出去"),
        ({"keep": 1}, "只空 2 个"),
        ({"keep": 0}, "1"),
        ({}, "写其中一样"),
        ({"keep": 2, "receipts": "AB"}, "写其中一样"),
        ({"receipts": "NOBODY"}, "没有这些回执号的人有座位：NOBODY"),
    ],
)
def test_a_split_that_cannot_be(lead, district, data, words):
    run, into = pair(district, (4, 4, 0), (2, 0, 0))
    before = everything()
    page = look(lead, reverse("runs:split", args=[run.pk]), {"into": into.pk, **data})
    assert words in page.main.text
    assert everything() == before


def test_no_class_to_go_to_says_what_to_do(lead, district):
    run = make_run(district, capacity=1, seated=1)
    page = BeautifulSoup(lead.get(reverse("runs:merge", args=[run.pk])).content, "html.parser")
    assert "现在没有可以去的班" in page.text
    other = make_run(district, learning=None, capacity=5)
    response = lead.post(reverse("runs:merge", args=[run.pk]), {"into": other.pk})
    assert run.enrolments.live().count() == 1
    assert response.status_code == 200

"""Lists of paper from the counter: the counter's rules, every "no" with its reason, and a way back that everybody is told of."""

import pytest
from django.utils import timezone

from accounts.models import RecordAccess, Resident
from core.importing.journal import Journal
from core.importing.runner import folder_sources, run_import
from core.importing.undo import RefusedError, undo
from core.models import ImportedRecord
from core.services import sync_roles
from enrolments.audit import audit
from enrolments.enums import Mark, Reason, Route, Status
from enrolments.models import Attendance, Enrolment, EnrolmentEvent
from tests.core.importing_files import write_csv
from tests.factories.accounts import member
from tests.factories.enrolments import make_run
from tests.factories.learning import CoursePageFactory
from tests.factories.people import ResidentFactory
from tests.factories.timetable import ClassRunFactory

pytestmark = pytest.mark.django_db

HEAD = [
    "班号",
    "姓名",
    "电话",
    "出生年月",
    "已满18周岁",
    "同意",
    "监护人姓名",
    "关系",
    "监护人电话",
    "监护人同意",
    "满了排候补",
]


@pytest.fixture
def clerk(district):
    sync_roles()
    return member("counter_clerk", district.street)


@pytest.fixture
def run(district):
    return make_run(district, capacity=3, counter_quota=2, code="A1", age_max=80)


def line(code="A1", name="王秀英", phone="13900001111", born="195403", agreed="是", guardian=(), wait=""):
    return [code, name, phone, born, "", agreed, *(guardian or ("", "", "", "")), wait]


def bring(user, folder, *rows):
    write_csv(folder, "counter_list.csv", [HEAD, *rows])
    sources = folder_sources(folder)
    journal = Journal(user, sources)
    return run_import(sources, user=user, journal=journal), journal.run


def test_a_list_takes_places_and_gives_them_back(district, clerk, run, tmp_path):
    known = ResidentFactory(name="李国强", phone="13900002222", birth_month="1960-05-01")
    child = line(name="林小明", phone="", born="201805", guardian=("林大", "父母", "13900003333", "是"))
    before = (run.places_left, run.waiting)
    rows = [line(), line(name=known.name, phone=known.phone, born="196005"), child]
    report, made = bring(clerk, tmp_path, *rows)
    assert [str(problem) for problem in report.problems] == []
    claims = Enrolment.objects.filter(class_run=run)
    assert set(claims.values_list("status", "route", "created_by")) == {(Status.ENROLLED, Route.IMPORT, clerk.pk)}
    assert RecordAccess.objects.filter(username=clerk.username, is_minor=True).count() == 1
    assert "秀" not in "".join(ImportedRecord.objects.values_list("label", flat=True))
    again, nothing = bring(clerk, tmp_path, *rows)
    assert nothing is None
    assert not again.has_changes

    undo(made, clerk)
    run.refresh_from_db()
    assert (run.places_left, run.waiting) == before
    assert set(claims.values_list("status", flat=True)) == {Status.REMOVED}
    last = EnrolmentEvent.objects.filter(to_status=Status.REMOVED)
    assert set(last.values_list("reason", "route", "actor")) == {(Reason.STAFF, Route.IMPORT, clerk.pk)}
    assert list(audit()) == []


def test_every_no_has_its_reason(district, clerk, run, tmp_path):
    other = make_run(district, learning=CoursePageFactory(parent=district.other_street), code="B1")
    ClassRunFactory(learning=run.learning, code="D1", draft=True)
    same_time = make_run(district, code="C1")
    rows = [
        line(name="王一", phone="13900000001"),
        line("C1", name="王一", phone="13900000001"),  # in class at that hour
        line(name="王二", phone="13900000002", agreed="否"),
        line(name="王三", phone="13900000003", born="193001"),  # too old
        line(name="小四", phone="", born="201805"),  # no guardian
        line(
            name="小五", phone="", born="201805", guardian=("林大", "父母", "13900003333", "")
        ),  # not agreed for the child
        line(name="王六", phone="", born=""),  # who is it?
        line(name="王七", phone="123"),
        line("B1", name="王八", phone="13900000008"),  # another street's
        line("D1", name="王九", phone="13900000009"),
        line("X9", name="王十", phone="13900000010"),
        line(name="重一", phone="13900000011"),
        line(name="重一", phone="13900000011"),
        line(name="赵一", phone="13900000021"),
        line(name="赵二", phone="13900000022"),
        line(name="赵三", phone="13900000023"),  # full
        line(name="赵四", phone="13900000024", wait="是"),
        line(name="赵五", phone="13900000025", born="1954年13月"),
    ]
    report, _made = bring(clerk, tmp_path, *rows)
    told = {problem.row: (problem.column, problem.reason) for problem in report.problems}
    expected = {
        3: ("班号", "时间冲突"), 4: ("同意", "没有本人"), 5: ("出生年月", "要求80 岁以下"),
        6: ("家属或监护人姓名", "请填监护人姓名"), 7: ("监护人同意", "未满 14 周岁"), 8: ("出生年月", "已满 18 周岁"),
        9: ("电话", "电话号码不对"), 10: ("班号", "不归您的街道"), 11: ("班号", "还在筹备"), 12: ("班号", "没有班号"),
        13: ("班号、姓名、电话、出生年月", "重复"), 14: ("班号、姓名、电话、出生年月", "重复"),
        17: ("满了排候补", "名额报满了"), 19: ("出生年月", "年份和月份"),
    }  # fmt: skip
    assert set(told) == set(expected), told
    for number, (column, words) in expected.items():
        assert (number, told[number][0]) == (number, column)
        assert words in told[number][1]
    assert sorted(run.enrolments.values_list("status", flat=True)) == ["enrolled"] * 3 + ["waiting"]
    assert not other.enrolments.exists()
    assert not same_time.enrolments.exists()
    # Who was refused is not kept.
    assert set(Resident.objects.values_list("name", flat=True)) == {"王一", "赵一", "赵二", "赵四"}


def test_nobody_without_the_counter_brings_or_takes_back_a_list(district, clerk, run, tmp_path):
    report, made = bring(clerk, tmp_path, line())
    assert report.has_changes
    refused, nothing = bring(member("street_editor", district.street), tmp_path, line(name="王二", phone="13900002222"))
    assert "您不能导入" in refused.problems[0].reason
    assert nothing is None
    with pytest.raises(RefusedError) as refused:
        undo(made, member("counter_clerk", district.other_street))
    assert "不归您管" in refused.value.obstacles[0].reason
    session, claim = run.sessions.first(), run.enrolments.get()
    Attendance.objects.create(enrolment=claim, session=session, mark=Mark.PRESENT, marked_at=timezone.now())
    with pytest.raises(RefusedError) as refused:
        undo(made, clerk)
    assert "已经点过名" in refused.value.obstacles[0].reason
    claim.refresh_from_db()
    assert claim.status == Status.ENROLLED

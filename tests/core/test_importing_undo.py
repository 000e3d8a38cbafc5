"""A street's import with known faults: each is named, the rest comes in, and undoing puts every row of the database back."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from core.importing.journal import Journal
from core.importing.registry import importers
from core.importing.runner import Source, folder_sources, run_import
from core.importing.undo import RefusedError, undo
from core.models import ImportedRecord, ImportRun
from core.services import sync_roles
from courses.models import CoursePage
from enrolments.services.core import SYSTEM
from enrolments.services.places import enrol
from teachers.models import Teacher
from tests.core.importing_faults import FAULTY, header, row, tables
from tests.core.importing_files import COURSE, course, csv_bytes, snapshot, write_csv, write_xlsx
from tests.factories.accounts import member
from tests.factories.courses import CourseProjectFactory
from tests.factories.learning import CoursePageFactory
from tests.factories.network import RoomFactory
from tests.factories.people import ResidentFactory
from tests.factories.timetable import ClassRunFactory
from timetable.importing.class_runs import ClassRunImporter
from timetable.models import ClassRun
from timetable.services import save_class_run

pytestmark = pytest.mark.django_db

#: What an undone import leaves on purpose: the note that it was there and logs; tokens that say "read anew", and
#: indexes computed from the rest.
LOGS = {"core.ImportRun", "wagtailcore.PageLogEntry", "wagtailcore.ModelLogEntry"}
TRACES = LOGS | {"search.SearchState", "search.SearchTerm", "wagtailcore.ReferenceIndex"}


def photo():
    return {label: rows for label, rows in snapshot().items() if label not in TRACES}


@pytest.fixture
def editor(district):
    sync_roles()
    return member("street_editor", district.street)


@pytest.fixture
def office(district):
    sync_roles()
    return member("district_office")


def bring(user, folder):
    """Import the folder as ``user``; return (Report, ImportRun)."""
    sources = folder_sources(folder)
    journal = Journal(user, sources)
    return run_import(sources, user=user, journal=journal), journal.run


def test_two_thousand_rows_with_137_known_faults(district, editor, tmp_path):
    RoomFactory(centre=district.sub_centre, name="101")
    CoursePageFactory(parent=district.street, title="太极拳", code="QM-1")
    CoursePageFactory(parent=district.other_street, title="书法", code="NC-1")
    written, told = tables(district.sub_centre.code, "QM-1", "101")
    for stem, rows in written.items():
        write_xlsx(tmp_path, f"{stem}.xlsx", rows)
    assert sum(len(rows) - 1 for rows in written.values()) == 2_000
    before = photo()

    preview = run_import(folder_sources(tmp_path), user=editor, dry_run=True)
    assert photo() == before
    for file in preview.files:
        found = {problem.row: problem for problem in file.problems}
        expected = told[file.name.removesuffix(".xlsx")]
        assert {row: str(found[row]) for row in set(found) - set(expected)} == {}
        for number, (column, words) in expected.items():
            assert (number, found[number].column) == (number, column)
            assert words in found[number].reason
    assert sum(len(file.faulty) for file in preview.files) == FAULTY

    report, run = bring(editor, tmp_path)
    assert report.problems == preview.problems
    assert Teacher.objects.count() + ClassRun.objects.count() == 2_000 - FAULTY
    assert set(ClassRun.objects.values_list("status", flat=True)) == {"draft"}
    undo(run, editor)
    assert photo() == before
    assert ImportedRecord.objects.count() == 0


def change_everything(folder, district):
    """A file each that changes a teacher, a page (moved to another street), and a class run with places and sessions."""
    page = CoursePageFactory(parent=district.street, title="太极拳", code="C1")
    page.save_revision().publish()
    run = ClassRunFactory(learning=page, code="C1-1", capacity=10, counter_quota=2, centre=district.sub_centre)
    Teacher.objects.create(name="张老师", home_centre=district.sub_centre, introduction="旧的")
    write_csv(folder, "teachers.csv", [["姓名", "所属场所", "简介"], ["张老师", district.sub_centre.title, "新的"]])
    write_csv(folder, "courses.csv", [[*COURSE[:3], "简介"], ["C1", "太极剑", "南禅寺街道", "新简介"]])
    cells = ["C1-1", "太极剑", "张老师", 8, 6, run.starts_on.isoformat(), "16:00", "17:30", "3"]
    head = ["班号", "课程", "教师", "名额", "课次数", "开课日期", "上课时间", "下课时间", "星期"]
    write_csv(folder, "class_runs.csv", [head, cells])
    return run


def test_what_was_changed_is_put_back_exactly(district, office, tmp_path):
    run = change_everything(tmp_path, district)
    before = photo()
    report, made = bring(office, tmp_path)
    assert [str(problem) for problem in report.problems] == []
    assert len(report.changes) == 3
    run.refresh_from_db()
    assert (run.capacity, run.sessions.count(), run.seats.count()) == (8, 6, 8)
    assert photo() != before
    undo(made, office)
    assert photo() == before
    with pytest.raises(Exception, match="已经撤销过"):
        undo(made, office)


@pytest.mark.parametrize("meddle", ["saved", "enrolled"])
def test_undoing_is_refused_where_somebody_went_on(district, office, tmp_path, meddle):
    run = change_everything(tmp_path, district)
    _report, made = bring(office, tmp_path)
    run.refresh_from_db()
    if meddle == "saved":
        run.name = "改了名"
        save_class_run(run)
    else:
        enrol(ResidentFactory(), run, SYSTEM)
    before = photo()
    with pytest.raises(RefusedError) as refused:
        undo(made, office)
    assert [obstacle.record.label for obstacle in refused.value.obstacles] == ["太极剑 C1-1"]
    assert ("已经有 1 个报名" if meddle == "enrolled" else "有人改过") in refused.value.obstacles[0].reason
    assert photo() == before


def test_what_was_given_work_since_stays(district, editor, tmp_path):
    write_csv(tmp_path, "teachers.csv", [["姓名", "所属场所"], ["张老师", district.sub_centre.code]])
    write_csv(tmp_path, "courses.csv", [COURSE, course("Q1", "书法"), course("Q2", "国画"), course("Q3", "篆刻")])
    _report, made = bring(editor, tmp_path)
    handed_in, in_development = CoursePage.objects.get(code="Q1"), CoursePage.objects.get(code="Q2")
    handed_in.get_workflow().start(handed_in, editor)
    CourseProjectFactory(course=in_development)
    run = ClassRunFactory(learning=CoursePageFactory(parent=district.street))
    save_class_run(run, teachers=[Teacher.objects.get()])
    with pytest.raises(RefusedError) as refused:
        undo(made, editor)
    assert {obstacle.record.label for obstacle in refused.value.obstacles} == {"张老师", "书法", "国画"}


# -- a street -------------------------------------------------------------------------------------


def test_a_street_makes_drafts_of_its_own(district, editor, tmp_path):
    foreign = CoursePageFactory(parent=district.other_street, title="别处的课", code="N1")
    own = CoursePageFactory(parent=district.street, title="太极拳", code="Q1", summary="旧")
    rows = [
        course("Q1", "太极拳"),
        course("Q2", "新课"),
        course("Q3", "别处", street="南禅寺街道"),
        course("N1", "抢来"),
    ]
    write_csv(tmp_path, "courses.csv", [[*COURSE, "简介"], *([*each, "新"] for each in rows)])
    before = photo()
    report, made = bring(editor, tmp_path)
    assert {problem.row: problem.column for problem in report.problems} == {4: "街道", 5: "编号"}
    assert all("不归您管" in problem.reason for problem in report.problems)
    own.refresh_from_db()
    assert (own.summary, own.has_unpublished_changes) == ("旧", True)
    assert own.get_latest_revision_as_object().summary == "新"
    new = CoursePage.objects.get(code="Q2")
    assert (new.live, new.owner, new.latest_revision.user) == (False, editor, editor)
    foreign.refresh_from_db()
    assert foreign.title == "别处的课"
    assert not run_import(folder_sources(tmp_path), user=editor).has_changes
    undo(made, editor)
    assert photo() == before


def test_a_street_changes_no_class_that_was_published(district, editor, tmp_path):
    page = CoursePageFactory(parent=district.street, code="Q1")
    run = ClassRunFactory(learning=page, code="Q1-1")
    values = {"code": "Q1-1", "learning": "Q1", "starts_on": run.starts_on.isoformat(), "capacity": 30}
    cells = row(ClassRunImporter, **values, starts_at="14:00", ends_at="15:30", session_count=4, weekdays="3")
    write_csv(tmp_path, "班.csv", [header(ClassRunImporter), cells])
    report, made = bring(editor, tmp_path)
    assert "已经公布" in report.problems[0].reason
    assert made is None
    assert not ImportRun.objects.exists()


# -- on the screen --------------------------------------------------------------------------------


def test_faulty_rows_come_back_to_be_mended(district, editor, client, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    client.force_login(editor)
    rows = [course("Q1", "书法"), course("Q2", "<b>坏</b>"), course("Q3", "'=1", street="南禅寺街道")]
    upload = SimpleUploadedFile("我的表.csv", csv_bytes([COURSE, *rows]))
    preview = client.post(reverse("district_import"), {"tables": upload, "kind": "courses"}, follow=True)
    assert "有问题" in preview.content.decode()
    only = client.get(reverse("district_import_preview") + "?show=faulty")
    assert [line.row for _name, line in only.context["page_obj"].object_list] == [3, 4]
    (tmp_path / "again.xlsx").write_bytes(client.get(reverse("district_import_faulty", args=[0])).content)
    sheet = load_workbook(tmp_path / "again.xlsx").active
    assert [cell.value for cell in sheet[1]] == [*COURSE, "问题"]
    assert "尖括号" in sheet[2][-1].value
    assert {cell.data_type for line in sheet for cell in line if cell.value} == {"s"}

    done = client.post(reverse("district_import_preview"), {"confirm": ""})
    made = ImportRun.objects.get()
    assert (made.created, made.problems, made.user) == (1, 2, editor)
    undoing = reverse("district_import_undo", args=[made.pk])
    assert undoing in done.content.decode()
    assert undoing in client.get(reverse("district_import_runs")).content.decode()
    other = member("street_editor", district.other_street)
    client.force_login(other)
    assert client.get(undoing).status_code == 404
    client.force_login(editor)
    assert "撤销这次导入" in client.get(undoing).content.decode()
    assert client.post(undoing).status_code == 302
    assert not CoursePage.objects.exists()
    # The mended sheet is a table like any other: its column 问题 does not stand in the way.
    mended = Source("again.xlsx", tmp_path / "again.xlsx", "courses")
    assert {problem.row for problem in run_import([mended], user=editor, dry_run=True).problems} == {2, 3}


def test_every_template_is_explained_and_its_example_skipped(district, office, client, tmp_path):
    client.force_login(office)
    for importer in importers():
        answer = client.get(reverse("district_import_template", args=[importer.stem]))
        path = tmp_path / f"{importer.stem}.xlsx"
        path.write_bytes(answer.content)
        book = load_workbook(path)
        assert book.sheetnames[1] == "填写说明"
        assert len(list(book.worksheets[1])) - 1 == book.worksheets[0].max_column
    report = run_import(folder_sources(tmp_path), dry_run=True, user=office)
    assert not report.has_changes
    assert {problem.reason for problem in report.problems} == {"只有列名，没有内容。"}


def test_a_page_of_the_preview_does_not_run_the_import_again(district, editor, client, settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    client.force_login(editor)
    upload = SimpleUploadedFile("teachers.csv", csv_bytes([["姓名", "场所"], ["张", district.sub_centre.code]]))
    client.post(reverse("district_import"), {"tables": upload}, follow=True)
    monkeypatch.setattr("core.importing.views.run_import", None)
    assert client.get(reverse("district_import_preview") + "?p=2").status_code == 200


def test_dates_survive_a_photograph_to_the_microsecond():
    from core.exact import ExactEncoder

    now = timezone.now().replace(microsecond=123_456)
    assert datetime.datetime.fromisoformat(ExactEncoder().default(now)) == now

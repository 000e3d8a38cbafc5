"""The import of good tables: every encoding the same, only differences written, editors' words kept."""

import datetime

import pytest

from core.importing.runner import folder_sources, run_import
from courses.models import CoursePage
from network.models import Neighbourhood, StreetPage, SubCentrePage
from tests.core.importing_files import COURSE, STREET, course, snapshot, write_csv, write_xlsx
from tests.factories.timetable import AudienceFactory, SubjectFactory, TermFactory
from timetable.models import ClassRun
from timetable.services import cancel_class_run

pytestmark = pytest.mark.django_db

ROWS = [
    [*COURSE, "类别", "人群", "正文", "示例"],
    [*course("R1", "书法", "南禅寺", "2|4", "19:00", "20:30", "20", "200元", "2027-03-02", "12"), "书画", "长辈、人人", "第一段\n\n## 带什么\n1. 毛笔\n2. 纸", "是"],
    [*course("R2", "国画㐂", "清名桥街道"), "", "", "", "否"],
]  # fmt: skip


@pytest.fixture
def words():
    return SubjectFactory(name="书画"), AudienceFactory(name="长辈"), AudienceFactory(name="人人")


def as_xlsx(folder):
    rows = [list(row) for row in ROWS]
    # A spreadsheet holds numbers, dates and times as such.
    rows[1][COURSE.index("上课时间")] = datetime.time(19)
    rows[1][COURSE.index("开课日期")] = datetime.datetime(2027, 3, 2)  # noqa: DTZ001  a spreadsheet knows no zones
    rows[1][COURSE.index("名额")] = 20
    rows[1][COURSE.index("课次数")] = 12.0
    write_xlsx(folder, "courses.xlsx", rows)


WAYS = {
    "utf-8": lambda folder: write_csv(folder, "courses.csv", ROWS),
    "bom": lambda folder: write_csv(folder, "courses.csv", ROWS, "utf-8-sig"),
    "gb18030": lambda folder: write_csv(folder, "courses.csv", ROWS, "gb18030"),
    "xlsx": as_xlsx,
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_writing_the_table_gives_the_same(district, words, tmp_path, way):
    WAYS[way](tmp_path)
    report = run_import(folder_sources(tmp_path))
    assert [str(problem) for problem in report.problems] == []
    page = CoursePage.objects.get(code="R1")
    assert (page.title, page.street, page.subject, page.is_sample) == ("书法", district.other_street, words[0], True)
    assert set(page.audiences.all()) == set(words[1:])
    assert [block.block_type for block in page.body] == ["paragraph", "heading", "steps"]
    assert CoursePage.objects.get(code="R2").title == "国画㐂"
    runs = list(ClassRun.objects.order_by("code"))
    assert [(run.code, run.weekdays, run.name) for run in runs] == [("R1-1", [2], "周二班"), ("R1-2", [4], "周四班")]
    run = runs[0]
    assert (run.starts_at, run.ends_at, run.capacity, run.places_left) == (
        datetime.time(19), datetime.time(20, 30), 20, 20,
    )  # fmt: skip
    assert (run.fee_fen, run.sessions.count(), run.status, run.is_sample) == (20_000, 12, "published", True)
    photo = snapshot()
    again = run_import(folder_sources(tmp_path))
    assert not again.has_changes
    assert snapshot() == photo


def test_a_dry_run_tells_and_changes_nothing(district, words, tmp_path):
    WAYS["utf-8"](tmp_path)
    before = snapshot()
    told = run_import(folder_sources(tmp_path), dry_run=True)
    assert snapshot() == before
    assert told.changes
    assert told.changes == run_import(folder_sources(tmp_path)).changes


def test_only_what_differs_is_written(district, words, tmp_path):
    WAYS["utf-8"](tmp_path)
    run_import(folder_sources(tmp_path))
    rows = [list(row) for row in ROWS]
    rows[2][COURSE.index("标题")] = "国画入门"
    write_csv(tmp_path, "courses.csv", rows)
    report = run_import(folder_sources(tmp_path))
    assert [str(change) for change in report.changes] == ["修改课程：国画入门（标题）"]
    assert CoursePage.objects.get(code="R2").draft_title == "国画入门"
    rows[1][COURSE.index("名额")] = "30"
    write_csv(tmp_path, "courses.csv", rows)
    uids = set(ClassRun.objects.get(code="R1-1").sessions.values_list("uid", flat=True))
    report = run_import(folder_sources(tmp_path))
    assert [change.fields for change in report.changes] == [("名额",), ("名额",)]
    run = ClassRun.objects.get(code="R1-1")
    assert (run.capacity, run.places_left) == (30, 30)
    assert set(run.sessions.values_list("uid", flat=True)) == uids


def test_a_changed_street_moves_the_page(district, words, tmp_path):
    WAYS["utf-8"](tmp_path)
    run_import(folder_sources(tmp_path))
    rows = [list(row) for row in ROWS]
    rows[2][COURSE.index("街道")] = "南禅寺街道"
    write_csv(tmp_path, "courses.csv", rows)
    report = run_import(folder_sources(tmp_path))
    assert [change.fields for change in report.changes] == [("位置",)]
    page = CoursePage.objects.get(code="R2")
    assert page.street == district.other_street
    assert page.url_path.startswith(district.other_street.url_path)


def test_words_belong_to_the_editor_who_saved_them(district, words, tmp_path):
    WAYS["utf-8"](tmp_path)
    run_import(folder_sources(tmp_path))
    page = CoursePage.objects.get(code="R1")
    page.body = [("paragraph", "<p>编辑写的。</p>")]
    page.save_revision().publish()
    rows = [list(row) for row in ROWS]
    rows[1][COURSE.index("标题")] = "书法入门"
    write_csv(tmp_path, "courses.csv", rows)
    report = run_import(folder_sources(tmp_path))
    assert [change.fields for change in report.changes] == [("标题",)]
    page = CoursePage.objects.get(code="R1")
    assert page.body[0].value.source == "<p>编辑写的。</p>"
    # What the editor opens next holds the import too.
    assert page.get_latest_revision_as_object().title == "书法入门"
    assert not page.has_unpublished_changes
    assert not run_import(folder_sources(tmp_path)).has_changes


def test_a_draft_in_the_making_is_not_touched(district, words, tmp_path):
    WAYS["utf-8"](tmp_path)
    run_import(folder_sources(tmp_path))
    page = CoursePage.objects.get(code="R2")
    page.summary = "还在写"
    page.save_revision()
    rows = [list(row) for row in ROWS]
    rows[2][COURSE.index("标题")] = "国画入门"
    write_csv(tmp_path, "courses.csv", rows)
    before = snapshot()
    report = run_import(folder_sources(tmp_path))
    assert [problem.row for problem in report.problems] == [3]
    assert "还没发布的修改" in report.problems[0].reason
    assert snapshot() == before


def test_a_cancelled_run_is_not_touched(district, words, tmp_path):
    WAYS["utf-8"](tmp_path)
    run_import(folder_sources(tmp_path))
    cancel_class_run(ClassRun.objects.get(code="R1-1"))
    rows = [list(row) for row in ROWS]
    rows[1][COURSE.index("费用元")] = "免费"
    write_csv(tmp_path, "courses.csv", rows)
    report = run_import(folder_sources(tmp_path))
    assert "已经取消" in report.problems[0].reason
    # The row is one decision: its other class keeps its fee too.
    assert set(ClassRun.objects.values_list("fee_fen", flat=True)) == {20_000}


def test_a_run_without_a_number_of_sessions_goes_to_the_end_of_its_term(district, tmp_path):
    TermFactory(
        code="2027-spring", name="春季", starts_on=datetime.date(2027, 3, 1), ends_on=datetime.date(2027, 6, 25)
    )
    row = course("R1", "书法", days="周三", starts="14:30", ends="16:00")
    row[COURSE.index("学期")] = "春季"
    write_csv(tmp_path, "courses.csv", [COURSE, row])
    assert not run_import(folder_sources(tmp_path)).problems
    run = ClassRun.objects.get()
    assert (run.starts_on, run.ends_on, run.sessions.count()) == (
        datetime.date(2027, 3, 3), datetime.date(2027, 6, 25), 17,
    )  # fmt: skip
    assert run.centre_id == district.street.pk  # the street has no sub-centre with a code: its own page
    assert not run_import(folder_sources(tmp_path)).has_changes


def test_positions_of_other_maps_are_converted(district, tmp_path):
    header = [*STREET, "坐标系"]
    row = ["S9", "第九街道", "九小", "31.541985", "120.306588", "geocoder", "50", "gcj02"]
    write_csv(tmp_path, "network.csv", [header, row])
    assert not run_import(folder_sources(tmp_path)).problems
    centre = SubCentrePage.objects.get(code="S9-F")
    assert centre.street == StreetPage.objects.get(code="S9")
    assert centre.latitude == pytest.approx(31.544, abs=0.003)
    assert centre.longitude == pytest.approx(120.302, abs=0.001)
    assert (centre.position_source, centre.accuracy_m) == ("geocoder", 50)


def test_a_confirmed_neighbourhood_needs_its_source(district, tmp_path):
    rows = [
        ["街道", "社区", "核对", "来源"],
        ["清名桥", "甲社区", "有公开资料 2011", "百科"],
        ["清名桥", "乙社区", "有公开资料", ""],
    ]
    write_csv(tmp_path, "neighbourhoods.csv", rows)
    report = run_import(folder_sources(tmp_path))
    assert [(problem.row, problem.column) for problem in report.problems] == [(3, "来源")]
    known = Neighbourhood.objects.get()
    assert (known.name, known.confirmed_in, known.is_sample) == ("甲社区", 2011, False)


def test_an_unknown_column_is_told_and_the_rest_imported(district, tmp_path):
    write_csv(tmp_path, "courses.csv", [["编号", "标题", "街道", "老师"], ["R1", "书法", "清名桥", "张三"]])
    report = run_import(folder_sources(tmp_path))
    assert [(problem.row, problem.column) for problem in report.problems] == [(1, "老师")]
    assert CoursePage.objects.filter(code="R1").exists()

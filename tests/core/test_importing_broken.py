"""A folder of broken files gives one clear report after another and no change at all (issue 2, shown by 4)."""

import re
import zipfile

import pytest

from core.importing import tables
from core.importing.runner import folder_sources, run_import
from tests.core.importing_files import COURSE, STREET, course, snapshot, write_csv, write_xlsx

pytestmark = pytest.mark.django_db

OK = {"days": "3", "starts": "14:00", "ends": "15:30", "first": "2027-03-03", "count": "4"}


def _csv(rows, encoding="utf-8", header=COURSE):
    return lambda path: write_csv(path.parent, path.name, [header, *rows], encoding)


def _bytes(data):
    return lambda path: path.write_bytes(data)


def _formula(path):
    write_xlsx(path.parent, path.name, [COURSE, course(title="=1+1")])


def _repacked(path, part, change):
    """Write a good .xlsx to ``path`` with the bytes of one of its parts changed."""
    write_xlsx(path.parent, path.name, [COURSE, course()])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert change(parts[part]) != parts[part]
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def _no_sheet(path):
    _repacked(path, "xl/workbook.xml", lambda data: re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", data))


def _bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (tables.MAX_UNPACKED + 1))


def _torn(path):
    _repacked(path, "xl/worksheets/sheet1.xml", lambda data: data[:200])


HEADER = ",".join(COURSE).encode()
#: file name → (how to write it, row, column, words of the reason)
BROKEN = {
    "courses-01.csv": (_csv([course()], "utf-16"), None, "", "UTF-16"),
    "courses-02.csv": (_csv([["C2", "書法與國畫臺灣課程學習網絡", "清名桥街道".replace("桥", "橋")]], "big5", ["code", "title", "street"]), None, "", "编码|乱码"),
    "courses-03.csv": (_csv([["C3", "书法"]], header=["编号", "标题"]), 1, "", "缺少必需的列：街道"),
    "courses-04.csv": (_csv([course("C4", **{**OK, "first": "2027-02-30"})]), 2, "开课日期", "不是日期"),
    "courses-05.csv": (_csv([course("C5"), course("C5", "国画")]), 3, "编号", "第 2 行重复"),
    "courses-06.xlsx": (_formula, 2, "标题", "是公式"),
    "courses-07.csv": (_csv([course("C7", "字" * 350_000)]), 2, "标题", "350000 个字"),
    "courses-08.csv": (_csv([course("C8", "<b>书法</b>")]), 2, "标题", "尖括号"),
    "courses-09.csv": (_csv([course("C9", "书\x00法")]), 2, "标题", "U+0000"),
    "courses-10.csv": (_bytes(b""), None, "", "文件是空的"),
    "courses-11.xlsx": (_bytes(b"this is no zip"), None, "", "不是表格文件"),
    "courses-12.csv": (_csv([course("C12", street="不存在街道")]), 2, "街道", "没有“不存在街道”"),
    "courses-13.csv": (_csv([course("C13", **OK, places="-5")]), 2, "名额", "-5 不在"),
    "courses-14.csv": (_csv([course("C14", **{**OK, "ends": "13:00"})]), 2, "下课时间", "晚于上课"),
    "kecheng.csv": (_csv([course("C15")]), None, "", "不知道这个文件是什么表"),
    "courses-16.csv": (_csv([[*course("C16"), "多", "多"]]), 2, "", "比列名多"),
    "courses-17.csv": (_csv([course("C17", **{**OK, "days": "8"})]), 2, "星期", "不是星期几"),
    "courses-18.csv": (_csv([course("C18", **OK, fee="二百")]), 2, "费用（元）", "不是金额"),
    "courses-19.csv": (_csv([course("C19", "")]), 2, "标题", "不能空着"),
    "courses-20.csv": (_bytes(HEADER + '\r\nC20,"书法,清名桥街道\r\n'.encode()), 2, "", "引号不成对"),
    "courses-21.csv": (_csv([["x"]], header=["甲"]), 1, "", "缺少必需的列"),
    "courses-22.xlsx": (_no_sheet, None, "", "没有工作表"),
    "courses-23.xlsx": (_bomb, None, "", "太大了"),
    "courses-24.xlsx": (_torn, None, "", "表格"),
    "courses-25.csv": (_csv([course("C25", "书\u202e法")]), 2, "标题", "U+202E"),
    "courses-26.csv": (_csv([course("C26", **{**OK, "starts": "25:00"})]), 2, "上课时间", "不是时间"),
    "courses-27.csv": (_csv([course("C27", fee="200")]), 2, "费用（元）", "没有写星期"),
    "courses-28.csv": (_csv([]), None, "", "没有内容"),
    "courses-29.csv": (_bytes("书法".encode() + b"\xff\xff\xff,\x81"), 1, "", "编码"),
    "courses-30.xls": (_bytes(b"\xd0\xcf\x11\xe0"), None, "", "只能导入"),
    "network.csv": (_csv([["S1", "新街道", "小学", "320.5", "120.3", "", ""]], header=STREET), 2, "纬度", "不在"),
    "network-2.csv": (_csv([["S2", "新街道", "小学", "31.5", "", "", ""]], header=STREET), 2, "经度", "都填"),
    "terms.csv": (_csv([["t1", "坏学期", "2027-06-01", "2027-03-01"]], header=["代号", "学期", "开始", "结束"]), 2, "结束", "结束日期要晚于"),
    "neighbourhoods.csv": (_csv([["清名桥街道", "大窑路社区", "大概有"]], header=["街道", "社区", "核对"]), 2, "核对", "看不懂"),
    "landmarks.csv": (_csv([["妙光塔", "清名桥街道"]], header=["地名", "街道"]), 2, "来源", "要写来源"),
    "learning_organisations.csv": (
        _csv([["清名桥街道", "jia", "某家庭", "学习型家庭"]], header=["街道", "网址", "标题", "种类"]),
        2,
        "家庭同意公开",
        "书面同意",
    ),
}  # fmt: skip


@pytest.fixture
def broken_folder(tmp_path):
    for name, (write, *_expected) in BROKEN.items():
        write(tmp_path / name)
    (tmp_path / "README.md").write_text("说明", "utf-8")
    (tmp_path / ".hidden.csv").write_text("x", "utf-8")
    (tmp_path / "~$courses.xlsx").write_text("x", "utf-8")
    return tmp_path


def test_every_broken_file_is_reported_and_nothing_changes(district, broken_folder):
    assert len(BROKEN) >= 20
    before = snapshot()
    report = run_import(folder_sources(broken_folder))
    assert snapshot() == before
    assert not report.changes
    assert {file.name for file in report.files} == set(BROKEN)
    for file in report.files:
        _write, row, column, words = BROKEN[file.name]
        told = [(problem.row, problem.column, problem.reason) for problem in file.problems]
        assert any(each[:2] == (row, column) and any(word in each[2] for word in words.split("|")) for each in told), (
            file.name,
            told,
        )
        assert len(told) <= 2, told  # a broken file is told once, a doubled row twice


def test_reports_are_sentences_with_a_place(district, broken_folder):
    report = run_import(folder_sources(broken_folder))
    sentences = [str(problem) for problem in report.problems]
    assert "courses-13.csv 第 2 行“名额”列：-5 不在 1 到 10000 之间。" in sentences
    assert all(sentence.endswith(("。", "？")) for sentence in sentences), sentences


def test_bad_rows_cost_the_good_ones_nothing(district, tmp_path):
    rows = [course("C1", "书法"), course("C2", "<i>"), course("C3", street="没有"), course("C4", "国画")]
    write_csv(tmp_path, "courses.csv", [COURSE, *rows])
    report = run_import(folder_sources(tmp_path))
    assert [problem.row for problem in report.problems] == [3, 4]
    titles = {page.title for page in district.street.get_children()}
    assert {"书法", "国画"} <= titles


def test_a_row_that_breaks_the_database_is_undone_and_reported(district, tmp_path, monkeypatch):
    from timetable.importing import runs as importing

    write_csv(tmp_path, "courses.csv", [COURSE, course("C1", **OK), course("C2", "国画")])

    def fail(run):
        run.learning.title = None
        type(run).objects.filter(pk=run.pk).update(places_left=-1, capacity=3)

    monkeypatch.setattr(importing, "publish_class_run", fail)
    report = run_import(folder_sources(tmp_path))
    assert [(problem.row, "没能存进数据库" in problem.reason) for problem in report.problems] == [(2, True)]
    titles = {page.title for page in district.street.get_children()}
    assert "国画" in titles
    assert "书法" not in titles


def test_the_same_code_in_two_files_is_refused_in_both(district, tmp_path):
    write_csv(tmp_path, "courses.csv", [COURSE, course("C1", "书法"), course("C2", "国画")])
    write_csv(tmp_path, "courses_more.csv", [COURSE, course("c1", "书法班")])
    report = run_import(folder_sources(tmp_path))
    assert {(problem.file, problem.row) for problem in report.problems} == {("courses.csv", 2), ("courses_more.csv", 2)}
    assert len(report.changes) == 1

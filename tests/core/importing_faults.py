"""Two tables with 2,000 rows between them, of which 137 are wrong, each in a known way."""

import datetime

from teachers.importing import TeacherImporter
from timetable.importing.class_runs import ClassRunImporter

TEACHERS, RUNS = 1_800, 200
FIRST = datetime.date(2027, 3, 1)  # a Monday


def header(importer):
    return [column.label for column in importer.imported_columns()]


def row(importer, **values):
    """A row under the importer's header; what is not named stays empty."""
    return [values.get(column.name) for column in importer.imported_columns()]


def teacher(number, centre):
    return {
        "name": f"教师{number}",
        "kind": "兼职",
        "centre": centre,
        "introduction": "教书法。",
        "consents_to_be_named": "是",
    }


def class_run(number, course, centre, room):
    """Each has its own day and hours in the room: none clashes with another."""
    week, hour = divmod(number, 10)
    first = FIRST + datetime.timedelta(days=week)
    return {
        "code": f"QM-{number:04d}", "learning": course, "centre": centre, "name": f"第{number}班", "room": room,
        "starts_on": first.isoformat(), "starts_at": f"{8 + hour}:00", "ends_at": f"{8 + hour}:50",
        "capacity": 20, "min_to_open": 8, "fee_yuan": "200", "mode": "先到先得", "age_min": 18, "age_max": 75,
        "enrol_opens_at": "2027-02-01 09:00", "enrol_closes_at": first.isoformat(),
    }  # fmt: skip


#: kind of fault → (what the row says instead, column that is named, words of the reason)
TEACHER_FAULTS = {
    "no name": ({"name": None}, "姓名", "不能空着"),
    "kind": ({"kind": "临时工"}, "类别", "没有“临时工”这一项"),
    "other street": ({"centre": "南禅寺街道"}, "所属场所", "不归您管"),
    "no place": ({"centre": None}, "所属场所", "要写所属场所"),
    "unknown place": ({"centre": "火星分中心"}, "所属场所", "没有“火星分中心”这个地点"),
    "mark-up": ({"introduction": "<b>好</b>"}, "简介", "尖括号"),
    "too long": ({"introduction": "长" * 401}, "简介", "401 个字"),
    "yes or no": ({"consents_to_be_named": "也许"}, "同意公开姓名", "看不懂"),
    "formula": ({"introduction": "=1+1"}, "简介", "是公式"),
    "turned around": ({"name": "张\u202e三"}, "姓名", "控制字符"),
}
RUN_FAULTS = {
    "course": ({"learning": "没有的课"}, "课程", "没有“没有的课”这门课程"),
    "other street's course": ({"learning": "NC-1"}, "课程", "不归您管"),
    "room": ({"room": "404"}, "教室", "没有“404”这间教室"),
    "teacher": ({"teachers": "无名氏"}, "教师", "没有您能安排的“无名氏”"),
    "date": ({"starts_on": "3月32日"}, "开课日期", "不是日期"),
    "time": ({"starts_at": "25:70"}, "上课时间", "不是时间"),
    "hours": ({"ends_at": "7:00"}, "下课时间", "下课时间要晚于上课时间"),
    "capacity": ({"capacity": "很多"}, "名额", "不是整数"),
    "minimum": ({"min_to_open": 30}, "最少开班人数", "最少开班人数不能超过名额"),
    "ages": ({"age_max": 3}, "最大年龄", "不能小于最小年龄"),
    "mode": ({"mode": "拍卖"}, "怎么给名额", "没有“拍卖”这一项"),
    "window": ({"enrol_closes_at": "2027-01-01"}, "报名截止", "报名截止要晚于报名开始"),
    "counter": ({"counter_quota": 21}, "留给窗口的名额", "不能比名额多"),
    "no end": ({"weekdays": "1"}, "课次数", "至少写一个"),
}
#: 10 × 9 teachers and 14 × 3 class runs are 132; three classes where another one is, and two of one number: 137.
EACH_TEACHER_FAULT, EACH_RUN_FAULT, FAULTY = 9, 3, 137
HEADER = 1  # a spreadsheet counts from 1 and the header is a row


def tables(centre, course, room):
    """Return ({stem: rows with header}, {stem: {row number: (column, words)}}) for one street's editor."""
    teachers = [teacher(number, centre) for number in range(TEACHERS)]
    runs = [class_run(number, course, centre, room) for number in range(RUNS)]
    told = {
        "teachers": _spoil(teachers, TEACHER_FAULTS, EACH_TEACHER_FAULT, every=19),
        "class_runs": _spoil(runs, RUN_FAULTS, EACH_RUN_FAULT, every=4),
    }
    for last, first in ((-1, 0), (-2, 1), (-3, 2)):  # the room is taken by an earlier row
        runs[last] |= {name: runs[first][name] for name in ("starts_on", "starts_at", "ends_at", "enrol_closes_at")}
        told["class_runs"][RUNS + last + 1 + HEADER] = ("", "时间有冲突：教室“101”")
    runs[-4]["code"] = runs[-5]["code"]
    for number in (RUNS - 4, RUNS - 3):
        told["class_runs"][number + HEADER] = ("班号", "重复")
    written = {
        "teachers": [header(TeacherImporter), *(row(TeacherImporter, **each) for each in teachers)],
        "class_runs": [header(ClassRunImporter), *(row(ClassRunImporter, **each) for each in runs)],
    }
    return written, told


def _spoil(rows, faults, each, every):
    """Put every fault ``each`` times into ``rows``, ``every`` rows apart; return {row number: (column, words)}."""
    told = {}
    for count, (changes, column, words) in enumerate(fault for fault in faults.values() for _time in range(each)):
        index = (count + 1) * every
        rows[index] |= changes
        told[index + 1 + HEADER] = (column, words)
    return told

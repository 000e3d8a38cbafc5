"""Import of class runs: a row is one class of a course that is on the site, with everything the form asks."""

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.importing.pages import picked
from core.importing.registry import PROVENANCE, Column, Importer, RowError, is_whole_district, register
from core.importing.values import (
    CellError,
    as_date,
    as_fen,
    as_time,
    as_weekdays,
    as_yes,
    choice,
    line,
    moment,
    names,
    whole,
)
from network.importing import Places
from network.models import Room
from teachers.models import Teacher
from teachers.permissions import TeacherPolicy
from timetable.enums import Delivery, EnrolMode, Residence
from timetable.forms import code_validator
from timetable.importing.runs import term_called, terms_by_word, write_run
from timetable.models import LearningPage
from timetable.permissions import class_run_policy
from timetable.run_rules import AT_MOST, faults


def as_run_code(text):
    """A class number as the form takes it."""
    try:
        code_validator(text)
    except ValidationError as error:
        raise CellError(error.messages[0]) from error
    return text


#: column → field of ClassRun, where the value needs no looking up
_PLAIN = {
    "name": "name",
    "delivery": "delivery",
    "starts_on": "starts_on",
    "ends_on": "ends_on",
    "weekdays": "weekdays",
    "starts_at": "starts_at",
    "ends_at": "ends_at",
    "every_weeks": "every_weeks",
    "session_count": "session_count",
    "capacity": "capacity",
    "min_to_open": "min_to_open",
    "fee_yuan": "fee_fen",
    "mode": "mode",
    "enrol_opens_at": "enrol_opens_at",
    "enrol_closes_at": "enrol_closes_at",
    "counter_quota": "counter_quota",
    "counter_until": "counter_until",
    "join_until": "join_until",
    "residence": "residence",
    "who_may_enrol": "who_may_enrol",
    "age_min": "age_min",
    "age_max": "age_max",
    "audience_only": "audience_only",
    "health_notice": "health_notice",
    "relative_from_age": "relative_from_age",
    "pass_percent": "pass_percent",
    "is_sample": "is_sample",
}


def _number(name, label, example="", smallest=0, **rules):
    return Column(name, label, whole(smallest, AT_MOST[name]), example=example, **rules)


@register
class ClassRunImporter(Importer):
    stem, title, order = "class_runs", "班", 45
    says = gettext_lazy(
        "导入的班都是“筹备中”，居民看不到；看过没问题，再逐个“公布”。区社区教育办公室导入的会马上公布。"
    )
    columns = (
        Column("code", "班号", as_run_code, required=True, blank=False, longest=40, example="QM-2703-01",
               help=gettext_lazy("自己编，不能和别的班重复。以后再导入同一个班号，就是修改这个班。")),
        Column("learning", "课程", line(255), required=True, blank=False, aliases=("课程编号", "活动"), example="QM-TJ",
               help=gettext_lazy("网站上已有的课程或活动，写编号；没有编号的写标题，一字不差。")),
        Column("name", "班名", line(60), default="", example="周三下午班"),
        Column("term", "学期", line(40), example="2027年春季"),
        Column("centre", "地点", line(80), example="清名桥街道社区教育分中心",
               help=gettext_lazy("场所的编号或页面标题。空着就是这个街道的分中心。")),
        Column("room", "教室", line(40), example="101", help=gettext_lazy("要在上面的地点里。教室被占了会告诉您被哪个班占了。")),
        Column("teachers", "教师", line(200), default="", example="张老师、李老师",
               help=gettext_lazy("“师资”里的姓名，几位用顿号分开；同名的写“姓名（所属场所）”。")),
        Column("delivery", "方式", choice(Delivery), default=Delivery.ONSITE, example="现场"),
        Column("starts_on", "开课日期", as_date, required=True, blank=False, example="2027-03-03"),
        Column("ends_on", "结课日期", as_date, help=gettext_lazy("写了课次数就不用写。")),
        Column("weekdays", "星期", as_weekdays, default=list, example="3",
               help=gettext_lazy("1 是周一；一周几次用顿号分开，如 2、4。只上一次的空着。")),
        Column("starts_at", "上课时间", as_time, required=True, blank=False, aliases=("上课",), example="14:00"),
        Column("ends_at", "下课时间", as_time, required=True, blank=False, aliases=("下课",), example="15:30"),
        _number("every_weeks", "每几周一次", "1", smallest=1, default=1),
        _number("session_count", "课次数", "12", smallest=1, aliases=("课次",)),
        _number("capacity", "名额", "20", smallest=1, help=gettext_lazy("空着表示名额未公布，居民不能报名。")),
        _number("min_to_open", "最少开班人数", "8"),
        Column("fee_yuan", "费用（元）", as_fen, aliases=("费用",), example="0", help=gettext_lazy("0 表示免费，空着表示未公布。")),
        Column("mode", "怎么给名额", choice(EnrolMode), default=EnrolMode.FIRST_COME, example="先到先得"),
        Column("enrol_opens_at", "报名开始", moment(), example="2027-02-20 09:00"),
        Column("enrol_closes_at", "报名截止", moment(last=True), example="2027-03-01",
               help=gettext_lazy("只写日期就是当天 23:59。抽签的班在这以后抽签。")),
        _number("counter_quota", "留给窗口的名额", "2", default=0),
        Column("counter_until", "窗口名额留到", moment(last=True)),
        Column("join_until", "最晚插班日期", as_date),
        Column("residence", "居住要求", choice(Residence), default=Residence.ANYONE, example="不限"),
        Column("who_may_enrol", "报名对象说明", line(120), default=""),
        _number("age_min", "最小年龄", "18"),
        _number("age_max", "最大年龄", "75"),
        Column("audience_only", "只收适合的人群", as_yes, default=False, example="否"),
        Column("prerequisite", "要先学完", line(255), help=gettext_lazy("另一门课程的编号或标题。")),
        Column("health_notice", "健康提醒", line(300), default=""),
        _number("relative_from_age", "多少岁起要留家属联系方式", "80"),
        _number("pass_percent", "结业出勤率（%）", "60", default=60, aliases=("结业出勤率",)),
        Column("is_sample", "示例", as_yes, default=False),
        *PROVENANCE,
    )  # fmt: skip

    @classmethod
    def open_to(cls, user):
        return is_whole_district(user) or class_run_policy.user_has_permission(user, "add")

    def save(self, row):
        page = self._page(row["learning"], "learning")
        self.need(page, "learning")
        values = picked(row, _PLAIN) | self._looked_up(row, page)
        for field, sentence in faults(values):
            raise RowError(sentence, next((name for name, known in _PLAIN.items() if known == field), field))
        follows = bool(values.get("session_count") or not values.get("weekdays"))
        if not values.get("ends_on"):
            values["ends_on"] = values["starts_on"]
        teachers = self._teachers(row["teachers"]) if "teachers" in row else None
        return [write_run(page, row["code"], values, importer=self, end_follows_pattern=follows, teachers=teachers)]

    def failed(self, row):
        """Nothing that rows refer to is written here."""

    def _looked_up(self, row, page):
        """The fields that name other records; a column that the file lacks changes nothing."""
        centre = (
            self._places.centre(row["centre"]) if row.get("centre") else self._places.usual_centre(page.get_parent())
        )
        self.need(centre, "centre")
        values = {"centre": centre}
        if "room" in row:
            values["room"] = self._room(centre, row["room"])
        if "term" in row:
            values["term"] = term_called(row["term"], self._terms)
        if "prerequisite" in row:
            values["prerequisite"] = self._page(row["prerequisite"], "prerequisite") if row["prerequisite"] else None
        return values

    def _page(self, word, column):
        found = self._pages.get(word, [])
        if len(found) == 1:
            return found[0]
        if found:
            raise RowError(
                _("有 %(count)d 门课都叫“%(word)s”，请写课程编号。") % {"count": len(found), "word": word[:40]}, column
            )
        raise RowError(
            _("网站上没有“%(word)s”这门课程或活动。请先建好课程，或检查编号、标题。") % {"word": word[:40]}, column
        )

    def _room(self, centre, name):
        if not name:
            return None
        rooms = self._rooms.get(centre.pk, {})
        if name not in rooms:
            known = "、".join(rooms) or _("（还没有教室）")
            raise RowError(
                _("“%(centre)s”没有“%(name)s”这间教室。现有：%(known)s。")
                % {"centre": centre.title, "name": name, "known": known[:200]},
                "room",
            )
        return rooms[name]

    def _teachers(self, text):
        found = []
        for word in names(text):
            fitting = self._teachers_by_word.get(word.replace("(", "（").replace(")", "）"), [])
            if len(fitting) != 1:
                sentence = (
                    _("有 %(count)d 位教师叫“%(word)s”，请写成“姓名（所属场所）”。")
                    if fitting
                    else _("“师资”里没有您能安排的“%(word)s”。请先在师资里登记。")
                )
                raise RowError(sentence % {"count": len(fitting), "word": word[:20]}, "teachers")
            found += fitting
        return list(dict.fromkeys(found))

    @cached_property
    def _places(self):
        return Places()

    @cached_property
    def _terms(self):
        return terms_by_word()

    @cached_property
    def _pages(self):
        by_word = {}
        for kind in LearningPage.__subclasses__():
            for page in kind.objects.defer("body").order_by("path"):
                for word in {page.title, page.code} - {None, ""}:
                    by_word.setdefault(word, []).append(page)
        return by_word

    @cached_property
    def _rooms(self):
        by_centre = {}
        for room in Room.objects.all():
            by_centre.setdefault(room.centre_id, {})[room.name] = room
        return by_centre

    @cached_property
    def _teachers_by_word(self):
        teachers = TeacherPolicy().choosable(self.user) if self.drafts else Teacher.objects.all()
        by_word = {}
        for teacher in teachers.select_related("home_centre"):
            words = {teacher.name}
            if teacher.home_centre:
                words.add(f"{teacher.name}（{teacher.home_centre.title}）")
            for word in words:
                by_word.setdefault(word, []).append(teacher)
        return by_word

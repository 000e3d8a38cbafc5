"""Import of courses: a row is a CoursePage and, where it has a timetable, its class runs."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.importing.pages import rich_text_from_text, save_draft, save_page
from core.importing.photographs import Part, add_part
from core.importing.registry import PROVENANCE, Column, Importer, RowError, is_whole_district, register
from core.importing.values import as_text, as_yes, choice, line, whole
from core.scoping import granted_paths
from courses.enums import Level, Track
from courses.models import CoursePage, CourseProject
from network.importing import Places
from timetable.importing import LEARNING_COLUMNS, RUN_COLUMNS, WEEKLY_COLUMNS, RunWriter, Words

add_part(CoursePage, Part(CourseProject, "course", is_content=False))


@register
class CourseImporter(Importer):
    stem, title, order = "courses", "课程", 40
    columns = (
        *LEARNING_COLUMNS,
        Column("track", "类型", choice(Track), default=Track.SHORT),
        Column("level", "程度", choice(Level), default=Level.ANY),
        Column("aims", "课程目标", as_text, default="", longest=5_000),
        Column("outline", "内容大纲", as_text, default="", longest=5_000),
        Column("guide", "实施指导方案", as_text, default="", longest=5_000),
        Column("what_to_bring", "要带什么", line(200), default=""),
        Column("developed_by", "开发单位", line(80), default=""),
        Column("is_local_feature", "本土特色", as_yes, default=False),
        Column("local_feature_year", "开发年份", whole(2000, 2100)),
        *WEEKLY_COLUMNS,
        *RUN_COLUMNS,
        # What the published list said, kept beside what we read in it.
        Column("source_audience", "来源所写人群"),
        Column("source_level", "来源所写程度"),
        Column("source_time", "来源所写时间"),
        Column("source_term", "来源所写学期"),
        Column("source_sessions", "来源所写课次"),
        Column("source_fee", "来源所写费用"),
        Column("source_capacity", "来源所写名额"),
        Column("institution", "来源单位"),
        Column("city", "来源城市"),
        *PROVENANCE,
    )
    says = gettext_lazy(
        "街道导入的课程是草稿，要像平时一样提交审核，发布以后居民才看得到。区社区教育办公室导入的会马上公开。"
    )
    _plain = (
        "code",
        "title",
        "summary",
        "is_sample",
        "source_note",
        "track",
        "level",
        "what_to_bring",
        "developed_by",
        "is_local_feature",
        "local_feature_year",
    )
    _words = ("summary", "body", "aims", "outline", "guide", "what_to_bring")

    def load(self):
        self.places, self.words = Places(), Words()
        self.runs = RunWriter(self.places, self)
        self.known = {page.code: page for page in CoursePage.objects.exclude(code=None).prefetch_related("audiences")}

    @classmethod
    def open_to(cls, user):
        return is_whole_district(user) or granted_paths(user, {"add"}) != []

    def failed(self, row):
        """Read that one course anew: all of them again after each wrong row would be most of the time."""
        self.known.pop(row["code"], None)
        if page := CoursePage.objects.filter(code=row["code"]).first():
            self.known[row["code"]] = page

    def save(self, row):
        host = self.places.host(row["street"])
        self.need(host, "street")
        values, relations = self.words.page_values(row, self._plain)
        for field in ("aims", "outline", "guide"):
            if field in row:
                values[field] = rich_text_from_text(row[field])
        known = self.known.get(row["code"])
        if self.drafts:
            page, change = self._draft(known, values, host, relations)
        else:
            page, change = save_page(CoursePage, known, values, parent=host, words=self._words, relations=relations)
        self.known[row["code"]] = page
        return [change, *self.runs.save(page, host, row)]

    def _draft(self, known, values, host, relations):
        if known is not None:
            self.need(known, "code")
            if known.path[: -known.steplen] != host.path:
                raise RowError(
                    _("编号“%(code)s”的课程不在“%(host)s”下面，导入不搬页面。")
                    % {"code": known.code, "host": host.title},
                    "street",
                )
        return save_draft(CoursePage, known, values, parent=host, author=self.user, relations=relations)

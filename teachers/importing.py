"""Import of teachers: a row is one person of one place."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.importing.pages import picked, save_record
from core.importing.registry import PROVENANCE, Column, Importer, RowError, is_whole_district, register
from core.importing.values import as_text, as_yes, choice, line
from network.importing import Places
from teachers.enums import TeacherKind
from teachers.models import Teacher
from teachers.permissions import TeacherPolicy


@register
class TeacherImporter(Importer):
    stem, title, order = "teachers", "教师", 35
    key = ("name", "centre")
    says = gettext_lazy("确认以后就在“师资”里。写了同意公开姓名的，课程页面会印出姓名。")
    columns = (
        Column("name", "姓名", line(40), required=True, blank=False, example="张示例"),
        Column("kind", "类别", choice(TeacherKind), default=TeacherKind.PART_TIME, example="兼职"),
        Column(
            "centre",
            "所属场所",
            line(80),
            aliases=("场所", "所属"),
            example="清名桥街道社区教育分中心",
            help=gettext_lazy("场所的编号或页面标题。全区共用的教师由区社区教育办公室导入，空着。"),
        ),
        Column("introduction", "简介", as_text, default="", longest=400, example="教书法十年。"),
        Column(
            "consents_to_be_named",
            "同意公开姓名",
            as_yes,
            default=False,
            example="否",
            help=gettext_lazy("没有本人同意写“否”，网页上只写“老师待公布”。"),
        ),
        Column("is_sample", "示例", as_yes, default=False, example="否"),
        *PROVENANCE,
    )

    @classmethod
    def open_to(cls, user):
        return is_whole_district(user) or TeacherPolicy().user_has_permission(user, "add")

    def load(self):
        self.places = Places()
        self.known = {}
        for teacher in Teacher.objects.all():
            self.known.setdefault((teacher.name, teacher.home_centre_id), []).append(teacher)

    def failed(self, row):
        """A row that failed wrote nothing that is remembered."""

    def save(self, row):
        centre = self.places.centre(row["centre"]) if row.get("centre") else None
        if centre:
            self.need(centre, "centre")
        elif self.drafts:
            raise RowError(_("要写所属场所：没有场所的教师是全区共用的，由区社区教育办公室登记。"), "centre")
        at = (row["name"], centre.pk if centre else None)
        same = self.known.get(at, [])
        if len(same) > 1:
            raise RowError(
                _("“%(name)s”在这里已经有 %(count)d 位，不知道要改哪一位。")
                % {"name": row["name"], "count": len(same)},
                "name",
            )
        values = {"name": row["name"], "home_centre": centre} | picked(
            row, ("kind", "introduction", "consents_to_be_named", "is_sample")
        )
        teacher, change = save_record(Teacher, same[0] if same else None, values, row["name"])
        self.known[at] = [teacher]
        return [change]

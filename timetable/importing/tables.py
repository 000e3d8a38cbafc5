"""Import of subjects, audiences and terms: one row is one record, found by its code."""

from core.importing.pages import picked, save_record
from core.importing.registry import PROVENANCE, Column, Importer, register
from core.importing.values import as_date, as_slug, as_yes, line, whole
from timetable.models import Audience, Subject, Term

ORDER = Column("sort_order", "顺序", whole(0, 30_000), default=100)
CODE = Column("code", "代号", as_slug, required=True, blank=False)


class _TableImporter(Importer):
    """One row is one record of ``model``, found by its code."""

    model: type
    fields: tuple[str, ...]

    def load(self):
        self.known = {record.code: record for record in self.model.objects.all()}

    def save(self, row):
        record, change = save_record(self.model, self.known.get(row["code"]), picked(row, self.fields), row["name"])
        self.known[row["code"]] = record
        return [change]


@register
class SubjectImporter(_TableImporter):
    stem, title, order = "subjects", "课程类别", 10
    model, fields = Subject, ("code", "name", "sort_order")
    columns = (
        CODE,
        Column("name", "类别", line(40), required=True, blank=False, aliases=("名称",)),
        ORDER,
        *PROVENANCE,
    )


@register
class AudienceImporter(_TableImporter):
    stem, title, order = "audiences", "人群", 11
    model, fields = Audience, ("code", "name", "official_name", "is_everyone", "sort_order")
    columns = (
        CODE,
        Column("name", "人群", line(40), required=True, blank=False, aliases=("名称",)),
        Column("official_name", "文件用语", line(60), default=""),
        Column("is_everyone", "人人", as_yes, default=False),
        ORDER,
        *PROVENANCE,
    )


@register
class TermImporter(_TableImporter):
    stem, title, order = "terms", "学期", 12
    model, fields = Term, ("code", "name", "starts_on", "ends_on", "is_sample")
    columns = (
        CODE,
        Column("name", "学期", line(40), required=True, blank=False, aliases=("名称",)),
        Column("starts_on", "开始", as_date, required=True, blank=False),
        Column("ends_on", "结束", as_date, required=True, blank=False),
        Column("is_sample", "示例", as_yes, default=False),
        *PROVENANCE,
    )

"""Import of brand projects, research projects and learning organisations of a street.

None has a code: a row is found again by its street and the last part of its address.
"""

from django.utils.translation import gettext as _

from community.enums import BrandBasis, OrganisationKind, ResearchLevel, ResearchStatus
from community.models import BrandProjectPage, LearningOrganisationPage, ResearchProjectPage
from core.importing.pages import blocks_from_text, picked, save_page
from core.importing.registry import PROVENANCE, Column, Importer, RowError, register
from core.importing.values import as_slug, as_text, as_yes, choice, line, whole
from network.importing import Places

COMMON = (
    Column("street", "街道", line(40), required=True, blank=False),
    Column("slug", "网址", as_slug, required=True, blank=False),
    Column("title", "标题", line(255), required=True, blank=False, aliases=("名称",)),
    Column("summary", "简介", line(200), default=""),
    Column("body", "正文", as_text, default="", longest=10_000),
    Column("is_sample", "示例", as_yes, default=False),
    Column("source_note", "资料来源", line(300), default=""),
)


class _StreetPageImporter(Importer):
    """One row is one page of ``model`` below its street."""

    key = ("street", "slug")
    model: type
    fields: tuple[str, ...] = ()
    words = ("summary", "body")

    def load(self):
        self.places = Places()
        self.known = {(page.path[: -page.steplen], page.slug): page for page in self.model.objects.order_by("path")}

    def host(self, row):
        return self.places.street(row["street"])

    def save(self, row):
        host = self.host(row)
        values = picked(row, ("slug", "title", "summary", "is_sample", "source_note", *self.fields))
        if "body" in row:
            values["body"] = blocks_from_text(row["body"])
        known = self.known.get((host.path, row["slug"]))
        page, change = save_page(self.model, known, values, parent=host, words=self.words)
        self.known[host.path, row["slug"]] = page
        return [change]


@register
class BrandProjectImporter(_StreetPageImporter):
    stem, title, order = "brand_projects", "品牌项目", 60
    model, fields = BrandProjectPage, ("basis", "year")
    columns = (
        *COMMON,
        Column("basis", "依托", choice(BrandBasis), required=True, blank=False),
        Column("year", "年份", whole(2000, 2100), required=True, blank=False),
        *PROVENANCE,
    )


@register
class ResearchProjectImporter(_StreetPageImporter):
    stem, title, order = "research_projects", "课题", 61
    model, fields = ResearchProjectPage, ("level", "status", "year", "plan_period", "problem")
    words = ("summary", "body", "problem")
    columns = (
        *COMMON,
        Column("level", "级别", choice(ResearchLevel), required=True, blank=False),
        Column("status", "进展", choice(ResearchStatus), default=ResearchStatus.DRAFT),
        Column("year", "年份", whole(2000, 2100), required=True, blank=False),
        Column("plan_period", "规划时期", line(20), default=""),
        Column("problem", "研究的问题", line(600), default=""),
        *PROVENANCE,
    )

    def host(self, row):
        return self.places.host(row["street"])


@register
class LearningOrganisationImporter(_StreetPageImporter):
    stem, title, order = "learning_organisations", "学习型组织", 62
    model, fields = LearningOrganisationPage, ("kind", "year", "family_consents")
    columns = (
        *COMMON,
        Column("kind", "种类", choice(OrganisationKind), required=True, blank=False),
        Column("year", "命名年份", whole(2000, 2100)),
        Column("family_consents", "家庭同意公开", as_yes, default=False),
        *PROVENANCE,
    )

    def save(self, row):
        if row["kind"] == OrganisationKind.FAMILY and not row.get("family_consents"):
            raise RowError(_("学习型家庭要有本人的书面同意，这一列写“是”才能导入。"), "family_consents")
        return super().save(row)

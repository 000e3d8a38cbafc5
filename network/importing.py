"""Import of the three-tier network: streets with their sub-centres, the academy, neighbourhoods, landmarks.

Also ``Places``, by which the tables of upper floors name a street or a centre.
"""

import re

from django.utils.translation import gettext as _

from core.enums import StreetColour
from core.geo import CoordinateSystem, to_wgs84
from core.importing.pages import picked, save_page, save_record
from core.importing.registry import PROVENANCE, Column, Importer, RowError, register
from core.importing.values import CellError, as_code, as_slug, as_yes, choice, decimal, line, whole
from core.text import pinyin_slug, unique_slug
from network.enums import NeighbourhoodStatus, PositionSource
from network.models import AcademyPage, CentrePage, Landmark, Neighbourhood, NetworkIndexPage, StreetPage, SubCentrePage

#: A street's own position is its middle read off a map: ±500–1,000 m (domain.md §6.3).
STREET_ACCURACY_M = 1000


class Places:
    """Streets, academy and centres by the words a table uses for them; read once a run."""

    def __init__(self):
        self._streets = {}
        for street in StreetPage.objects.order_by("path"):
            for word in (street.street_name, street.short_name, street.code, street.slug, street.title):
                if word:
                    self._streets.setdefault(word, street)
        self._academy = AcademyPage.objects.first()
        self._centres = {}
        for centre in CentrePage.objects.order_by("path"):
            for word in (centre.code, centre.title):
                if word:
                    self._centres.setdefault(word, centre)

    def street(self, word, column="street"):
        """Return the StreetPage called ``word``. Raises RowError with the names that are known."""
        if street := self._streets.get(word.strip()):
            return street
        known = "、".join(dict.fromkeys(street.street_name for street in self._streets.values()))
        raise RowError(
            _("没有“%(word)s”这个街道。现有：%(known)s。") % {"word": word[:20], "known": known or _("（还没有街道）")},
            column,
        )

    def host(self, word, column="street"):
        """Return the street or, for 学院, the academy: where courses and events hang in the tree."""
        if self._academy and word.strip() in ("学院", self._academy.title, self._academy.code, self._academy.slug):
            return self._academy
        return self.street(word, column)

    def centre(self, word, column="centre"):
        """Return the CentrePage with this code or title. Raises RowError."""
        if centre := self._centres.get(word.strip()):
            return centre
        raise RowError(_("没有“%(word)s”这个地点。请写它的编号或页面标题。") % {"word": word[:40]}, column)

    def usual_centre(self, host):
        """Where something of ``host`` is held unless the table says otherwise: the street's sub-centre, else itself."""
        for centre in self._centres.values():
            if centre.path[: -centre.steplen] == host.path and centre.code and centre.code.endswith("-F"):
                return centre
        return next((centre for centre in self._centres.values() if centre.pk == host.pk), host)


def network_index():
    """Return the NetworkIndexPage. Raises RowError before the site is founded."""
    index = NetworkIndexPage.objects.first()
    if index is None:
        raise RowError(_("网站还没有“学习网络”总页，请先建立它。"))
    return index


def position(row, latitude, longitude):
    """Return {latitude, longitude} in WGS-84 from two columns of ``row``; empty when the file has neither column."""
    if latitude not in row and longitude not in row:
        return {}
    lat, lon = row.get(latitude), row.get(longitude)
    if (lat is None) != (lon is None):
        raise RowError(_("纬度和经度要么都填，要么都空着。"), latitude if lat is None else longitude)
    if lat is not None:
        lat, lon = (round(value, 6) for value in to_wgs84(lat, lon, row.get("coord_system") or CoordinateSystem.WGS84))
    return {"latitude": lat, "longitude": lon}


def _latitude(name, label):
    return Column(name, label, decimal(3, 54))


def _longitude(name, label):
    return Column(name, label, decimal(73, 136))


@register
class NetworkImporter(Importer):
    """A row is a street and the sub-centre in its host school."""

    stem, title, order = "network", "街道和分中心", 20
    columns = (
        Column("code", "街道编号", as_code, required=True, blank=False),
        Column("street", "街道", line(40), required=True, blank=False),
        Column("street_en", "英文名", line(60), default=""),
        Column("slug", "网址", as_slug),
        Column("colour", "颜色", choice(StreetColour)),
        Column("current_street", "现属街道", line(120), default=""),
        Column("host_school_2012", "2012年的学校", line(60), default="", aliases=("2012 年的学校名",)),
        Column("host_school_now", "现在的学校", line(60), default="", aliases=("现在的学校名",)),
        Column("address", "地址", line(120), default=""),
        Column("address_source", "地址来源", line(120), default=""),
        Column("phone", "电话", line(30), default=""),
        _latitude("lat_wgs84", "纬度"),
        _longitude("lon_wgs84", "经度"),
        Column("coord_system", "坐标系", choice(CoordinateSystem)),
        Column("coord_source", "位置来源", choice(PositionSource), default=""),
        Column("coord_accuracy_m", "位置误差（米）", whole(0, 100_000), aliases=("位置误差",)),
        _latitude("centre_lat_wgs84", "街道纬度"),
        _longitude("centre_lon_wgs84", "街道经度"),
        Column("source", "来源", line(300), default=""),
        Column("note", "备注"),
    )

    def load(self):
        self.index = network_index() if NetworkIndexPage.objects.exists() else None
        self.streets = {street.code or street.street_name: street for street in StreetPage.objects.order_by("path")}
        self.sub_centres = {centre.code: centre for centre in SubCentrePage.objects.exclude(code=None)}

    def save(self, row):
        street, change = self._street(row)
        changes = [change]
        if row.get("host_school_2012") or row.get("host_school_now"):
            changes.append(self._sub_centre(row, street))
        return changes

    def _street(self, row):
        # A street that an editor made before the import has no code yet: it is adopted, not doubled.
        page = self.streets.get(row["code"]) or self.streets.get(row["street"])
        values = {
            "title": row["street"],
            "street_name": row["street"],
            **picked(row, {"code": "code", "street_en": "english_name", "current_street": "current_street"}),
            **picked(row, {"source": "source_note"}),
            **position(row, "centre_lat_wgs84", "centre_lon_wgs84"),
        }
        if row.get("slug"):
            values["slug"] = row["slug"]
        if row.get("colour"):
            values["colour"] = row["colour"]
        if values.get("latitude") is not None:
            values |= {"position_source": PositionSource.APPROXIMATION, "accuracy_m": STREET_ACCURACY_M}
        parent = self.index or network_index()
        defaults = {"summary": _("%(street)s的课程、活动和家门口的学校。") % {"street": row["street"]}}
        if page is None:
            short = row["street"].removesuffix("街道") or row["street"]
            taken = set(parent.get_children().values_list("slug", flat=True))
            defaults["slug"] = unique_slug(pinyin_slug(short), taken)
            defaults["colour"] = StreetColour.values[len(self.streets) % len(StreetColour.values)]
        page, change = save_page(StreetPage, page, values, parent=parent, defaults=defaults)
        self.streets[row["code"]] = page
        return page, change

    def _sub_centre(self, row, street):
        code = f"{row['code']}-F"
        fields = {
            "host_school_2012": "host_school_then",
            "host_school_now": "host_school_now",
            "address": "address",
            "address_source": "address_source",
            "phone": "phone",
            "coord_source": "position_source",
            "coord_accuracy_m": "accuracy_m",
            "source": "source_note",
        }
        values = {
            "code": code,
            "title": _("%(street)s社区教育分中心") % {"street": row["street"]},
            **picked(row, fields),
            **position(row, "lat_wgs84", "lon_wgs84"),
        }
        if row.get("host_school_now"):
            summary = _("家门口的学校，设在%(school)s。") % {"school": row["host_school_now"]}
        else:
            summary = _("家门口的学校，2012 年设在%(school)s；学校现在的名称和地址待核实。") % {
                "school": row["host_school_2012"]
            }
        page, change = save_page(
            SubCentrePage,
            self.sub_centres.get(code),
            values,
            parent=street,
            defaults={"slug": "fenzhongxin", "summary": summary},
        )
        self.sub_centres[code] = page
        return change


@register
class AcademyImporter(Importer):
    """One row: the district's academy."""

    stem, title, order = "academy", "社区培训学院", 21
    key = ("title",)
    columns = (
        Column("title", "名称", line(60), required=True, blank=False),
        Column("slug", "网址", as_slug),
        Column("summary", "简介", line(200), default=""),
        Column("address", "地址", line(120), default=""),
        Column("address_source", "地址来源", line(120), default=""),
        Column("phone", "电话", line(30), default=""),
        Column("source", "来源", line(300), default=""),
        Column("note", "备注"),
    )

    def save(self, row):
        values = {
            **picked(row, ("title", "summary", "address", "address_source", "phone")),
            **picked(row, {"source": "source_note"}),
        }
        if row.get("slug"):
            values["slug"] = row["slug"]
        page = AcademyPage.objects.first()
        _page, change = save_page(AcademyPage, page, values, parent=network_index(), words=("summary",))
        return [change]


_STATUS = re.compile(r"(confirmed|有公开资料|sample|示例|示例，待核对)[\s（(]*(\d{4})?年?[）)]?")


def as_status(text):
    """``confirmed 2011`` / 有公开资料 2011 / sample / 示例 → (NeighbourhoodStatus, year or None)."""
    found = _STATUS.fullmatch(text.strip())
    if not found:
        raise CellError(_("“%(text)s”看不懂。请写“有公开资料 2011”或“示例”。") % {"text": text[:20]})
    confirmed = found[1] in ("confirmed", "有公开资料")
    year = int(found[2]) if confirmed and found[2] else None
    return (NeighbourhoodStatus.CONFIRMED if confirmed else NeighbourhoodStatus.SAMPLE), year


@register
class NeighbourhoodImporter(Importer):
    """A row is a 社区 of a street; without a public source it is a sample."""

    stem, title, order = "neighbourhoods", "社区", 30
    key = ("street", "name")
    columns = (
        Column("street", "街道", line(40), required=True, blank=False),
        Column("name", "社区", line(40), required=True, blank=False, aliases=("名称",)),
        Column("status", "核对", as_status, default=(NeighbourhoodStatus.SAMPLE, None), aliases=("状态",)),
        Column("source", "来源", line(200), default=""),
        PROVENANCE[1],
    )

    def load(self):
        self.places = Places()
        self.known = {(each.street_id, each.name): each for each in Neighbourhood.objects.all()}

    def save(self, row):
        street = self.places.street(row["street"])
        values = {"street_id": street.pk, "name": row["name"], **picked(row, ("source",))}
        if "status" in row:
            values["status"], values["confirmed_in"] = row["status"]
        if values.get("status") == NeighbourhoodStatus.CONFIRMED and not row.get("source"):
            raise RowError(_("写了“有公开资料”就要写来源。"), "source")
        label = f"{street.street_name} {row['name']}"
        record, change = save_record(Neighbourhood, self.known.get((street.pk, row["name"])), values, label)
        self.known[street.pk, row["name"]] = record
        return [change]


@register
class LandmarkImporter(Importer):
    """A row is a name people use for where they are; its position may be unknown."""

    stem, title, order = "landmarks", "地名", 31
    key = ("name",)
    columns = (
        Column("name", "地名", line(40), required=True, blank=False, aliases=("名称",)),
        Column("other_names", "别的叫法", line(120), default=""),
        Column("street", "街道", line(40), required=True, blank=False),
        _latitude("lat_wgs84", "纬度"),
        _longitude("lon_wgs84", "经度"),
        Column("coord_system", "坐标系", choice(CoordinateSystem)),
        Column("coord_accuracy_m", "位置误差（米）", whole(0, 100_000), aliases=("位置误差",)),
        Column("is_sample", "示例", as_yes, default=False),
        Column("source", "来源", line(200), default=""),
        PROVENANCE[1],
    )

    def load(self):
        self.places = Places()
        self.known = {landmark.name: landmark for landmark in Landmark.objects.all()}

    def save(self, row):
        if not row.get("is_sample") and not row.get("source") and row["name"] not in self.known:
            raise RowError(_("没有标“示例”的地名要写来源。"), "source")
        values = {
            "name": row["name"],
            "street_id": self.places.street(row["street"]).pk,
            **picked(row, ("other_names", "is_sample", "source")),
            **picked(row, {"coord_accuracy_m": "accuracy_m"}),
            **position(row, "lat_wgs84", "lon_wgs84"),
        }
        record, change = save_record(Landmark, self.known.get(row["name"]), values, row["name"])
        self.known[row["name"]] = record
        return [change]

"""Import of subjects, audiences and terms, and of the class runs that course and event tables carry.

``RUN_COLUMNS`` and ``RunWriter`` serve courses/importing.py and events/importing.py: a row
there is a page and, where it has a timetable, its class runs. Runs are written by
timetable/services/ only.
"""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import days_words
from core.importing.pages import blocks_from_text, differences, picked, save_record
from core.importing.registry import PROVENANCE, Column, Importer, RowError, register
from core.importing.report import Change
from core.importing.values import (
    as_code,
    as_date,
    as_dates,
    as_fen,
    as_slug,
    as_text,
    as_time,
    as_weekday_groups,
    as_yes,
    choice,
    line,
    moment,
    names,
    whole,
)
from timetable.enums import ClassRunStatus, Delivery, Residence
from timetable.models import Audience, ClassRun, Subject, Term
from timetable.services import publish_class_run, save_class_run

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


# -- what course and event tables share -----------------------------------------------------------

#: Columns that place a class in time; a row without them is a page without class runs.
RUN_COLUMNS = (
    Column("term", "学期", line(40)),
    Column("centre", "地点", line(80)),
    Column("starts_at", "上课时间", as_time, aliases=("上课",)),
    Column("ends_at", "下课时间", as_time, aliases=("下课",)),
    Column("capacity", "名额", whole(1, 10_000)),
    Column("fee_yuan", "费用（元）", as_fen, aliases=("费用",)),
    Column("enrol_opens", "报名开始", moment()),
    Column("enrol_closes", "报名截止", moment(last=True)),
    Column("residence", "居住要求", choice(Residence), default=Residence.ANYONE),
    Column("who_may_enrol", "报名对象说明", line(120), default=""),
    Column("delivery", "方式", choice(Delivery), default=Delivery.ONSITE),
)
WEEKLY_COLUMNS = (
    Column("weekdays", "星期", as_weekday_groups),
    Column("every_weeks", "每几周一次", whole(1, 12), default=1),
    Column("sessions", "课次数", whole(1, 400), aliases=("课次",)),
    Column("starts_on", "开课日期", as_date),
    Column("ends_on", "结课日期", as_date),
)
DATE_COLUMNS = (Column("dates", "日期", as_dates),)

LEARNING_COLUMNS = (
    Column("code", "编号", as_code, required=True, blank=False),
    Column("title", "标题", line(255), required=True, blank=False, aliases=("名称", "课程", "活动")),
    Column("street", "街道", line(40), required=True, blank=False),
    Column("summary", "简介", line(200), default=""),
    Column("subject", "类别", line(40)),
    Column("audience", "人群", line(200), default="", aliases=("适合谁",)),
    Column("body", "正文", as_text, default="", longest=10_000),
    Column("is_sample", "示例", as_yes, default=False),
    Column("source_note", "资料来源", line(300), default=""),
)

_RUN_FIELDS = {
    "starts_at": "starts_at",
    "ends_at": "ends_at",
    "capacity": "capacity",
    "fee_yuan": "fee_fen",
    "enrol_opens": "enrol_opens_at",
    "enrol_closes": "enrol_closes_at",
    "residence": "residence",
    "who_may_enrol": "who_may_enrol",
    "delivery": "delivery",
    "every_weeks": "every_weeks",
    "sessions": "session_count",
    "is_sample": "is_sample",
}
#: Filled cells that mean nothing without a day: told, not lost.
_NEEDS_A_DAY = ("starts_at", "ends_at", "capacity", "fee_yuan", "sessions", "enrol_opens", "enrol_closes")


class Words:
    """Subjects and audiences by name or code; read once a run."""

    def __init__(self):
        self._subjects = {word: subject for subject in Subject.objects.all() for word in (subject.name, subject.code)}
        self._audiences = {
            word: audience
            for audience in Audience.objects.all()
            for word in (audience.official_name, audience.code, audience.name)
            if word
        }

    def subject(self, word):
        """Return the Subject, or None for an empty cell. Raises RowError."""
        if not word:
            return None
        if subject := self._subjects.get(word):
            return subject
        known = "、".join(dict.fromkeys(subject.name for subject in self._subjects.values()))
        raise RowError(_("没有“%(word)s”这个类别。现有：%(known)s。") % {"word": word[:20], "known": known}, "subject")

    def audiences(self, text):
        """Return the Audiences named in ``text``, parted by 、. Raises RowError."""
        found = []
        for word in names(text or ""):
            if word not in self._audiences:
                known = "、".join(dict.fromkeys(audience.name for audience in self._audiences.values()))
                raise RowError(
                    _("没有“%(word)s”这个人群。现有：%(known)s。") % {"word": word[:20], "known": known}, "audience"
                )
            found.append(self._audiences[word])
        return list(dict.fromkeys(found))

    def page_values(self, row, plain):
        """Return (fields, relations) that every course and event row gives its page; ``plain`` are taken as they are."""
        values = picked(row, plain)
        if "subject" in row:
            values["subject"] = self.subject(row["subject"])
        if "body" in row:
            values["body"] = blocks_from_text(row["body"])
        return values, {"audiences": self.audiences(row["audience"])} if "audience" in row else {}


class RunWriter:
    """Writes the class runs of one row. ``load`` at the start of a run and after a failed row."""

    def __init__(self, places):
        self.places = places
        self.terms = {word: term for term in Term.objects.all() for word in (term.name, term.code)}

    def save(self, page, host, row):
        """Create or update the class runs that ``row`` gives ``page``; return Changes.

        ``weekdays`` has one group of days per class, ``dates`` one date per sitting; the
        n-th gets the code ``<row code>-n``. A class that is no longer in the table stays:
        nothing is deleted that a resident was told. Raises RowError, DomainError.
        """
        groups, dates = row.get("weekdays"), row.get("dates")
        if not groups and not dates:
            self._nothing_lost(row)
            return []
        common = self._common(page, host, row)
        patterns = [self._weekly(row, days, common, len(groups) > 1) for days in groups or ()]
        patterns += [self._sitting(date, common) for date in dates or ()]
        return [
            self._write(page, f"{row['code']}-{number}", {**common, **pattern}, bool(row.get("sessions") or dates))
            for number, pattern in enumerate(patterns, start=1)
        ]

    @staticmethod
    def _nothing_lost(row):
        filled = next((name for name in _NEEDS_A_DAY if row.get(name) is not None), None)
        if filled:
            raise RowError(_("没有写星期或日期，不能开班，这一格没有地方放。请补上，或者清空这一格。"), filled)

    def _common(self, page, host, row):
        for name in ("starts_at", "ends_at"):
            if row.get(name) is None:
                raise RowError(_("写了星期或日期，就要写上课和下课时间。"), name)
        if row["ends_at"] <= row["starts_at"]:
            raise RowError(_("下课时间要晚于上课时间。"), "ends_at")
        opens, closes = row.get("enrol_opens"), row.get("enrol_closes")
        if opens and closes and closes <= opens:
            raise RowError(_("报名截止要晚于报名开始。"), "enrol_closes")
        term = None
        if row.get("term"):
            term = self.terms.get(row["term"])
            if term is None:
                known = "、".join(dict.fromkeys(each.name for each in self.terms.values()))
                raise RowError(
                    _("没有“%(word)s”这个学期。现有：%(known)s。") % {"word": row["term"][:20], "known": known}, "term"
                )
        centre = self.places.centre(row["centre"]) if row.get("centre") else self.places.usual_centre(host)
        return {"term_id": term.pk if term else None, "centre_id": centre.pk, **picked(row, _RUN_FIELDS)}

    def _weekly(self, row, days, common, several):
        term = next((term for term in self.terms.values() if term.pk == common["term_id"]), None)
        first, last = row.get("starts_on"), row.get("ends_on")
        if first is None and term is None:
            raise RowError(_("要写学期，或者写开课日期。"), "starts_on")
        if first is None:
            # The first such weekday of the term, holiday or not: the sessions step over holidays.
            first = next(
                date
                for date in (term.starts_on + datetime.timedelta(days=ahead) for ahead in range(7))
                if date.isoweekday() in days
            )
        if not row.get("sessions"):
            last = last or (term.ends_on if term else None)
            if last is None:
                raise RowError(_("要写课次数、结课日期或学期，不然不知道上到哪一天。"), "sessions")
            if last < first:
                raise RowError(_("结课日期要晚于开课日期。"), "ends_on")
        name = _("%(days)s班") % {"days": days_words(days)} if several else ""
        return {"name": name, "weekdays": days, "starts_on": first, "ends_on": last or first}

    @staticmethod
    def _sitting(date, common):
        pattern = {"name": "", "weekdays": [], "starts_on": date, "ends_on": date}
        begins = timezone.make_aware(datetime.datetime.combine(date, common["starts_at"]))
        closes = common.get("enrol_closes_at")
        # One window serves all sittings of an event; nobody enrols for one that has begun.
        if closes and closes > begins:
            pattern["enrol_closes_at"] = begins
        return pattern

    def _write(self, page, code, values, end_follows_pattern):
        run = ClassRun.objects.filter(code=code).first()  # one look per class, not every run of the city per failed row
        label = f"{page.title} {code}"
        if run is None:
            run = save_class_run(ClassRun(learning=page, code=code, **values), teachers=[])
            publish_class_run(run)
            return Change(str(ClassRun._meta.verbose_name), label, Change.CREATED)
        if run.learning_id != page.pk:
            raise RowError(_("班号“%(code)s”已经是另一门课的班。请换一个编号。") % {"code": code}, "code")
        if end_follows_pattern:
            values.pop("ends_on")  # the service computed it
        changed = differences(run, values)
        if not changed:
            return Change(str(ClassRun._meta.verbose_name), label, Change.UNCHANGED)
        if run.status == ClassRunStatus.CANCELLED:
            raise RowError(_("“%(label)s”已经取消，导入没有动它。") % {"label": label})
        for field in changed:
            setattr(run, field, values[field])
        save_class_run(run)
        fields = tuple(str(ClassRun._meta.get_field(field).verbose_name) for field in changed)
        return Change(str(ClassRun._meta.verbose_name), label, Change.UPDATED, fields)

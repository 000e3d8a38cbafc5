"""Class runs from the rows of a table: written by timetable/services.py, only where something differs."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import days_words
from core.importing.pages import differences, picked
from core.importing.photographs import Part, add_part, keep, take
from core.importing.registry import RowError
from core.importing.report import Change
from teachers.models import Teacher
from timetable.enums import ClassRunStatus
from timetable.models import Booking, ClassRun, Session, Term
from timetable.permissions import class_run_policy
from timetable.services import publish_class_run, save_class_run, take_back_class_run

keep(
    ClassRun,
    parts=[Part(Session, "class_run"), Part(Booking, "session__class_run")],
    take_back=lambda run, user: take_back_class_run(run),
)
# Who was given a class or a substitution since stands in the way of being taken back.
add_part(Teacher, Part(ClassRun.teachers.through, "teacher", is_content=False))
add_part(Teacher, Part(Booking, "teacher", is_content=False))

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


def terms_by_word():
    return {word: term for term in Term.objects.all() for word in (term.name, term.code)}


def term_called(word, terms):
    """Return the Term that ``word`` names in ``terms`` (word → Term), None for an empty cell. Raises RowError."""
    if not word or word in terms:
        return terms.get(word)
    known = "、".join(dict.fromkeys(each.name for each in terms.values()))
    raise RowError(_("没有“%(word)s”这个学期。现有：%(known)s。") % {"word": word[:20], "known": known}, "term")


class RunWriter:
    """Writes the class runs of one row. ``load`` at the start of a run and after a failed row."""

    def __init__(self, places, importer):
        self.places, self.importer = places, importer
        self.terms = terms_by_word()

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
        term = term_called(row.get("term"), self.terms)
        centre = self.places.centre(row["centre"]) if row.get("centre") else self.places.usual_centre(host)
        self.importer.need(centre, "centre")
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
        return write_run(page, code, values, importer=self.importer, end_follows_pattern=end_follows_pattern)


def write_run(page, code, values, *, importer, end_follows_pattern, teachers=None):
    """Create or update the class run ``code`` of ``page``; return the Change. Raises RowError, DomainError.

    ``teachers``: a list, or None to leave them. A draft where the importer makes drafts, else published.
    """
    run = ClassRun.objects.filter(code=code).first()  # one look per class, not every run of the city per failed row
    kind, label = str(ClassRun._meta.verbose_name), f"{page.title} {code}"
    if run is None:
        run = save_class_run(ClassRun(learning=page, code=code, **values), teachers=teachers or [])
        if importer.drafts:
            return Change(_("%(kind)s（筹备中）") % {"kind": kind}, label, Change.CREATED, record=run)
        publish_class_run(run)
        return Change(kind, label, Change.CREATED, record=run)
    if run.learning_id != page.pk:
        raise RowError(_("班号“%(code)s”已经是另一门课的班。请换一个编号。") % {"code": code}, "code")
    if end_follows_pattern:
        values.pop("ends_on", None)  # the service computed it
    changed = differences(run, values)
    fields = tuple(str(ClassRun._meta.get_field(field).verbose_name) for field in changed)
    if teachers is not None and {teacher.pk for teacher in run.teachers.all()} != {teacher.pk for teacher in teachers}:
        fields += (str(ClassRun._meta.get_field("teachers").verbose_name),)
    if not fields:
        return Change(kind, label, Change.UNCHANGED)
    _refuse_untouchable(run, label, importer)
    before = take(run)
    for field in changed:
        setattr(run, field, values[field])
    save_class_run(run, teachers=teachers)
    return Change(kind, label, Change.UPDATED, fields, run, before)


def _refuse_untouchable(run, label, importer):
    if run.status == ClassRunStatus.CANCELLED:
        raise RowError(_("“%(label)s”已经取消，导入没有动它。") % {"label": label})
    if importer.drafts and not class_run_policy.user_has_permission_for_instance(importer.user, "change", run):
        raise RowError(_("“%(label)s”已经公布，居民看得到，您的账号不能再改。请交给街道负责人。") % {"label": label})

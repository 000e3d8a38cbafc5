"""Forms of the editors' desk. They check what can be seen in the form; timetable/services.py has the last word."""

import datetime

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from core.dates import date_words, moment_words
from network.models import Room
from timetable.enums import ClassRunStatus, EnrolMode
from timetable.models import ClassRun, Session
from timetable.pattern import LONGEST_RUN

FEN = 100
#: Wide enough for every real class; narrow enough that no date overflows a database or a calendar.
FIRST_YEAR, LAST_YEAR = 2000, 2100
#: SQLite takes any number where PostgreSQL stops at 32,767: the form says the same on both.
AT_MOST = {
    "capacity": 9999,
    "min_to_open": 9999,
    "counter_quota": 9999,
    "session_count": 400,
    "every_weeks": 52,
    "age_min": 120,
    "age_max": 120,
    "relative_from_age": 120,
    "pass_percent": 100,
}
#: What an empty box means.
UNSAID = ("mode", "counter_quota", "pass_percent")
code_validator = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9_-]*$", _("班号只能用字母、数字和短横线，它会出现在网址里。"))


class RoomField(forms.ModelChoiceField):
    """Rooms with their centre's name, in one query."""

    def __init__(self, **kwargs):
        super().__init__(queryset=Room.objects.select_related("centre"), required=False, **kwargs)


class ClassRunForm(WagtailAdminModelForm):
    """A class run as an editor thinks of it: money in yuan, the class number optional."""

    code = forms.CharField(
        label=_("班号"),
        required=False,
        max_length=40,
        validators=[code_validator],
        help_text=_("空着会自动编一个。"),
    )
    room = RoomField(label=_("教室"), help_text=_("要在所选地点里。保存以后，别的班在这些时间不能再用它。"))
    fee_yuan = forms.DecimalField(
        label=_("费用（元）"),
        required=False,
        min_value=0,
        max_value=100_000,
        decimal_places=2,
        help_text=_("0 表示免费，空着表示未公布。"),
    )

    class Media:
        js = ["timetable/class-run-form.js"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in UNSAID:
            if name in self.fields:
                self.fields[name].required = False
        if self.instance.fee_fen is not None:
            fee = self.instance.fee_fen
            self.initial.setdefault("fee_yuan", fee // FEN if fee % FEN == 0 else fee / FEN)

    def clean(self):
        cleaned = super().clean()
        centre, room = cleaned.get("centre"), cleaned.get("room")
        if centre and room and room.centre_id != centre.pk:
            self.add_error("room", _("这间教室不在“%(centre)s”。") % {"centre": centre.title})
        if cleaned.get("session_count") == 0:
            self.add_error("session_count", _("课次数至少是 1；不知道就空着。"))
        elif cleaned.get("weekdays") and not cleaned.get("session_count") and not cleaned.get("ends_on"):
            self.add_error("session_count", _("每周上课的班，课次数和结课日期至少写一个。"))
        for name in UNSAID:
            if name not in self.errors and cleaned.get(name) in (None, ""):
                cleaned[name] = self._meta.model._meta.get_field(name).default
        if (cleaned.get("counter_quota") or 0) > (cleaned.get("capacity") or 0):
            self.add_error("counter_quota", _("留给窗口的名额不能比名额多。"))
        youngest, oldest = cleaned.get("age_min"), cleaned.get("age_max")
        if youngest is not None and oldest is not None and youngest > oldest:
            self.add_error("age_max", _("最大年龄不能小于最小年龄。"))
        if cleaned.get("every_weeks") == 0:
            self.add_error("every_weeks", _("至少每 1 周一次。"))
        self._keep_within_reason(cleaned)
        if cleaned.get("session_count") or not cleaned.get("weekdays"):
            cleaned["ends_on"] = None  # it follows from the pattern; the one of before may be wrong by now
        self._keep_within_term(cleaned)
        self._give_time_to_enrol(cleaned)
        if not cleaned.get("code") and "code" not in self.errors and cleaned.get("starts_on"):
            cleaned["code"] = self.instance.code or free_code(cleaned["starts_on"])
        fee = cleaned.get("fee_yuan")
        self.instance.fee_fen = None if fee is None else int(fee * FEN)
        return cleaned

    def _keep_within_reason(self, cleaned):
        for name, most in AT_MOST.items():
            if (cleaned.get(name) or 0) > most:
                self.add_error(name, _("最多 %(most)d。") % {"most": most})
        for name in ("starts_on", "ends_on", "enrol_opens_at", "enrol_closes_at"):
            moment = cleaned.get(name)
            if moment and not in_reach(moment):
                self.add_error(name, _("年份不对，请检查。"))
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on - starts_on > LONGEST_RUN:
            self.add_error("ends_on", _("一个班最长三年，请检查结课日期。"))

    def _keep_within_term(self, cleaned):
        """A class of a term begins in it, and ends in it where somebody wrote the day."""
        term = cleaned.get("term")
        for name in ("starts_on", "ends_on"):
            day = cleaned.get(name)
            if term and day and name not in self.errors and not term.starts_on <= day <= term.ends_on:
                self.add_error(
                    name,
                    _("不在%(term)s里（%(from)s至%(until)s）。请改日期，或者换一个学期。")
                    % {"term": term, "from": date_words(term.starts_on), "until": date_words(term.ends_on)},
                )

    def _give_time_to_enrol(self, cleaned):
        """Enrolment that can never be, or a draw that comes too late, are mistakes of dates."""
        opens, closes, starts_on = (cleaned.get(name) for name in ("enrol_opens_at", "enrol_closes_at", "starts_on"))
        if cleaned.get("mode") == EnrolMode.DRAW:
            for name in ("enrol_opens_at", "enrol_closes_at"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("抽签的班要写报名开始和报名截止，截止以后才能抽签。"))
            if closes and starts_on and timezone.localdate(closes) >= starts_on:
                self.add_error("enrol_closes_at", _("抽签的班要在开课日期以前截止报名，抽完签才来得及通知大家。"))
        elif opens and starts_on:
            last = cleaned.get("join_until") or starts_on
            if timezone.localdate(opens) > last:
                self.add_error(
                    "enrol_opens_at",
                    _("%(day)s以后不再插班，报名却还没开始。请把报名开始提前，或者写晚一点的“最晚插班日期”。")
                    % {"day": date_words(last)},
                )

    @property
    def cautions(self):
        """Sentences about dates that are allowed and yet deserve a second look; only of a form that is valid."""
        run, now, today = self.instance, timezone.now(), timezone.localdate()
        if run.starts_on < today and run.status == ClassRunStatus.DRAFT:
            yield _("开课日期%(day)s已经过去：前面的课次会照样排上，居民只能从后面的课插班。") % {
                "day": date_words(run.starts_on)
            }
        if run.is_walk_in:
            return
        if run.enrol_opens_at is None:
            yield _("没有写报名开始：公布以后居民看得到这个班，但是谁也报不了。")
        elif run.enrol_closes_at and run.enrol_closes_at < now:
            yield _("报名截止%(moment)s已经过去：公布以后没有人能报。") % {"moment": moment_words(run.enrol_closes_at)}
        if run.capacity is None:
            yield _("没有写名额：公布以后居民看得到这个班，但是谁也报不了。")


def in_reach(moment):
    """True for a date or datetime that the calendar of this site covers."""
    return FIRST_YEAR <= moment.year <= LAST_YEAR


def free_code(starts_on):
    """Return the next free class number of a month: 2703-001."""
    prefix = f"{starts_on:%y%m}-"
    taken = set(ClassRun.objects.filter(code__startswith=prefix).values_list("code", flat=True))
    number = next(n for n in range(1, len(taken) + 2) if f"{prefix}{n:03d}" not in taken)
    return f"{prefix}{number:03d}"


class ClosureForm(WagtailAdminModelForm):
    """When a place is closed: dates that a calendar can hold."""

    def clean(self):
        cleaned = super().clean()
        for name in ("starts_on", "ends_on"):
            if cleaned.get(name) and not in_reach(cleaned[name]):
                self.add_error(name, _("年份不对，请检查。"))
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on - starts_on > LONGEST_RUN:
            self.add_error("ends_on", _("一次最长写三年，请检查日期。"))
        return cleaned


class SessionForm(forms.ModelForm):
    """Move one meeting: its day, hours, room and who gives it. It is saved by services.move_session."""

    date = forms.DateField(
        label=_("日期"), widget=AdminDateInput, help_text=_("改了，学员的课表跟着改，并通知已经报名的人。")
    )
    starts = forms.TimeField(label=_("上课"), widget=AdminTimeInput, help_text=_("只改这一次课，别的课次不动。"))
    ends = forms.TimeField(label=_("下课"), widget=AdminTimeInput, help_text=_("要晚于上课时间。"))
    room = RoomField(label=_("教室"), help_text=_("空着就不换教室。"))

    class Meta:
        model = Session
        fields = ("room", "substitute", "note")
        help_texts = {
            "substitute": _("只管这一次课；空着就是这个班自己的教师。"),
            "note": _("写给来上课的人看，例如：因学校考试改到周四。"),
        }

    field_order = ("date", "starts", "ends", "room", "substitute", "note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            starts, ends = (timezone.localtime(moment) for moment in (self.instance.starts_at, self.instance.ends_at))
            self.initial |= {"date": starts.date(), "starts": starts.time(), "ends": ends.time()}

    def clean(self):
        cleaned = super().clean()
        room = cleaned.get("room")
        centre = self.instance.class_run.centre
        if room and room.centre_id != centre.pk and room.pk != self.instance.room_id:
            self.add_error("room", _("这间教室不在“%(centre)s”。") % {"centre": centre.title})
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("下课时间要晚于上课时间。"))
        return cleaned

    def clean_date(self):
        date = self.cleaned_data["date"]
        if not in_reach(date):
            raise forms.ValidationError(_("年份不对，请检查。"))
        is_to_come = self.instance.starts_at and self.instance.starts_at > timezone.now()
        if is_to_come and date < timezone.localdate():
            raise forms.ValidationError(_("%(day)s已经过去，还没上的课不能改到那天。") % {"day": date_words(date)})
        return date

    def span(self):
        """Return the aware start and end that the form asks for."""
        day = self.cleaned_data["date"]
        return tuple(
            timezone.make_aware(datetime.datetime.combine(day, self.cleaned_data[name])) for name in ("starts", "ends")
        )


class NoteForm(forms.Form):
    """The reason that residents read when a class or a meeting is cancelled."""

    note = forms.CharField(
        label=_("原因"), required=False, max_length=120, help_text=_("居民会看到。例如：教师生病，另行通知。")
    )

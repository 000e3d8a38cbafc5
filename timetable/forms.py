"""Forms of the editors' desk. They check what can be seen in the form; timetable/services/ has the last word."""

import datetime

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from core.dates import date_words, moment_words
from network.models import Room
from timetable.enums import ClassRunStatus
from timetable.models import Session
from timetable.pattern import LONGEST_RUN
from timetable.run_rules import faults, in_reach
from timetable.services import free_code

FEN = 100
#: What an empty box means.
UNSAID = ("mode", "counter_quota", "pass_percent")
code_validator = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9_-]*$", _("班号只能用字母、数字和短横线，它会出现在网址里。"))


class RoomField(forms.ModelChoiceField):
    """Rooms with their centre's name, in one query."""

    def __init__(self, **kwargs):
        super().__init__(queryset=Room.objects.select_related("centre"), required=False, **kwargs)


def say_where(teachers):
    """Let the field ``teachers`` say each one's centre: the whole district has more than one of a name."""
    teachers.label_from_instance = lambda one: f"{one}（{one.home_centre.title}）" if one.home_centre else str(one)
    teachers.queryset = teachers.queryset.select_related("home_centre")


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
        css = {"all": ["timetable/desk.css"]}
        js = ["timetable/class-run-form.js"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in UNSAID:
            if name in self.fields:
                self.fields[name].required = False
        if "teachers" in self.fields:
            say_where(self.fields["teachers"])
        if self.instance.fee_fen is not None:
            fee = self.instance.fee_fen
            self.initial.setdefault("fee_yuan", fee // FEN if fee % FEN == 0 else fee / FEN)

    def clean(self):
        cleaned = super().clean()
        for name in UNSAID:
            if name not in self.errors and cleaned.get(name) in (None, ""):
                cleaned[name] = self._meta.model._meta.get_field(name).default
        for name, sentence in faults(dict(cleaned)):
            if name not in self.errors:
                self.add_error(name, sentence)
        if cleaned.get("session_count") or not cleaned.get("weekdays"):
            cleaned["ends_on"] = None  # it follows from the pattern; the one of before may be wrong by now
        if not cleaned.get("code") and "code" not in self.errors and cleaned.get("starts_on"):
            cleaned["code"] = self.instance.code or free_code(cleaned["starts_on"])
        fee = cleaned.get("fee_yuan")
        self.instance.fee_fen = None if fee is None else int(fee * FEN)
        return cleaned

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

"""Forms of changes to a whole class run. timetable/services/ has the last word."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from network.models import StreetPage
from timetable.enums import ClassRunStatus
from timetable.forms import NoteForm, RoomField
from timetable.models import ClassRun, Term
from timetable.run_rules import AT_MOST, in_reach
from timetable.services.changes import MOVED


class SecondHoursForm(forms.ModelForm):
    """When a second class would meet: what the lists of free rooms and teachers are made for."""

    class Meta:
        model = ClassRun
        fields = ("starts_on", "weekdays", "starts_at", "ends_at")
        widgets = {"starts_on": AdminDateInput, "starts_at": AdminTimeInput, "ends_at": AdminTimeInput}
        help_texts = {"weekdays": ""}

    def clean_starts_on(self):
        starts_on = self.cleaned_data["starts_on"]
        if not in_reach(starts_on):
            raise forms.ValidationError(_("年份不对，请检查。"))
        if starts_on < timezone.localdate():
            raise forms.ValidationError(_("已经过去了，请写今天或以后的日期。"))
        return starts_on

    def clean(self):
        cleaned = super().clean()
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and starts >= ends:
            self.add_error("ends_at", _("下课时间要晚于上课时间。"))
        if not cleaned.get("weekdays") and self.instance.weekdays:
            self.add_error("weekdays", _("请至少选一个星期几。"))
        return cleaned

    def _post_clean(self):
        """The draft is made from the hours by a service, not filled in here."""


class SecondChoiceForm(forms.ModelForm):
    """Who gives it, where: ``free`` is {"room": Rooms, "teachers": Teachers}, the others are refused."""

    class Meta:
        model = ClassRun
        fields = ("room", "teachers", "name", "capacity")
        widgets = {"room": forms.RadioSelect, "teachers": forms.CheckboxSelectMultiple}
        help_texts = {"capacity": _("候补的人先得，够开班人数就行，不用和原来的班一样。")}

    def __init__(self, *args, free, **kwargs):
        super().__init__(*args, **kwargs)
        for name, things in free.items():
            field = self.fields[name]
            field.queryset = field.queryset.filter(pk__in=[thing.pk for thing in things])
            field.choices = [(thing.pk, _with_seats(thing)) for thing in things]
        self.fields["capacity"].required = True
        self.fields["room"].choices = [("", _("先不定教室")), *self.fields["room"].choices]

    def clean_capacity(self):
        capacity = self.cleaned_data["capacity"]
        if not capacity or capacity > AT_MOST["capacity"]:
            raise forms.ValidationError(_("请写 1 到 %(most)d 的名额。") % {"most": AT_MOST["capacity"]})
        return capacity


def _with_seats(thing):
    seats = getattr(thing, "capacity", None)
    return _("%(room)s（可坐 %(seats)d 人）") % {"room": thing, "seats": seats} if seats else str(thing)


class MoveRunForm(forms.ModelForm):
    """Another centre, room, weekdays or hours from a day on."""

    since = forms.DateField(label=_("从哪天起"), widget=AdminDateInput, help_text=_("这天以前的课还是原来的时间地点。"))
    room = RoomField(label=_("教室"), help_text=_("要在所选地点里。"))
    note = NoteForm.base_fields["note"]

    class Meta:
        model = ClassRun
        fields = MOVED
        widgets = {"starts_at": AdminTimeInput, "ends_at": AdminTimeInput}
        help_texts = {"weekdays": _("改到星期几，可以选几个。")}

    field_order = ("since", "weekdays", "starts_at", "ends_at", "centre", "room", "note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        coming = (
            self.instance.sessions.taking_place().filter(starts_at__gt=timezone.now()).order_by("starts_at").first()
        )
        self.initial["since"] = coming.planned_on if coming else timezone.localdate()

    def clean_since(self):
        since = self.cleaned_data["since"]
        if not in_reach(since):
            raise forms.ValidationError(_("年份不对，请检查。"))
        return since

    def clean(self):
        cleaned = super().clean()
        centre, room = cleaned.get("centre"), cleaned.get("room")
        if centre and room and room.centre_id != centre.pk:
            self.add_error("room", _("这间教室不在“%(centre)s”。") % {"centre": centre.title})
        return cleaned

    def change(self):
        """Return what move_class_run takes."""
        return {name: self.cleaned_data[name] for name in ("since", "note", *MOVED)}


class RunField(forms.ModelChoiceField):
    """One of a few class runs, each with what tells it from the others."""

    def __init__(self, **kwargs):
        super().__init__(queryset=ClassRun.objects.none(), empty_label=None, widget=forms.RadioSelect, **kwargs)

    def label_from_instance(self, run):
        words = "，".join((str(run), run.pattern_words, run.centre.title, run.places_words))
        return words if run.status == ClassRunStatus.PUBLISHED else f"{words}（{run.get_status_display()}）"


class MergeRunForm(forms.Form):
    """Into which class; ``others``: the runs to choose from."""

    into = RunField(label=_("并到哪个班"))
    note = NoteForm.base_fields["note"]

    def __init__(self, *args, others, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = others


class SplitRunForm(MergeRunForm):
    """How many stay, or who goes, and where they go."""

    into = RunField(label=_("过去的人去哪个班"), help_text=_("筹备中的班会同时公布。"))
    keep = forms.IntegerField(
        label=_("原来的班留下几个人"),
        required=False,
        min_value=1,
        max_value=AT_MOST["capacity"],
        help_text=_("按报名先后，先报的留下。原来的班名额就改成这个数，空出来的座位不再给别人。"),
    )
    receipts = forms.CharField(
        label=_("或者：过去的人的回执号"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
        help_text=_("要指定谁过去，就写他们的回执号，用空格或换行分开；原来的班名额减去这么多。"),
    )
    field_order = ("keep", "receipts", "into", "note")

    def clean_receipts(self):
        words = self.cleaned_data["receipts"].replace("，", " ").replace("、", " ").replace(",", " ").upper().split()
        return list(dict.fromkeys(words))

    def clean(self):
        cleaned = super().clean()
        if not self.errors and bool(cleaned.get("keep")) == bool(cleaned.get("receipts")):
            raise forms.ValidationError(_("留下几个人和回执号，请写其中一样。"))
        return cleaned


class CopyTermForm(forms.Form):
    """From which term into which; ``usable``: the class runs this user may copy."""

    source = forms.ModelChoiceField(label=_("从哪个学期"), queryset=Term.objects.none())
    to = forms.ModelChoiceField(label=_("到哪个学期"), queryset=Term.objects.order_by("-starts_on"))
    street = forms.ModelChoiceField(
        label=_("街道"), queryset=StreetPage.objects.none(), required=False, empty_label=_("全部")
    )

    def __init__(self, *args, usable, **kwargs):
        super().__init__(*args, **kwargs)
        self._usable = usable
        terms = Term.objects.filter(pk__in=usable.order_by().values("term")).order_by("-starts_on")
        streets = StreetPage.objects.filter(pk__in=usable.order_by().values("learning__street")).order_by("path")
        self.fields["source"].queryset, self.fields["street"].queryset = terms, streets
        if streets.count() < 2:
            del self.fields["street"]
        source = terms.filter(starts_on__lte=timezone.localdate()).first() or terms.last()
        self.initial["source"] = source
        if source:
            self.initial["to"] = Term.objects.filter(starts_on__gt=source.starts_on).order_by("starts_on").first()

    def clean(self):
        cleaned = super().clean()
        source, to = cleaned.get("source"), cleaned.get("to")
        if source and to and to.starts_on <= source.starts_on:
            self.add_error("to", _("要选比“%(source)s”晚的学期。") % {"source": source})
        return cleaned

    def runs(self):
        """The class runs that were asked for, in the order of the week, with what copying reads."""
        runs = self._usable.filter(term=self.cleaned_data["source"])
        if street := self.cleaned_data.get("street"):
            runs = runs.filter(learning__street=street)
        runs = runs.select_related("learning", "centre", "room").prefetch_related("teachers")
        return list(runs.order_by("starts_on", "starts_at", "pk"))

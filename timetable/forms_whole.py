"""Forms of changes to a whole class run. timetable/services/ has the last word."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from timetable.forms import NoteForm, RoomField, in_reach
from timetable.models import ClassRun
from timetable.services.changes import MOVED


class MoveRunForm(forms.ModelForm):
    """Another centre, room, weekdays or hours from a day on."""

    since = forms.DateField(label=_("从哪天起"), widget=AdminDateInput, help_text=_("这天以前的课还是原来的时间地点。"))
    room = RoomField(label=_("教室"), help_text=_("要在所选地点里。"))
    note = NoteForm.base_fields["note"]

    class Meta:
        model = ClassRun
        fields = MOVED
        widgets = {"starts_at": AdminTimeInput, "ends_at": AdminTimeInput}

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

"""The finder's filters: one bound form. Unknown values are ignored, options come from values in use."""

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core.fields import DAY_CHOICES
from courses.models import CoursePage
from network.models import StreetPage
from timetable.enums import Delivery, TimeOfDay
from timetable.models import Audience, Subject


class Tick(forms.CheckboxInput):
    """A tick box that is on for ``on`` and nothing else: Django's own takes ``0`` for a tick."""

    def value_from_datadict(self, data, files, name):
        return data.get(name) == "on"


class FinderForm(forms.Form):
    """``course_filters`` and ``run_filters`` are Q objects; ``chips`` what the reader chose, in words."""

    subject = forms.ChoiceField(label=_("学什么"), required=False)
    street = forms.ChoiceField(label=_("哪个街道"), required=False)
    weekday = forms.ChoiceField(label=_("星期几"), required=False)
    time = forms.ChoiceField(label=_("什么时候"), required=False)
    audience = forms.ChoiceField(label=_("适合谁"), required=False)
    delivery = forms.ChoiceField(label=_("怎么上"), required=False)
    free = forms.BooleanField(label=_("免费"), required=False, widget=Tick)
    places = forms.BooleanField(label=_("还有名额"), required=False, widget=Tick)

    def __init__(self, data=None, **kwargs):
        super().__init__(data, **kwargs)
        live = CoursePage.objects.live().public()
        in_use = {
            "subject": Subject.objects.filter(Exists(live.filter(subject=OuterRef("pk")))).values_list("code", "name"),
            "audience": Audience.objects.filter(Exists(live.filter(audiences=OuterRef("pk")))).values_list(
                "code", "name"
            ),
            "street": StreetPage.objects.live().public().order_by("path").values_list("slug", "street_name"),
            "weekday": [(str(number), word) for number, word in DAY_CHOICES],
            "time": TimeOfDay.choices,
            "delivery": Delivery.choices,
        }
        for name, options in in_use.items():
            self.fields[name].choices = [("", _("不限")), *options]
        self.is_valid()  # a field with an unknown value is simply absent from cleaned_data

    @property
    def chosen(self):
        """What was chosen and understood: {field name: value}."""
        return {name: value for name in self.fields if (value := self.cleaned_data.get(name))}

    @property
    def chips(self):
        """(field name, words) of each choice, in the order of the form."""
        for name, value in self.chosen.items():
            field = self.fields[name]
            yield name, dict(field.choices)[value] if hasattr(field, "choices") else field.label

    def course_filters(self):
        chosen, q = self.chosen, Q()
        if code := chosen.get("subject"):
            q &= Q(subject__code=code)
        if slug := chosen.get("street"):
            q &= Q(street__slug=slug)
        if code := chosen.get("audience"):
            # Who asks for elders' courses may join those for everyone too.
            wanted = Audience.objects.filter(Q(code=code) | Q(is_everyone=True))
            q &= Q(pk__in=CoursePage.audiences.through.objects.filter(audience__in=wanted).values("learningpage_id"))
        return q

    def run_filters(self):
        chosen, q = self.chosen, Q()
        if day := chosen.get("weekday"):
            q &= Q(weekdays__has=day)
        if time := chosen.get("time"):
            first, end = TimeOfDay(time).hours
            q &= Q(starts_at__gte=first, starts_at__lt=end)
        if delivery := chosen.get("delivery"):
            q &= Q(delivery=delivery)
        if chosen.get("free"):
            q &= Q(fee_fen=0)
        if chosen.get("places"):
            q &= Q(places_left__gt=0)
        return q

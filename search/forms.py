"""The finder's question as one bound form. Unknown values are ignored, options come from values in use."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import DAY_CHOICES
from core.freshness import Kept
from network.kept import public_streets
from search.board import current_board
from search.enums import Kind, Sort
from search.nearby import geography
from search.state import tokens
from timetable.enums import Delivery, TimeOfDay
from timetable.models import Audience, Subject

#: Several days in one word.
DAY_GROUPS = [("6,7", _("周末")), ("1,2,3,4,5", _("周一到周五"))]
#: The filters, in the order of the facets; everything else in the form says how to search.
FILTERS = ("subject", "street", "weekday", "time", "audience", "delivery", "free", "places")
#: Those of them that are a yes or a no.
TICKS = ("free", "places")


class Tick(forms.CheckboxInput):
    """A tick box that is on for ``on`` and nothing else: Django's own takes ``0`` for a tick."""

    def value_from_datadict(self, data, files, name):
        return data.get(name) == "on"


class Words(forms.CharField):
    """What somebody typed: never refused. Too long is cut (the reader is told), a NUL is a blank."""

    def clean(self, value):
        return (value or "").replace("\0", " ").strip()

    def has_changed(self, initial, data):
        return bool(data)


class FinderForm(forms.Form):
    """``chosen``: the ticked filters that were understood."""

    q = Words(
        label=_("想学什么"),
        required=False,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "placeholder": _("例如：书法、太极拳、周三下午 免费"),
                "autocomplete": "off",
                "enterkeyhint": "search",
            }
        ),
    )
    near = forms.ChoiceField(label=_("在哪儿附近"), required=False)
    subject = forms.ChoiceField(label=_("学什么"), required=False)
    street = forms.ChoiceField(label=_("哪个街道"), required=False)
    weekday = forms.ChoiceField(label=_("星期几"), required=False)
    time = forms.ChoiceField(label=_("什么时候"), required=False)
    audience = forms.ChoiceField(label=_("适合谁"), required=False)
    delivery = forms.ChoiceField(label=_("怎么上"), required=False)
    free = forms.BooleanField(label=_("免费"), required=False, widget=Tick)
    places = forms.BooleanField(label=_("还有名额"), required=False, widget=Tick)
    kind = forms.ChoiceField(label=_("找什么"), required=False, choices=[("", _("全部")), *Kind.choices])
    sort = forms.ChoiceField(label=_("怎么排"), required=False, choices=Sort.choices)
    exact = forms.BooleanField(label=_("只按我写的字找"), required=False, widget=Tick)

    def __init__(self, data=None, now=None, **kwargs):
        super().__init__(data, **kwargs)
        now = tokens() if now is None else now
        used = current_board(now).facets({}, fields=("subject", "audience"))
        options = {
            "subject": _named(_names()[0], used["subject"]),
            "audience": _named(_names()[1], used["audience"]),
            "street": [(street.slug, street.street_name) for street in public_streets()],
            "weekday": [*((str(number), word) for number, word in DAY_CHOICES), *DAY_GROUPS],
            "time": TimeOfDay.choices,
            "delivery": Delivery.choices,
        }
        for name, choices in options.items():
            self.fields[name].choices = [("", _("不限")), *choices]
        self.fields["near"].choices = [("", _("不限")), *geography(now).choices]
        self.is_valid()  # a field with an unknown value is simply absent from cleaned_data

    @property
    def text(self):
        return self.cleaned_data.get("q", "")

    @property
    def asked(self):
        """Everything that was asked and understood, for an address: {field name: value}."""
        return {name: value for name in self.fields if (value := self.cleaned_data.get(name))}

    @property
    def chosen(self):
        """The filters that were ticked and understood: {field name: value}."""
        return {name: value for name in FILTERS if (value := self.cleaned_data.get(name))}

    def words_for(self, name, value):
        """What a filter's value is called: weekday 3 → 周三, free → 免费."""
        field = self.fields[name]
        if not hasattr(field, "choices"):
            return field.label
        return dict(_flat(field.choices)).get(str(value), str(value))


#: ([(code, name)] of subjects, the same of audiences).
_names = Kept(lambda: tuple(list(model.objects.values_list("code", "name")) for model in (Subject, Audience)), most=1)


def _named(rows, used):
    return [(code, name) for code, name in rows if code in used]


def _flat(choices):
    """Options without their groups."""
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            yield from label
        else:
            yield value, label

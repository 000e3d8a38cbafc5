"""Model fields that more than one app needs."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.dates import WEEKDAYS

DAY_CHOICES = [(day, f"周{word}") for day, word in enumerate(WEEKDAYS, start=1)]


class WeekdaysFormField(forms.TypedMultipleChoiceField):
    """Seven tick boxes; cleans to a sorted list of numbers, 1 = Monday."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        kwargs.pop("max_value", None)
        kwargs.pop("min_value", None)
        super().__init__(choices=DAY_CHOICES, coerce=int, empty_value=[], **kwargs)

    def clean(self, value):
        return sorted(super().clean(value) or [])


class WeekdaysField(models.PositiveSmallIntegerField):
    """A set of weekdays as a list of numbers (1 = Monday … 7 = Sunday), stored as a bit mask.

    One small integer column filters on both databases: ``filter(weekdays__has=3)``.
    """

    description = _("星期几")

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    @property
    def validators(self):
        return []  # the inherited ones compare whole numbers

    def from_db_value(self, value, expression, connection):
        return self.to_python(value)

    def to_python(self, value):
        if isinstance(value, int):
            return [day for day in range(1, 8) if value >> (day - 1) & 1]
        if isinstance(value, str):
            value = [part for part in value.split(",") if part]
        try:
            days = sorted({int(day) for day in value or []})
        except (TypeError, ValueError) as error:
            raise ValidationError(_("星期几要用 1 到 7 的数字表示。")) from error
        if any(day not in range(1, 8) for day in days):
            raise ValidationError(_("星期几要用 1 到 7 的数字表示。"))
        return days

    def get_prep_value(self, value):
        if isinstance(value, int):
            return value
        return sum(1 << (day - 1) for day in self.to_python(value))

    def value_to_string(self, obj):
        return ",".join(map(str, self.value_from_object(obj)))

    def formfield(self, **kwargs):
        kwargs = {key: kwargs[key] for key in ("required", "label", "help_text") if key in kwargs}
        return WeekdaysFormField(
            **{"required": not self.blank, "label": self.verbose_name, "help_text": self.help_text, **kwargs}
        )


@WeekdaysField.register_lookup
class HasDay(models.Lookup):
    """``weekdays__has=3``: meets on Wednesdays."""

    lookup_name = "has"

    def get_prep_lookup(self):
        return 1 << (int(self.rhs) - 1)

    def as_sql(self, compiler, connection):
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"({left} & {right}) <> 0", [*left_params, *right_params]


class ChoiceListFormField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class ChoiceListField(models.JSONField):
    """Several values out of a fixed list (facilities, accessibility flags), in the list's order.

    For display and editing; what residents filter by is a table, not this.
    """

    def __init__(self, *args, choices=None, **kwargs):
        self.options = list(choices or [])
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def labels(self, value):
        """Return the words for the stored codes."""
        return [label for code, label in self.options if code in (value or [])]

    def formfield(self, **kwargs):
        return ChoiceListFormField(
            choices=self.options, required=False, label=self.verbose_name, help_text=self.help_text
        )

"""告诉我们您想学什么: one line; the street, the time and for whom if somebody likes to say."""

from django import forms
from django.utils.translation import gettext_lazy as _

from network.models import StreetPage
from search.asked import is_personal
from search.language.text import normalise, runs
from search.models import LearningWish
from timetable.enums import TimeOfDay
from timetable.models import Audience

LONGEST_WISH = LearningWish._meta.get_field("wish").max_length


class StreetField(forms.ModelChoiceField):
    def label_from_instance(self, street):
        return street.street_name


class WishForm(forms.Form):
    """Refuses with a sentence and keeps what was typed. ``searched`` goes along unseen; it is never a reason to refuse."""

    use_required_attribute = False  # our sentence, not the browser's English one
    wish = forms.CharField(
        label=_("想学什么"),
        max_length=LONGEST_WISH,
        error_messages={
            "required": _("请写出想学什么，几个字就行。"),
            "max_length": _("写得有点长，请留下最要紧的，最多 %(limit_value)d 个字（现在 %(show_value)d 个）。"),
        },
    )
    street = StreetField(
        label=_("住在哪个街道"),
        queryset=StreetPage.objects.none(),
        required=False,
        empty_label=_("不选也可以"),
        error_messages={"invalid_choice": _("请从列表里选一个街道，不选也可以。")},
    )
    time_of_day = forms.ChoiceField(
        label=_("什么时候方便"),
        choices=[("", _("不选也可以")), *TimeOfDay.choices],
        required=False,
        error_messages={"invalid_choice": _("请从上午、下午、晚上里选，不选也可以。")},
    )
    audience = forms.ModelChoiceField(
        label=_("给谁学"),
        queryset=Audience.objects.none(),
        required=False,
        empty_label=_("不选也可以"),
        error_messages={"invalid_choice": _("请从列表里选，不选也可以。")},
    )
    searched = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        # The finder's form on the same page has a street of its own.
        super().__init__(*args, auto_id="wish_%s", **kwargs)
        self.fields["street"].queryset = StreetPage.objects.live().public().order_by("path")
        self.fields["audience"].queryset = Audience.objects.all()

    def clean_wish(self):
        wish = self.cleaned_data["wish"]
        if not runs(normalise(wish)):
            raise forms.ValidationError(_("请用文字写出想学什么。"))
        if is_personal(wish):
            raise forms.ValidationError(_("请只写想学什么，不要写电话、姓名和住址。"))
        return wish

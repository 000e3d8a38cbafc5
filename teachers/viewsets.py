"""Teachers in the admin."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList

from core.scoping import StreetScopedViewSet
from teachers.forms import TeacherForm
from teachers.models import Teacher


class TeacherViewSet(StreetScopedViewSet):
    model = Teacher
    icon = "user"
    menu_label = _("师资")
    menu_order = 140
    add_to_admin_menu = True
    list_display = ["name", "kind", "home_centre", "consents_to_be_named", "is_sample"]
    list_filter = ["kind", "home_centre", "consents_to_be_named"]
    list_select_related = ["home_centre"]
    list_export = ["name", "kind", "home_centre", "consents_to_be_named", "introduction", "is_sample"]
    search_fields = ["name", "introduction"]
    inspect_view_fields = list_export
    export_filename = "shizi"
    edit_handler = ObjectList(
        [
            FieldRowPanel(["name", "kind"]),
            FieldPanel("home_centre", widget=forms.Select),
            FieldPanel("user", widget=forms.Select),
            MultiFieldPanel(["introduction", "consents_to_be_named"], heading=_("简介与公开")),
            "is_sample",
        ],
        base_form_class=TeacherForm,
    )

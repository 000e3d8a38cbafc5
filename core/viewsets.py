"""What every table of ours shows in the admin: words instead of codes, honest refusals, few queries.

Apps define their viewsets in ``<app>/viewsets.py`` on top of DistrictViewSet, or of
core.scoping.StreetScopedViewSet where rows belong to a street.
"""

import datetime
from collections import Counter
from functools import partial

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import BooleanField, Model, ProtectedError, Q
from django.db.models.manager import BaseManager
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.log_actions import log

from core.dates import days_words
from core.errors import DomainError
from core.fields import ChoiceListField, WeekdaysField
from core.pagination import KeysFirstPaginator

#: A spreadsheet program runs a cell that begins with one of these as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def words(instance, name):
    """Return attribute ``name`` of ``instance`` as people read it: labels, 是/否, local time, names."""
    if display := getattr(instance, f"get_{name}_display", None):
        return display()
    value = getattr(instance, name)
    field = next((f for f in instance._meta.fields if f.name == name), None)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(field, WeekdaysField):
        return days_words(value)
    if isinstance(field, ChoiceListField):
        return "、".join(str(label) for label in field.labels(value))
    if isinstance(value, BaseManager):
        return "、".join(str(item) for item in value.all())
    if isinstance(value, datetime.datetime):
        # Spreadsheets know no time zones: the district's own time, not Wagtail's UTC.
        return timezone.localtime(value).replace(tzinfo=None)
    return str(value) if isinstance(value, Model) else value


class SafeExportMixin(SpreadsheetExportMixin):
    """Spreadsheets in words, that Excel opens in Chinese and that run nothing."""

    def to_row_dict(self, item):
        if not isinstance(item, Model):
            return super().to_row_dict(item)
        return {name: words(item, name) for name in self.list_export}

    def preprocess_field_value(self, field, value, export_format):
        value = super().preprocess_field_value(field, value, export_format)
        if export_format == self.FORMAT_CSV and isinstance(value, str) and value.startswith(FORMULA_STARTS):
            return f"'{value}"
        return value

    def stream_csv(self, queryset):
        yield "\ufeff".encode()  # without it Excel reads the file as GBK
        yield from super().stream_csv(queryset)


class DistrictIndexView(SafeExportMixin, generic.IndexView):
    """A list with a constant number of queries and an export in words."""

    paginator_class = KeysFirstPaginator
    list_select_related = ()
    list_prefetch_related = ()
    list_labels = {}

    @cached_property
    def columns(self):
        columns = super().columns
        for column in columns:
            column.label = self.list_labels.get(column.name, column.label)
        return columns

    def _get_custom_column(self, field_name, column_class=Column, **kwargs):
        column = super()._get_custom_column(field_name, column_class, **kwargs)
        if any(f.name == field_name and isinstance(f, BooleanField) for f in self.model._meta.fields):
            column.accessor = partial(words, name=field_name)  # 是, not True
        return column

    def get_base_queryset(self):
        rows = super().get_base_queryset()
        if self.list_select_related:
            rows = rows.select_related(*self.list_select_related)
        return rows.prefetch_related(*self.list_prefetch_related)

    def search_queryset(self, queryset):
        """Rows with the words in one of ``search_fields``. What another table says is looked up there first.

        Wagtail joins the tables and compares row by row: seven times as long at 100,000 rows (benchmarks/desk.py).
        """
        if not self.is_searching or not self.search_fields:
            return super().search_queryset(queryset)
        found = Q()
        for name in self.search_fields:
            own, _dunder, others = name.partition("__")
            if others:
                related = queryset.model._meta.get_field(own).related_model._default_manager
                found |= Q(**{f"{own}__in": related.filter(**{f"{others}__icontains": self.search_query}).values("pk")})
            else:
                found |= Q(**{f"{own}__icontains": self.search_query})
        return queryset.filter(found)


class InspectView(generic.InspectView):
    def get_field_display_value(self, field_name, field):
        if field is not None and isinstance(field, WeekdaysField | ChoiceListField):
            return words(self.object, field_name) or "-"
        value = super().get_field_display_value(field_name, field)
        if isinstance(value, bool):
            return words(self.object, field_name)
        if isinstance(value, datetime.datetime):
            return date_format(timezone.localtime(value), "DATETIME_FORMAT")  # Wagtail prints it in UTC
        return "-" if value is None or value == "" else value


class DeleteView(generic.DeleteView):
    """Refuses with a sentence that says what still needs the row, whatever the reference index knows."""

    def form_valid(self, form):
        try:
            with transaction.atomic():
                self.delete_action()
        except (ProtectedError, DomainError) as error:
            messages.error(self.request, refusal(self.object, error))
            return redirect(self.get_success_url())
        messages.success(self.request, self.get_success_message())
        return self.run_after_hook() or redirect(self.get_success_url())


def refusal(instance, error):
    """Say in one sentence why ``instance`` cannot be deleted. ``error``: ProtectedError or DomainError."""
    if isinstance(error, DomainError):
        return error.message
    users = Counter(str(row._meta.verbose_name) for row in error.protected_objects)
    return _("“%(name)s”还有%(users)s在用，不能删除。请先改用别的或删除它们。") % {
        "name": instance,
        "users": "、".join(_("%(count)d 个%(kind)s") % {"count": n, "kind": kind} for kind, n in users.items()),
    }


class ServiceFormMixin:
    """Create and edit views that save through a service: its refusals become errors of the form.

    ``save_through_service(form)`` returns the saved row. ``log_action`` is Wagtail's code.
    """

    log_action = "wagtail.edit"

    def save_through_service(self, form):
        raise NotImplementedError

    def save_instance(self):
        row = self.save_through_service(self.form)
        log(instance=row, action=self.log_action, user=self.request.user, content_changed=True)
        return row

    def form_valid(self, form):
        was_new = form.instance._state.adding
        try:
            return super().form_valid(form)
        except (DomainError, ValidationError) as error:
            put_errors(form, error)
            if was_new:  # the transaction is gone, the key in memory is not
                form.instance.pk, form.instance._state.adding = None, True
            self.produced_error_code = "validation_error"
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)


def put_errors(form, error):
    """Add a service's refusal to ``form``, beside the field it names where the form has that field."""
    if isinstance(error, DomainError):
        form.add_error(None, error.message)
    elif hasattr(error, "error_dict"):
        for name, problems in error.error_dict.items():
            form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, problems)
    else:
        form.add_error(None, error)


class DistrictViewSet(ModelViewSet):
    """The house's defaults for a table in the admin."""

    index_view_class = DistrictIndexView
    inspect_view_class = InspectView
    delete_view_class = DeleteView
    inspect_view_enabled = True
    copy_view_enabled = False
    list_per_page = 50
    #: relations that the columns and ``__str__`` read
    list_select_related = ()
    list_prefetch_related = ()
    #: headings of columns that are properties, not fields
    list_labels = {}

    def get_index_view_kwargs(self, **kwargs):
        return super().get_index_view_kwargs(
            list_select_related=self.list_select_related,
            list_prefetch_related=self.list_prefetch_related,
            list_labels=self.list_labels,
            **kwargs,
        )


class PageListView(SafeExportMixin, IndexView):
    """A flat list of pages of one type, searched by the letters of the title (stack.md, fact 4)."""

    export_headings = {"live": gettext_lazy("已发布"), "latest_revision_created_at": gettext_lazy("更新")}

    list_prefetch_related = ()

    def annotate_queryset(self, pages):
        return super().annotate_queryset(pages).prefetch_related(*self.list_prefetch_related)

    def search_queryset(self, queryset):
        if self.is_searching:
            query = self.search_query
            queryset = queryset.filter(Q(title__icontains=query) | Q(draft_title__icontains=query))
        return queryset

    def order_queryset(self, queryset):
        # A plain filter knows no relevance: searching keeps the newest first.
        ordered = super().order_queryset(queryset)
        return ordered if ordered.ordered else ordered.order_by("-latest_revision_created_at", "-pk")


class PageListViewSet(PageListingViewSet):
    """A menu entry with the flat list of one page type, for those who may edit pages."""

    index_view_class = PageListView
    add_to_admin_menu = True
    #: relations that the columns and the export read
    list_prefetch_related = ()

    def get_index_view_kwargs(self, **kwargs):
        return super().get_index_view_kwargs(list_prefetch_related=self.list_prefetch_related, **kwargs)

    @cached_property
    def menu_item_class(self):
        def is_shown(_item, request):
            return user_has_any_page_permission(request.user)

        return type(f"{self.model.__name__}MenuItem", (MenuItem,), {"is_shown": is_shown})

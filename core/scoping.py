"""Rows that belong to a place of the page tree: who may see and change which (stack.md §1.3).

A room belongs to its centre's page, a class run to its course's page. Who may do what
with such a row follows from the page permissions of Wagtail itself: a user's groups hold
them on a street's page, and so on everything below it. No second list of streets exists.

Wagtail 8 asks a permission policy about single rows only in some of its views, so the
viewset below asks on every one of them. Nothing here knows what a street is.
"""

from functools import reduce
from operator import or_

from django import forms
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.models import AbstractPage
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import page_permission_policy, policy_registry

from core.viewsets import DistrictViewSet

#: Any of these on a page lets somebody see the rows that belong to it; "view" is the auditor's.
SEEING = frozenset({"view", "add", "change", "publish", "bulk_delete", "lock", "unlock"})
#: What a user must hold on the page to do something with its rows.
PAGE_ACTIONS = {
    "view": SEEING,
    "add": frozenset({"change"}),
    "change": frozenset({"change"}),
    "delete": frozenset({"change"}),
    "publish": frozenset({"publish"}),
}
NOBODY = Q(pk__in=[])
EVERYBODY = Q(pk__isnull=False)  # not Q(): "empty or something" is that something


def granted_paths(user, actions):
    """Return the tree paths at and below which ``user`` holds one of ``actions``; None means everywhere.

    ``actions``: Wagtail's page actions (``change``, ``publish`` …) or ``view``.
    """
    if not user.is_active:
        return []
    if user.is_superuser:
        return None
    codenames = {f"{action}_page" for action in actions}
    granted = page_permission_policy.get_cached_permissions_for_user(user)
    return sorted({grant.page.path for grant in granted if grant.permission.codename in codenames})


def below(lookup, paths):
    """Return a Q for rows whose page (``lookup``, "" for pages themselves) is at or below one of ``paths``.

    Who holds the root of the tree holds every page: no row is looked up for that (benchmarks/desk.py).
    """
    if paths is None or any(len(path) == AbstractPage.steplen for path in paths):
        return EVERYBODY
    name = f"{lookup}__path__startswith" if lookup else "path__startswith"
    condition = NOBODY
    for path in paths:
        condition |= Q(**{name: path})
    return condition


class PageScopedPolicy(ModelPermissionPolicy):
    """Model permissions, narrowed to the rows whose page the user holds.

    ``page`` is the lookup from the row to its page, for example ``"class_run__learning"``.
    """

    def __init__(self, model, page):
        super().__init__(model)
        self.page = page

    def scope(self, user, action):
        """Return a Q for the rows with which ``user`` may do ``action``, whatever the model permissions say."""
        scope, unassigned = below(self.page, granted_paths(user, PAGE_ACTIONS[action])), self.unassigned(user, action)
        return scope if scope == EVERYBODY or unassigned == NOBODY else scope | unassigned

    def unassigned(self, user, action):
        """Return a Q for rows without a page: nobody's, unless a policy says otherwise."""
        return NOBODY

    def needs_page(self, user):
        """True when a row that ``user`` saves must name its page."""
        return True

    def user_has_permission(self, user, action):
        if action == "publish":
            return super().user_has_permission(user, "change") and granted_paths(user, {"publish"}) != []
        return super().user_has_permission(user, action)

    def instances_user_has_any_permission_for(self, user, actions):
        return self.model._default_manager.filter(self.any_scope(user, actions))

    def any_scope(self, user, actions):
        """Return a Q for the rows with which ``user`` may do any of ``actions``.

        Whatever opens a row for something also lets it be seen: where seeing is asked for, nothing else needs to be.
        """
        allowed = [action for action in actions if self.user_has_permission(user, action)]
        return (
            self.scope(user, "view")
            if "view" in allowed
            else reduce(or_, (self.scope(user, a) for a in allowed), NOBODY)
        )

    def user_has_permission_for_instance(self, user, action, instance):
        return self.instances_user_has_any_permission_for(user, {action}).filter(pk=instance.pk).exists()

    def choosable(self, user):
        """Return the rows that ``user`` may put into a form."""
        return self.model._default_manager.filter(self.scope(user, "change"))


def choosable(user, queryset):
    """Narrow the choices of a form field to what ``user`` may use: pages and scoped rows; the rest is shared."""
    if issubclass(queryset.model, AbstractPage):
        return queryset.filter(below("", granted_paths(user, {"change"})))
    policy = policy_registry.get_by_type(queryset.model)
    if isinstance(policy, PageScopedPolicy):
        return queryset.filter(pk__in=policy.choosable(user).values("pk"))
    return queryset


def narrow_form(form, user, policy=None):
    """Leave in every choice field of ``form`` what ``user`` may use and what the row already has.

    A crafted post is refused by the field itself, since the field checks its queryset.
    """
    for name, field in form.fields.items():
        if not isinstance(field, forms.ModelChoiceField):
            continue
        allowed = choosable(user, field.queryset)
        current = field.prepare_value(form.initial.get(name)) or []
        current = current if isinstance(current, list) else [current]
        if current:
            # pk__in, not |: the two querysets may be joined and ordered differently.
            allowed = field.queryset.filter(Q(pk__in=allowed.values("pk")) | Q(pk__in=current))
        field.queryset = allowed
    if policy and policy.page in form.fields and policy.needs_page(user):
        form.fields[policy.page].required = True
    return form


class ListScope:
    """Index, results and export: only the rows the user may see, with links to what they may change."""

    def get_base_queryset(self):
        visible = self.permission_policy.any_scope(self.request.user, self.any_permission_required)
        return super().get_base_queryset().filter(visible)

    @cached_property
    def filters(self):
        """Offer as filters only the places the user may see."""
        filterset = super().filters
        for field in filterset.form.fields.values() if filterset else ():
            if issubclass(getattr(getattr(field, "queryset", None), "model", object), AbstractPage):
                field.queryset = field.queryset.filter(below("", granted_paths(self.request.user, SEEING)))
        return filterset

    def get_table(self, object_list, **kwargs):
        self._shown = object_list
        return super().get_table(object_list, **kwargs)

    def _allowed(self, action):
        """Return the keys of the rows on this page with which the user may do ``action``: one query."""
        rows = self.permission_policy.instances_user_has_permission_for(self.request.user, action)
        return set(rows.filter(pk__in=[row.pk for row in self._shown]).values_list("pk", flat=True))

    @cached_property
    def _changeable(self):
        return self._allowed("change")

    @cached_property
    def _deletable(self):
        return self._allowed("delete")

    def get_edit_url(self, instance):
        return super().get_edit_url(instance) if instance.pk in self._changeable else None

    def get_delete_url(self, instance):
        return super().get_delete_url(instance) if instance.pk in self._deletable else None


class ObjectScope:
    """Views of one row: refused, not hidden, when the row is somebody else's."""

    scope_actions = ("view", "add", "change", "delete")

    def get_object(self, *args, **kwargs):
        row = super().get_object(*args, **kwargs)
        policy = self.permission_policy
        if not policy.user_has_any_permission_for_instance(self.request.user, self.scope_actions, row):
            raise PermissionDenied
        return row


class ChangeScope(ObjectScope):
    scope_actions = ("change",)


class DeleteScope(ObjectScope):
    scope_actions = ("delete",)


class FormScope:
    """Create and edit: the choices are the user's."""

    def get_form(self, *args, **kwargs):
        return narrow_form(super().get_form(*args, **kwargs), self.request.user, self.permission_policy)


def scoped(view_class, *mixins):
    """Return ``view_class`` with the scoping ``mixins`` in front of it."""
    return type(f"Scoped{view_class.__name__}", (*mixins, view_class), {})


class StreetScopedViewSet(DistrictViewSet):
    """A DistrictViewSet whose every address keeps to the user's part of the tree.

    Its model must have a PageScopedPolicy, registered in the app's wagtail_hooks.
    A subclass names plain view classes; the scope is put in front of them here, so it
    cannot be forgotten.
    """

    #: attribute → the mixins it needs
    _SCOPES = {
        "index_view_class": (ListScope,),
        "add_view_class": (FormScope,),
        "copy_view_class": (FormScope, ObjectScope),
        "edit_view_class": (FormScope, ChangeScope),
        "delete_view_class": (DeleteScope,),
        "inspect_view_class": (ObjectScope,),
        "history_view_class": (ObjectScope,),
        "usage_view_class": (ChangeScope,),
    }

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        for attribute, mixins in cls._SCOPES.items():
            view_class = getattr(cls, attribute)
            if not all(issubclass(view_class, mixin) for mixin in mixins):
                setattr(cls, attribute, scoped(view_class, *mixins))


class TitleFilterForm(BaseFilterForm):
    """Search a chooser by part of the title: Wagtail's own search does not find Chinese words (stack.md, fact 4)."""

    q = forms.CharField(label=_("标题里的字"), required=False)

    def filter(self, objects):
        objects = super().filter(objects)
        if query := self.cleaned_data.get("q"):
            self.is_searching, self.search_query = True, query
            objects = objects.filter(title__icontains=query)
        return objects


class ScopedChoices:
    filter_form_class = TitleFilterForm

    def get_object_list(self):
        return choosable(self.request.user, super().get_object_list())


class ScopedChosen:
    def get_object(self, pk):
        allowed = choosable(self.request.user, self.model_class._default_manager.all())
        try:
            return allowed.get(pk=pk)
        except ValueError as error:
            raise ObjectDoesNotExist from error


class ScopedPageChooserViewSet(ChooserViewSet):
    """A chooser of pages that offers, and confirms, only what the user may change. It creates nothing."""

    register_widget = False
    choose_view_class = scoped(chooser.ChooseView, ScopedChoices)
    choose_results_view_class = scoped(chooser.ChooseResultsView, ScopedChoices)
    chosen_view_class = scoped(chooser.ChosenView, ScopedChosen)

    def get_urlpatterns(self):
        return [route for route in super().get_urlpatterns() if route.name not in ("create", "chosen_multiple")]

"""Writes of core: Wagtail's groups, permissions, collections and workflows made equal to core/roles.py."""

from collections import Counter

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)

from core.roles import MEDIA, OWN, REVIEW_TASK, ROLES, ROOT, group_name, scoring_roles

#: What a new Wagtail brings along, in English and with rights over the whole tree.
WAGTAIL_GROUPS = ("Editors", "Moderators")
WAGTAIL_WORKFLOW = "Moderators approval"
MEDIA_MODELS = (("wagtailimages", "image"), ("wagtaildocs", "document"))


@transaction.atomic
def sync_roles():
    """Make groups, page and model permissions, collections and workflows equal to the table of roles.

    Returns a Counter of what changed; empty when nothing did. People keep their groups.
    A group that belongs to a page that is gone loses its permissions and, when nobody is in it, goes.
    """
    changes = Counter()
    _remove_wagtail_defaults(changes)
    root = Page.get_first_root_node()
    known, kept = known_permissions(), []
    for entry in ROLES:
        if entry.is_superuser:
            continue  # a flag of the account, not a group
        for page in _pages_of(entry.per) if entry.per else [None]:
            group = _group(entry, page, changes)
            kept.append(group.pk)
            _set_page_permissions(group, _page_grants(entry, page, root), known, changes)
            _set_collection_permissions(group, _collection(entry, page, changes), known, changes)
            _set_model_permissions(group, entry, known, changes)
    _retire_groups(kept, changes)
    _sync_workflows(root, changes)
    return +changes  # without the zeros


def _pages_of(label):
    return apps.get_model(label).objects.order_by("path")


def find_group(entry, page=None):
    """Return the group of ``entry`` (for ``page``), or None.

    A page's group is known by the permissions it holds on that very page, so that a
    renamed street keeps its people; by its name when it is new.
    """
    if page is not None:
        ending = f"·{entry.name}"
        held = Group.objects.filter(page_permissions__page_id=page.pk, name__endswith=ending).order_by("pk").first()
        if held:
            return held
    free = Group.objects.filter(name=group_name(entry, page))
    # A group of that name with pages is another place's.
    return (free.filter(page_permissions=None) if page is not None else free).first()


def _group(entry, page, changes):
    group = find_group(entry, page)
    name = group_name(entry, page)
    if page is not None and Group.objects.filter(name=name).exclude(pk=group and group.pk).exists():
        name = group_name(entry, f"{page}（{page.pk}）")  # two places of one name: each keeps its own people
    if group is None:
        changes["groups"] += 1
        return Group.objects.create(name=name)
    if group.name != name:
        changes["groups"] += 1
        group.name = name
        group.save(update_fields=["name"])
    return group


def _page_grants(entry, own, root):
    """Return {(page id, codename)} that the table gives."""
    grants = set()
    for place, actions in entry.pages:
        pages = {ROOT: [root], OWN: [own]}.get(place) or _pages_of(place)
        grants |= {(page.pk, f"{action}_page") for page in pages for action in actions}
    return grants


def _set_page_permissions(group, wanted, known, changes):
    held = {
        (grant.page_id, grant.permission.codename): grant
        for grant in group.page_permissions.select_related("permission")
    }
    for key in held.keys() - wanted:
        held[key].delete()
        changes["page_permissions"] += 1
    missing = [
        GroupPagePermission(group=group, page_id=page_id, permission=known["wagtailcore", "page", codename])
        for page_id, codename in sorted(wanted - held.keys())
    ]
    GroupPagePermission.objects.bulk_create(missing)
    changes["page_permissions"] += len(missing)


def _collection(entry, page, changes):
    """Return the collection of ``entry`` or None, making and naming it."""
    if not entry.collection:
        return None
    root = Collection.get_first_root_node()
    if entry.collection == ROOT:
        return _rename(root, _("全区共用"), changes)
    held = (
        Collection.objects.filter(depth__gt=1, group_permissions__group__page_permissions__page_id=page.pk)
        .distinct()
        .first()
    )
    collection = held or root.get_children().filter(name=str(page)).first()
    if collection is None:
        changes["collections"] += 1
        return root.add_child(name=str(page))
    return _rename(collection, str(page), changes)


def _rename(row, name, changes):
    if row.name != name:
        changes[row._meta.model_name] += 1
        row.name = name
        row.save(update_fields=["name"])
    return row


def _set_collection_permissions(group, collection, known, changes):
    wanted = set()
    if collection:
        names = [(app, model, f"{action}_{model}") for app, model in MEDIA_MODELS for action in MEDIA]
        wanted = {(collection.pk, known[name].pk) for name in names}
    held = {(grant.collection_id, grant.permission_id): grant for grant in group.collection_permissions.all()}
    for key in held.keys() - wanted:
        held[key].delete()
        changes["collection_permissions"] += 1
    missing = [
        GroupCollectionPermission(group=group, collection_id=collection_id, permission_id=permission_id)
        for collection_id, permission_id in sorted(wanted - held.keys())
    ]
    GroupCollectionPermission.objects.bulk_create(missing)
    changes["collection_permissions"] += len(missing)


def known_permissions():
    """Return {(app, model, codename): Permission} of all there are: one question for all roles."""
    return {
        (permission.content_type.app_label, permission.content_type.model, permission.codename): permission
        for permission in Permission.objects.select_related("content_type")
    }


def model_permissions(entry, known):
    """Return those of ``known`` (``known_permissions()``) that the table gives ``entry``. Raises KeyError for a wrong name."""
    names = [_key(name) for name in entry.permissions]
    for label, actions in entry.models:
        model = apps.get_model(label)._meta.concrete_model._meta  # a permission belongs to the table
        names += [(model.app_label, model.model_name, f"{action}_{model.model_name}") for action in actions]
    return [known[name] for name in names]


def _key(name):
    app, codename = name.split(".")
    return app, "admin" if codename == "access_admin" else codename.split("_", 1)[1], codename


def _set_model_permissions(group, entry, known, changes):
    wanted = {permission.pk for permission in model_permissions(entry, known)}
    held = set(group.permissions.values_list("pk", flat=True))
    if wanted != held:
        changes["model_permissions"] += len(wanted ^ held)
        group.permissions.set(wanted)


def _retire_groups(kept, changes):
    """Groups of pages that no longer exist: nobody may keep rights by belonging to them."""
    endings = [f"·{entry.name}" for entry in ROLES if entry.per]
    for group in Group.objects.exclude(pk__in=kept):
        if not group.name.endswith(tuple(endings)):
            continue
        changes["retired_groups"] += group.permissions.exists() or not group.user_set.exists()
        group.permissions.clear()
        group.page_permissions.all().delete()
        group.collection_permissions.all().delete()
        if not group.user_set.exists():
            group.delete()


def _sync_workflows(root, changes):
    """One workflow per street, approved by its lead or the office; one for everything else, by the office.

    Each begins with the review of courses under development, which lets every other page through.
    """
    approving = [entry for entry in ROLES if entry.approves]
    office = [find_group(entry) for entry in approving if ROOT in entry.approves]
    review = _review_task(changes)
    _workflow(root, _("区办公室·审核"), office, review, changes)
    for label in sorted({entry.per for entry in approving if entry.per}):
        for page in _pages_of(label):
            groups = [find_group(entry, page if entry.per else None) for entry in approving if OWN in entry.approves]
            _workflow(page, _("%(street)s·审核") % {"street": page}, groups, review, changes)


def _review_task(changes):
    """Return the one task in which courses are scored, with its groups: its own settings are the district's."""
    model = apps.get_model(REVIEW_TASK)
    task = model.objects.filter(active=True).order_by("pk").first()
    if task is None:
        changes["workflows"] += 1
        task = model.objects.create(name=_("课程评审"))
    groups = [find_group(entry) for entry in scoring_roles()]
    if set(task.groups.all()) != set(groups):
        task.groups.set(groups)
        changes["workflow_groups"] += 1
    return task


def _put_first(task, workflow, changes):
    if not WorkflowTask.objects.filter(workflow=workflow, task=task).exists():
        WorkflowTask.objects.filter(workflow=workflow).update(sort_order=F("sort_order") + 1)
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
        changes["workflows"] += 1


def _workflow(page, name, groups, review, changes):
    assigned = WorkflowPage.objects.filter(page_id=page.pk).select_related("workflow").first()
    if assigned is None:
        workflow = Workflow.objects.create(name=name)
        task = GroupApprovalTask.objects.create(name=name)
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
        WorkflowPage.objects.create(page_id=page.pk, workflow=workflow)
        changes["workflows"] += 1
    else:
        workflow = _rename(assigned.workflow, name, changes)
        task = GroupApprovalTask.objects.filter(workflow_tasks__workflow=workflow).first()
        if task is None:
            return  # an administrator has built another kind of approval here: theirs
        _rename(task, name, changes)
    if set(task.groups.all()) != set(groups):
        task.groups.set(groups)
        changes["workflow_groups"] += 1
    _put_first(review, workflow, changes)


def _remove_wagtail_defaults(changes):
    unused = Group.objects.filter(name__in=WAGTAIL_GROUPS, user__isnull=True)
    workflow = Workflow.objects.filter(name=WAGTAIL_WORKFLOW).first()
    if workflow and not WorkflowState.objects.filter(workflow=workflow).exists():
        for step in workflow.workflow_tasks.all():
            step.task.delete()
        workflow.delete()
        changes["wagtail_defaults"] += 1
    changes["wagtail_defaults"] += unused.count()
    unused.delete()

"""Write a record only when the file says something new: the heart of "a second run changes nothing"."""

import html
import re

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.fields import StreamField
from wagtail.rich_text import RichText

from core.blocks import SCREENS
from core.importing.photographs import take
from core.importing.registry import RowError
from core.importing.report import Change
from core.text import sibling_slug


def picked(row, fields):
    """Return {field: value} for the columns that the file has: a column that is missing changes nothing.

    ``fields`` maps column names to field names, or lists names that are both.
    """
    pairs = fields.items() if isinstance(fields, dict) else ((name, name) for name in fields)
    return {field: row[column] for column, field in pairs if column in row}


def _name(model, field):
    return str(model._meta.get_field(field).verbose_name)


def _differs(record, field, value):
    current = getattr(record, field)
    if isinstance(record._meta.get_field(field), StreamField):
        return text_from_blocks(current) != text_from_blocks(value)
    return current != value


def differences(record, values):
    """Return the names of the fields of ``record`` whose value is not the one in ``values``."""
    return [field for field, value in values.items() if _differs(record, field, value)]


def save_record(model, record, values, label, *, clean=True):
    """Create or update a plain ``model`` record from ``values``; return (record, Change).

    For tables that have no service of their own; ``record`` is the existing one or None.
    """
    kind, before = str(model._meta.verbose_name), None
    if record is None:
        record = model(**values)
        changed = ()
        verb = Change.CREATED
    else:
        changed = differences(record, values)
        if not changed:
            return record, Change(kind, label, Change.UNCHANGED)
        before = take(record)
        for field in changed:
            setattr(record, field, values[field])
        verb = Change.UPDATED
    if clean:
        record.full_clean()
    record.save()
    return record, Change(kind, label, verb, tuple(_name(model, field) for field in changed), record, before)


def save_page(model, page, values, *, parent, words=(), defaults=None, relations=None):
    """Create or update a page from ``values``; return (page, Change).

    ``defaults`` are used on creation only. ``relations`` maps many-to-many fields to
    lists of records. The fields named in ``words`` belong to the editors as soon as one
    of them has saved the page in the admin: facts follow the file, words do not.
    A page with unpublished changes is not touched (RowError): publishing them, or
    losing them, is not for an import to decide.
    """
    kind, relations = str(model._meta.verbose_name), relations or {}
    if page is None:
        now = timezone.now()
        page = model(**{"first_published_at": now, "last_published_at": now, **(defaults or {}), **values})
        for field, records in relations.items():
            setattr(page, field, records)
        parent.add_child(instance=page)
        return page, Change(kind, page.title, Change.CREATED, record=page)

    edited = page.latest_revision_id is not None
    changed = [field for field in differences(page, values) if not (edited and field in words)]
    related = [
        field
        for field, records in relations.items()
        if {record.pk for record in getattr(page, field).all()} != {record.pk for record in records}
    ]
    moved = page.path[: -page.steplen] != parent.path
    if not (changed or related or moved):
        return page, Change(kind, page.title, Change.UNCHANGED)
    if page.has_unpublished_changes:
        raise RowError(_("“%(title)s”有还没发布的修改，导入没有动它。请先发布或撤销那些修改。") % {"title": page.title})
    before = take(page)
    if moved:
        page = _move(page, parent)
    for field in changed:
        setattr(page, field, values[field])
    if "title" in changed:
        page.draft_title = page.title
    for field in related:
        setattr(page, field, relations[field])
    if edited and (changed or related):
        # The editor opens the latest revision: without a new one the next publish would undo the import.
        page.save_revision(changed=False).publish(log_action=None)
    elif changed or related:
        page.last_published_at = timezone.now()
        page.save()
    fields = [_name(model, field) for field in [*changed, *related]] + ([_("位置")] if moved else [])
    return page, Change(kind, page.title, Change.UPDATED, tuple(fields), page, before)


def save_draft(model, page, values, *, parent, author, relations=None):
    """Create or change a page as ``author`` would in the editor: a draft that somebody publishes; return (page, Change).

    A page that is live stays as it is; the draft is a revision on top of what is there. Raises
    RowError where the page is somebody else's to change now.
    """
    kind, relations = str(model._meta.verbose_name), relations or {}
    if page is None:
        page = model(live=False, has_unpublished_changes=True, owner=author, **values)
        for field, records in relations.items():
            setattr(page, field, records)
        parent.add_child(instance=page)
        page.save_revision(user=author, changed=False)
        return page, Change(_("%(kind)s草稿") % {"kind": kind}, page.title, Change.CREATED, record=page)
    draft = page.get_latest_revision_as_object()
    changed = differences(draft, values)
    changed += [
        field
        for field, records in relations.items()
        if {record.pk for record in getattr(draft, field).all()} != {record.pk for record in records}
    ]
    if not changed:
        return page, Change(kind, page.title, Change.UNCHANGED)
    rights = page.permissions_for_user(author)
    if rights.page_locked() or not rights.can_edit():
        raise RowError(_("“%(title)s”正在审核或者锁着，现在不能改。") % {"title": page.title})
    before = take(page)
    for field in changed:
        setattr(draft, field, (values | relations)[field])
    draft.save_revision(user=author)
    fields = tuple(_name(model, field) for field in changed)
    return page, Change(_("%(kind)s草稿") % {"kind": kind}, page.title, Change.UPDATED, fields, page, before)


def _move(page, parent):
    """Put ``page`` below ``parent`` under an address that is free there; return it as it stands now."""
    if parent.get_children().filter(slug=page.slug).exists():
        page.slug = sibling_slug(page.title, parent, page)
        page.save()
    page.move(parent, pos="last-child")
    return type(page).objects.get(pk=page.pk)


# -- text of several lines ⇄ StreamField ----------------------------------------------------------


def blocks_from_text(text):
    """Turn plain text into BODY_BLOCKS data: blank lines part paragraphs, ``## `` begins a heading, ``1. `` a step.

    A step that ends in 【画面：找课】 has the drawing of that screen beside it (core.blocks.SCREENS).

    Nothing in a cell is ever mark-up: paragraphs are escaped (values.as_text refuses angle brackets anyway).
    """
    blocks = []
    for part in re.split(r"\n\s*\n", text.strip()):
        lines = [each.strip() for each in part.splitlines() if each.strip()]
        if lines and lines[0].startswith("## "):
            blocks.append(("heading", lines.pop(0)[3:].strip()))
        if lines and all(re.match(r"\d+[.、]\s*", each) for each in lines):
            blocks.append(_steps([re.sub(r"^\d+[.、]\s*", "", each) for each in lines]))
        elif lines:
            inner = "<br/>".join(html.escape(each, quote=False) for each in lines)
            blocks.append(("paragraph", RichText(f"<p>{inner}</p>")))
    return blocks


def _steps(lines):
    parts = [re.fullmatch(r"(.*?)\s*(?:【画面：(.+?)】)?", line).groups() for line in lines]
    if not any(screen for _words, screen in parts):
        return "steps", lines
    codes = {str(name): code for code, name in SCREENS}
    if unknown := next((screen for _words, screen in parts if screen and screen not in codes), None):
        raise RowError(_("没有叫“%(name)s”的画面，有：%(names)s。") % {"name": unknown, "names": "、".join(codes)})
    return "screens", [{"words": words, "screen": codes.get(screen, "")} for words, screen in parts]


def text_from_blocks(value):
    """A comparable form of a stream, whatever its block ids: what ``blocks_from_text`` gave or the database holds."""
    if not value:
        return []
    pairs = [(block.block_type, block.value) if hasattr(block, "block_type") else block for block in value]
    return [(kind, _comparable(block)) for kind, block in pairs]


def _comparable(value):
    if isinstance(value, RichText):
        return value.source
    if isinstance(value, str):
        return value
    if isinstance(value, dict):  # a StructValue too
        return {name: _comparable(part) for name, part in value.items()}
    try:
        return [_comparable(item) for item in value]
    except TypeError:
        return str(value)


def rich_text_from_text(text):
    """Plain text → the source of a RichTextField: one paragraph a line."""
    return "".join(f"<p>{html.escape(line.strip(), quote=False)}</p>" for line in text.splitlines() if line.strip())

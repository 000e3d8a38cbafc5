"""What a record looked like: its own rows and those that hang on it, as data that can be put back exactly.

Each app says with ``keep`` what belongs to a record of its models and how one that an import
made is taken back; an upper floor adds its rows with ``add_part`` and its objections with
``add_objection``. core/importing/undo.py uses all of it and knows no model.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from django.apps import apps
from django.core import serializers
from django.db.models import F, GeneratedField, Q
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import AbstractPage, Page, Revision, WorkflowState
from wagtail.models import get_default_page_content_type as page_content_type

from core.exact import ExactEncoder

#: Records of one kind that are read at a time: their rows wait in memory.
BATCH = 200


@dataclass(frozen=True)
class Part:
    """Rows of ``model`` that belong to a record: ``owner`` is the lookup from the row to the record's key.

    ``only``: a function that returns a further condition. ``is_content``: False where rows are only ever added, so that
    their keys say enough.
    """

    model: type
    owner: str
    only: Callable = Q
    is_content: bool = True

    def rows(self, pks):
        wanted = {str(pk) for pk in pks} if self.owner == "object_id" else pks
        rows = self.model._base_manager.filter(self.only(), **{f"{self.owner}__in": wanted})
        return rows.annotate(_owner=F(self.owner)).order_by("pk")


@dataclass
class Kept:
    """What belongs to the records of ``model``.

    ``take_back(record, user)`` undoes the making of one; without it rows are deleted, many at a time. ``is_compared``: False where changes
    since then are no reason to refuse. ``objections``: functions (keys) → {key: sentence}.
    """

    model: type
    parts: list = field(default_factory=list)
    take_back: Callable | None = None
    is_compared: bool = True
    objections: list = field(default_factory=list)

    def all_parts(self):
        own = [
            Part(relation.remote_field.through, relation.m2m_field_name())
            for relation in self.model._meta.many_to_many
            if relation.remote_field.through._meta.auto_created
        ]
        if issubclass(self.model, AbstractPage):
            own += [
                *(Part(each, "object_id", _of_a_page, is_content=False) for each in (Revision, WorkflowState)),
                Part(Redirect, "redirect_page"),
            ]
        return [*own, *self.parts]


def _of_a_page():
    return Q(base_content_type=page_content_type())


_kept: dict[type, Kept] = {}


def keep(model, **rules):
    """Say how records of ``model`` are kept and taken back; see Kept."""
    _kept[model] = Kept(model, **rules)


def add_part(model, part):
    kept(model).parts.append(part)


def add_objection(model, objection):
    kept(model).objections.append(objection)


def kept(model):
    """Return the Kept of ``model``; the apps' ``importing`` modules say more than the default."""
    return _kept.setdefault(model, Kept(model))


def photograph(model, pks):
    """Return {key: [row, …]} of the records of ``model``: own rows first, parents' before children's."""
    photos = defaultdict(list)
    for table in _tables(model):
        for row in _serialized(table, table._base_manager.filter(pk__in=pks).order_by("pk")):
            photos[row["pk"]].append(row)
    for part in kept(model).all_parts():
        rows = part.rows(pks)
        if not part.is_content:
            for pk, owner in rows.values_list("pk", "_owner"):
                photos[int(owner)].append({"model": part.model._meta.label_lower, "pk": pk})
            continue
        rows = list(rows)
        for row, data in zip(rows, _serialized(part.model, rows), strict=True):
            photos[row._owner].append(data)
    return photos


def take(record):
    """Return the photograph of one record, ready for a JSONField."""
    return photograph(type(record), [record.pk])[record.pk]


def fingerprint(photo):
    """Return a short proof that a photograph is the same."""
    return hashlib.sha256(json.dumps(photo, cls=ExactEncoder, sort_keys=True).encode()).hexdigest()


def fingerprints(model, pks):
    """Return {key: fingerprint} of records, read in batches."""
    pks, found = list(pks), {}
    for first in range(0, len(pks), BATCH):
        photos = photograph(model, pks[first : first + BATCH])
        found |= {pk: fingerprint(photo) for pk, photo in photos.items()}
    return found


def model_called(label):
    return apps.get_model(label)


def _tables(model):
    """``model`` and the tables above it that it inherits from, the uppermost first."""
    parents = [parent for parent in model._meta.get_parent_list() if not parent._meta.abstract]
    return [*sorted(parents, key=lambda parent: len(parent._meta.get_parent_list())), model]


def _serialized(table, rows):
    names = [one.name for one in table._meta.local_concrete_fields if not isinstance(one, GeneratedField)]
    return serializers.serialize("python", rows, fields=names)


def is_page(model):
    return issubclass(model, Page)

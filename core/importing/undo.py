"""Take an import back: what it made goes, what it changed is put back row by row, all of it or nothing.

Refused where somebody has changed or used something of it since: the fingerprints of the
records as the import left them no longer fit, or an app objects (photographs.py).
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby, islice

from django.core import serializers
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.db.models.signals import post_save
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from core.errors import DomainError
from core.exact import ExactEncoder
from core.importing.around import surroundings
from core.importing.photographs import BATCH, fingerprints, is_page, kept, model_called, photograph
from core.importing.report import Change
from core.models import ImportRun
from core.viewsets import refusal

#: Reasons that a refusal names one by one.
MOST_NAMED = 50


@dataclass(frozen=True)
class Obstacle:
    """``record`` (an ImportedRecord) cannot be taken back, because of ``reason``."""

    record: object
    reason: str


class RefusedError(DomainError):
    """The import stays; ``obstacles`` name what stands in the way."""

    def __init__(self, obstacles):
        super().__init__("changed", _("不能撤销：后来有人改过或用过这次导入的内容。什么都没有动。"))
        self.obstacles = obstacles


def obstacles_of(run):
    """Return the Obstacles to taking ``run`` back, as far as they can be seen beforehand."""
    found = []
    for model, records in _by_model(run).items():
        pks = [record.object_pk for record in records]
        objections = {}
        for objection in kept(model).objections:
            objections |= objection(pks)
        now = fingerprints(model, pks)
        for record in records:
            if reason := objections.get(record.object_pk):
                found.append(Obstacle(record, reason))
            elif record.object_pk not in now:
                found.append(Obstacle(record, _("已经被删除了")))
            elif kept(model).is_compared and now[record.object_pk] != record.after:
                found.append(Obstacle(record, _("导入以后有人改过")))
    return sorted(found, key=lambda obstacle: obstacle.record.position)


@transaction.atomic
def undo(run, user):
    """Put back what ``run`` found and remove what it made; return the run. Raises RefusedError, DomainError ``undone``."""
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.undone_at:
        raise DomainError("undone", _("这次导入已经撤销过了。"))
    if obstacles := obstacles_of(run):
        raise RefusedError(obstacles)
    try:
        with transaction.atomic(), surroundings():
            _put_back(run, user)
    except IntegrityError as error:
        raise DomainError(
            "taken", _("不能撤销：原来的时间、教室或名称现在被别的占用了。什么都没有动，请先腾出来再撤销。")
        ) from error
    run.undone_at, run.undone_by = timezone.now(), user
    run.save(update_fields=["undone_at", "undone_by"])
    run.records.all().delete()  # photographs are kept no longer than they are of use
    return run


def _by_model(run):
    by_model = defaultdict(list)
    for record in run.records.defer("before").order_by("position"):
        by_model[model_called(record.model)].append(record)
    return by_model


def _put_back(run, user):
    """Own rows first, then what hangs on them and must go, then what was made; then there is room for what was there."""
    # A record that the file changed twice was photographed twice: the first photograph is how it was.
    changed = {}
    for record in run.records.filter(verb=Change.UPDATED).order_by("position"):
        changed.setdefault((record.model, record.object_pk), record)
    plans = [_Plan(record) for record in changed.values()]
    for plan in plans:
        plan.own_rows()
    for plan in plans:
        plan.remove_surplus()
    _take_back(run, user)
    for plan in plans:
        plan.parts()
        plan.announce()


class _Plan:
    """How one changed record gets its rows back."""

    def __init__(self, record):
        self.model, self.pk = model_called(record.model), record.object_pk
        self.before = record.before
        self.now = {_key(row): row for row in photograph(self.model, [self.pk])[self.pk]}
        parts = {part.model._meta.label_lower for part in kept(self.model).all_parts()}
        self.own = [row for row in self.before if row["model"] not in parts]
        self.hanging = [row for row in self.before if row["model"] in parts and "fields" in row]

    def own_rows(self):
        if is_page(self.model):
            self._move_back()
        self._write(self.own)

    def remove_surplus(self):
        by_model, known = defaultdict(list), {_key(row) for row in self.before}
        for row in photograph(self.model, [self.pk])[self.pk]:  # anew: moving a page back has left a redirect
            if _key(row) not in known:
                by_model[row["model"]].append(row["pk"])
        # Bookings go before the sessions they are of: the last part first.
        for part in reversed(kept(self.model).all_parts()):
            part.model._base_manager.filter(pk__in=by_model[part.model._meta.label_lower]).delete()

    def parts(self):
        self._write(self.hanging)

    def _write(self, rows):
        differing = [row for row in rows if _plain(row) != _plain(self.now.get(_key(row)))]
        for row in serializers.deserialize("python", differing, handle_forward_references=False):
            row.save()

    def _move_back(self):
        path = next(row["fields"]["path"] for row in self.own if row["model"] == Page._meta.label_lower)
        page = Page.objects.get(pk=self.pk)
        if page.path != path:
            page.specific.move(Page.objects.get(path=path[: -page.steplen]), pos="last-child")
            if Page.objects.filter(path=path).exclude(pk=self.pk).exists():
                raise IntegrityError(path)

    def announce(self):
        """Tell search and the reference index: rows that are put back raw tell nobody."""
        record = self.model._default_manager.get(pk=self.pk)
        post_save.send(
            sender=self.model, instance=record, created=False, raw=False, using=record._state.db, update_fields=None
        )


def _take_back(run, user):
    made = run.records.filter(verb=Change.CREATED).defer("before").order_by("-position")
    for label, records in groupby(made, key=lambda record: record.model):
        model = model_called(label)
        verb = kept(model).take_back or (_delete if is_page(model) else None)
        while some := list(islice(records, BATCH)):
            if verb:
                _one_by_one(model, some, lambda instance, verb=verb: verb(instance, user))
                continue
            try:
                with transaction.atomic():
                    model._default_manager.filter(pk__in=[record.object_pk for record in some]).delete()
            except ProtectedError:  # once more, to say which
                _one_by_one(model, some, _delete)


def _one_by_one(model, records, verb):
    for record in records:
        instance = model._default_manager.get(pk=record.object_pk)
        try:
            verb(instance)
        except (ProtectedError, DomainError) as error:
            raise RefusedError([Obstacle(record, refusal(instance, error))]) from error


def _delete(instance, user=None):
    instance.delete()


def _key(row):
    return row["model"], str(row["pk"])


def _plain(row):
    """A row as JSON gives it back: one that was just read has moments where a stored one has words."""
    return json.loads(json.dumps(row, cls=ExactEncoder)) if row else row

"""Notes what an import makes and changes, so that it can be taken back (undo.py)."""

from collections import defaultdict

from core.importing.photographs import BATCH, fingerprints, model_called
from core.importing.report import Change
from core.models import ImportedRecord, ImportRun

_LONGEST = {field.name: field.max_length for field in ImportRun._meta.fields if field.max_length}


class Journal:
    """Writes an ImportRun of ``user``. Within the transaction of the import; one journal serves one run."""

    def __init__(self, user, sources):
        files = "、".join(source.name for source in sources)[: _LONGEST["files"]]
        self.run = ImportRun(user=user, username=user.get_username(), files=files)
        self._waiting, self._position = [], 0

    def add(self, row, changes):
        for change in changes:
            if change.verb == Change.UNCHANGED:
                continue
            if self.run.pk is None:
                self.run.save()
            self._position += 1
            self._waiting.append(
                ImportedRecord(
                    run=self.run,
                    position=self._position,
                    row=row,
                    model=change.record._meta.label,
                    object_pk=change.record.pk,
                    kind=change.kind[:40],
                    label=change.label[:200],
                    verb=change.verb,
                    before=change.before,
                )
            )
        if len(self._waiting) >= BATCH:
            self._flush()

    def close(self, report):
        """Count, and prove how every record was left. What came of nothing leaves no trace."""
        if not self._position:
            self.run = None
            return
        self._flush()
        self.run.titles = "、".join(dict.fromkeys(file.title for file in report.files if file.title))[:200]
        self.run.rows = sum(file.rows for file in report.files)
        self.run.created = sum(len(file.created) for file in report.files)
        self.run.updated = sum(len(file.updated) for file in report.files)
        self.run.unchanged = sum(file.unchanged for file in report.files)
        self.run.problems = len(report.problems)
        self.run.save()
        self._prove()

    def _flush(self):
        ImportedRecord.objects.bulk_create(self._waiting)
        self._waiting = []

    def _prove(self):
        by_model = defaultdict(list)
        for record in self.run.records.defer("before"):
            by_model[record.model].append(record)
        for label, records in by_model.items():
            proofs = fingerprints(model_called(label), [record.object_pk for record in records])
            for record in records:
                record.after = proofs[record.object_pk]
            ImportedRecord.objects.bulk_update(records, ["after"], batch_size=BATCH)

"""Import of events: a row is an EventPage and its sittings, one class run for each date."""

from core.importing.pages import save_page
from core.importing.registry import PROVENANCE, Column, Importer, register
from core.importing.values import line
from events.models import EventPage
from network.importing import Places
from timetable.importing import DATE_COLUMNS, LEARNING_COLUMNS, RUN_COLUMNS, RunWriter, Words


@register
class EventImporter(Importer):
    stem, title, order = "events", "活动", 50
    columns = (
        *LEARNING_COLUMNS,
        Column("organisers", "主办与协办", line(160), default=""),
        *DATE_COLUMNS,
        *RUN_COLUMNS,
        *PROVENANCE,
    )
    _plain = ("code", "title", "summary", "is_sample", "source_note", "organisers")

    def load(self):
        self.places, self.words = Places(), Words()
        self.runs = RunWriter(self.places, self)
        self.known = {page.code: page for page in EventPage.objects.exclude(code=None).prefetch_related("audiences")}

    def save(self, row):
        host = self.places.host(row["street"])
        values, relations = self.words.page_values(row, self._plain)
        page, change = save_page(
            EventPage,
            self.known.get(row["code"]),
            values,
            parent=host,
            words=("summary", "body"),
            relations=relations,
        )
        self.known[row["code"]] = page
        return [change, *self.runs.save(page, host, row)]

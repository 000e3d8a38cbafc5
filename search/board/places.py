"""Which rows have a place to be had: asked anew by every question, so it is exact to the last booking."""

from search.board import sql
from timetable.models import ClassRun


def rows_with_places(timetable):
    """Return the rows with places left: one query on a small index (ClassRun.none_left).

    Its answer is a text of keys. Where it is the one this worker saw last, which is nearly
    always, the rows are known already.
    """
    text = sql.read_text(ClassRun.objects.filter(none_left=True, ends_on__gte=timetable.today), "pk")
    seen, rows = timetable.places_seen
    if text != seen or rows is None:
        without = map(int, text.split(",")) if text else ()
        rows = timetable.with_run & ~timetable.of_runs(without)
        timetable.places_seen = (text, rows)
    return rows


def rows_with_places_of(timetable, pages, rows):
    """Return those of ``rows`` with places left, where ``rows`` are of these few pages (ids): asks for their runs only."""
    full = ClassRun.objects.filter(none_left=True, ends_on__gte=timetable.today, learning_id__in=sql.whole(pages))
    text = sql.read_text(full, "pk")
    if not text:
        return rows
    full = set(map(int, text.split(",")))
    return [row for row in rows if timetable.run(row) not in full]

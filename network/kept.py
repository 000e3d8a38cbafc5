"""Streets and places of learning, kept in this process: they stand beside every course, run and event of every list.

Joined to each row they were most of what a list cost: sixty columns, and an object made of them, once more for each row.
What is returned is shared by all threads: to be read, never changed.
"""

from core.freshness import Kept
from network.models import CentrePage, StreetPage

#: {pk: StreetPage} of all streets, in the order of the tree, also of one that is not published: a course may name it.
streets = Kept(lambda: {street.pk: street for street in sorted(StreetPage.objects.all(), key=_path)}, most=1)
#: The streets that anybody may read, in the order of the tree.
public_streets = Kept(lambda: sorted(StreetPage.objects.live().public().order_by(), key=_path), most=1)
#: {pk: CentrePage} of all places where class runs meet.
centres = Kept(lambda: CentrePage.objects.in_bulk(), most=1)


def _path(page):
    return page.path


def with_streets(pages):
    """Give each of ``pages`` its street; return them."""
    known = streets()
    for page in pages:
        if page.street_id in known:
            page.street = known[page.street_id]
    return pages


def with_centres(rows):
    """Give each of ``rows`` (class runs) its centre; return them."""
    known = centres()
    for row in rows:
        if row.centre_id in known:
            row.centre = known[row.centre_id]
    return rows

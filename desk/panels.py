"""The home of the desk as Wagtail's one home panel: every question of this app that concerns the user, with its rows.

A question is a function ``(user) -> Panel | None``; None where it is no matter of the user's role. It asks the
same number of queries for three rows and for three hundred.
"""

from dataclasses import dataclass, field

from django.forms import Media
from django.utils import timezone
from django.utils.translation import gettext as _
from laces.components import Component

#: Rows of a panel; the rest is behind its link.
SHOWN = 5
#: Nobody works off more than this from a home; to count on would take as long as the rest of the page (benchmarks/desk.py).
MANY = 99


def count(rows):
    """Return how many ``rows`` (a queryset) there are, MANY + 1 where there are more than MANY."""
    return rows.order_by()[: MANY + 1].count()


@dataclass
class Row:
    """One thing to do: what, when and where, and the one action. ``late``: marked in words and colour."""

    title: str
    words: str
    action: str
    address: str
    late: str = ""


@dataclass
class Panel:
    """``total`` counts everything (``count``), ``rows`` are the first of it, ``more`` is the address of all (or "")."""

    key: str
    heading: str
    empty: str
    total: int = 0
    rows: list[Row] = field(default_factory=list)
    more: str = ""

    @property
    def total_words(self):
        return str(self.total) if self.total <= MANY else _("%(many)d 以上") % {"many": MANY}

    @property
    def hidden_words(self):
        """How many more than the rows there are; "" for none."""
        if self.total > MANY:
            return _("还有 %(many)d 个以上") % {"many": MANY - len(self.rows)}
        hidden = self.total - len(self.rows)
        return _("还有 %(number)d 个") % {"number": hidden} if hidden > 0 else ""


class DeskHome(Component):
    """Today's date and the panels, those with something in them first."""

    name = "desk"
    order = 100
    template_name = "desk/admin/home.html"

    def __init__(self, questions):
        self.questions = questions

    @property
    def media(self):
        return Media(css={"all": ["lifelong/css/desk.css"]})

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        panels = [panel for question in self.questions if (panel := question(user)) is not None]
        return {
            "today": timezone.localdate(),
            "busy": [panel for panel in panels if panel.total],
            "quiet": [panel for panel in panels if not panel.total],
        }

"""The home of the desk as Wagtail's one home panel: every question of this app that concerns the user, with its rows.

A question is a function ``(user) -> Panel | None``; None where it is no matter of the user's role. It asks the
same number of queries for three rows and for three hundred.
"""

from dataclasses import dataclass, field

from django.forms import Media
from django.utils import timezone
from laces.components import Component

#: Rows of a panel; the rest is behind its link.
SHOWN = 5


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
    """``total`` counts everything, ``rows`` are the first of it, ``more`` is the address of all (or "")."""

    key: str
    heading: str
    empty: str
    total: int = 0
    rows: list[Row] = field(default_factory=list)
    more: str = ""

    @property
    def hidden(self):
        return max(0, self.total - len(self.rows))


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

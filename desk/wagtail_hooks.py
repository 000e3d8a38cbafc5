"""Registers the home of the desk and the page of demand; defines nothing."""

from wagtail import hooks
from wagtail.admin.views.home import LockedPagesPanel, WorkflowObjectsToModeratePanel

from desk import classes, pages, questions, records
from desk.demand_view import DemandViewSet
from desk.panels import DeskHome

QUESTIONS = (
    classes.todays_classes,
    classes.lapsing_offers,
    questions.open_questions,
    pages.waiting_decisions,
    classes.thin_classes,
    pages.my_drafts,
    pages.stale_columns,
    records.refused_lately,
)


@hooks.register("construct_homepage_panels")
def home_of_the_desk(request, panels):
    # Giving back a course under review is the administrator's alone, and only Wagtail's own panel has the button.
    kept = (LockedPagesPanel, WorkflowObjectsToModeratePanel) if request.user.is_superuser else LockedPagesPanel
    panels[:] = [DeskHome(QUESTIONS), *(panel for panel in panels if isinstance(panel, kept))]


@hooks.register("register_admin_viewset")
def register_viewsets():
    return DemandViewSet("demand")

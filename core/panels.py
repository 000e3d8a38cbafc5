"""Panels of the page editor that every page has."""

from django.utils.functional import cached_property
from wagtail.admin.panels import Panel

from core.publish_checks import publish_checks


class PublishChecksPanel(Panel):
    """What to look at before publishing, about the page as last saved; not there when nothing is to be said."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "core/publish_checks_panel.html"

        @cached_property
        def findings(self):
            return publish_checks(self.instance) if self.instance.pk else []

        def is_shown(self):
            return bool(self.findings)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TimetableConfig(AppConfig):
    name = "timetable"
    verbose_name = _("开班与课次")

    def ready(self):
        from timetable import (
            publish_checks,  # noqa: F401  what a course needs before it is published
            sections,  # noqa: F401  what this app shows on pages of lower floors
        )

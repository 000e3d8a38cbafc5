from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrolmentsConfig(AppConfig):
    name = "enrolments"
    verbose_name = _("报名与名额")

    def ready(self):
        from enrolments import privacy, receivers  # noqa: F401  listens to the timetable

        privacy.register_holding()

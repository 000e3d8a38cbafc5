from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "feedback"
    verbose_name = _("居民的话")

    def ready(self):
        from feedback import privacy, receivers, sections  # noqa: F401  listens to enrolments; brings its part of pages

        privacy.register_holding()

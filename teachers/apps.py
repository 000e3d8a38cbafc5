from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeachersConfig(AppConfig):
    name = "teachers"
    verbose_name = _("师资")

    def ready(self):
        from teachers import sections  # noqa: F401  what this app shows on pages of lower floors

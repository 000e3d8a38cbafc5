from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = _("品牌与学习型组织")

    def ready(self):
        from community import sections  # noqa: F401  what this app shows on pages of lower floors

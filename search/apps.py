from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("找课")

    def ready(self):
        from django.db.models.signals import post_migrate

        from search import sections  # noqa: F401  what this app shows on pages of lower floors
        from search.retention import register_asked
        from search.words import load_after_migrating

        register_asked()
        post_migrate.connect(load_after_migrating, sender=self, dispatch_uid="search.base_words")

        from search import signals

        signals.connect()

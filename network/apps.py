from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NetworkConfig(AppConfig):
    name = "network"
    verbose_name = _("三级网络")

    def ready(self):
        from network import (
            publish_checks,  # noqa: F401  what a place needs before it is published
            signals,  # noqa: F401  keeps streets right when pages move
        )

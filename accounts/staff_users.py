"""Takes the place of ``wagtail.users`` in INSTALLED_APPS: the same app with our list."""

from wagtail.users.apps import WagtailUsersAppConfig


class StaffUsersConfig(WagtailUsersAppConfig):
    user_viewset = "accounts.viewsets.StaffViewSet"

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("账号")

    def ready(self):
        from allauth.mfa.signals import authenticator_added
        from django.contrib.auth.signals import user_logged_in

        from accounts.adapter import remember_new_factor, remember_password
        from accounts.services.looks import bring_look

        user_logged_in.connect(remember_password, dispatch_uid="accounts.remember_password")
        user_logged_in.connect(bring_look, dispatch_uid="accounts.bring_look")
        authenticator_added.connect(remember_new_factor, dispatch_uid="accounts.remember_new_factor")

"""Delete logins whose phone number was never proved. May run at any time; a second run finds nothing."""

from django.core.management.base import BaseCommand

from accounts.services.sign_in import purge_unverified


class Command(BaseCommand):
    help = "删除一天前创建、手机号一直没有验证过、也没有人使用的账号。可以重复运行。"

    def handle(self, *args, **options):
        self.stdout.write(f"删除了 {purge_unverified()} 个没有验证过的账号。")

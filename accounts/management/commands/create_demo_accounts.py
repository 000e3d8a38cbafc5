"""Create one demo account per role and print how to sign in."""

from django.core.management.base import BaseCommand, CommandError

from accounts.services import DEMO_PASSWORD, create_demo_accounts
from core.errors import DomainError


class Command(BaseCommand):
    help = "创建演示账号（每个角色一个，只限开发环境），并打印用户名和密码。可以重复运行。"

    def handle(self, *args, **options):
        try:
            accounts = create_demo_accounts()
        except DomainError as error:
            raise CommandError(error.message) from error
        if options["verbosity"] == 0:
            return
        shown = {}
        for account in accounts:
            shown.setdefault(account.role, account)  # of the streets' accounts, the first street's
        width = max(len(account.username) for account in shown.values())
        self.stdout.write(f"演示账号（密码都是 {DEMO_PASSWORD}；改过密码的以改后的为准）：")
        for account in shown.values():
            self.stdout.write(f"  {account.username:<{width}}  {account.name}")
        more = len(accounts) - len(shown)
        if more:
            self.stdout.write(f"  其他街道的账号同样命名，还有 {more} 个。")

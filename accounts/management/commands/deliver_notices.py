"""Send what is due: delayed notices, second and third tries. Once a minute (docs/operations.md)."""

from django.core.management.base import BaseCommand

from accounts.services import deliver_due


class Command(BaseCommand):
    help = "发出到时间的通知（短信、邮件）。可以每分钟运行一次，同时运行几个也不会重发。"

    def handle(self, *args, **options):
        sent = deliver_due()
        if sent:
            self.stdout.write(f"已处理 {sent} 条通知。")

"""``manage.py apply_retention [--dry-run]``: carry out the periods that /privacy/ promises. For every night; repeatable."""

from django.core.management.base import BaseCommand

from accounts.services.retention import apply_retention


class Command(BaseCommand):
    help = "按“个人信息保护规则”里的期限删除和脱开到期的个人信息。可以重复运行。"

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="只数一数到期的，什么也不改")

    def handle(self, *args, dry_run, **options):
        if dry_run:
            self.stdout.write("只数不改。按现在的情况，到期的有：")
        for _key, label, count in apply_retention(dry_run=dry_run):
            self.stdout.write(f"{label}：{count}")

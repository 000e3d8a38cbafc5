"""For a member of staff who lost telephone and recovery codes: the next sign-in binds a new factor."""

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.services.sign_in import reset_second_factor


class Command(BaseCommand):
    help = "清除一个工作人员的第二步验证（手机和恢复码都丢了时用）。下次登录会要求重新绑定。"

    def add_arguments(self, parser):
        parser.add_argument("username", help="登录名")

    def handle(self, *args, username, **options):
        user = User.objects.filter(username=username, phone=None).first()
        if user is None:
            raise CommandError(f"没有工作人员用“{username}”登录。请核对登录名。")
        reset_second_factor(user)
        self.stdout.write(f"已清除 {username} 的第二步验证，原来的登录也已失效。请先确认是本人，再让他重新登录绑定。")

"""Make groups and permissions equal to the table in core/roles.py. Safe to repeat."""

from django.core.management.base import BaseCommand

from core.services import sync_roles

WORDS = {
    "groups": "组",
    "page_permissions": "页面权限",
    "collection": "素材夹名称",
    "collections": "素材夹",
    "collection_permissions": "素材夹权限",
    "model_permissions": "数据权限",
    "workflow": "审核流程名称",
    "groupapprovaltask": "审核任务名称",
    "workflows": "审核流程",
    "workflow_groups": "审核人",
    "retired_groups": "停用的组",
    "wagtail_defaults": "Wagtail 自带的英文组和流程",
}


class Command(BaseCommand):
    help = "按 core/roles.py 的表同步角色：组、页面权限、素材夹、数据权限、审核流程。可以重复运行。"

    def handle(self, *args, **options):
        changes = sync_roles()
        if options["verbosity"] == 0:
            return
        if not changes:
            self.stdout.write("角色没有变化。")
            return
        done = "、".join(f"{WORDS.get(key, key)} {count}" for key, count in sorted(changes.items()))
        self.stdout.write(f"角色已同步：{done}。")

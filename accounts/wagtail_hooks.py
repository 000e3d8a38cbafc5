"""Registers what people meet once they have signed in; defines nothing."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.sites.views import IndexView as SiteIndexView
from wagtail.users.views.bulk_actions.assign_role import RoleForm

from accounts.models import DataOpening
from accounts.permissions import OpeningPolicy
from accounts.viewsets import AccessViewSetGroup

register_permission_policy(DataOpening, OpeningPolicy(DataOpening))

# Wagtail's field has no label, so it was “Role” to everybody.
RoleForm.base_fields["role"].label = gettext_lazy("角色")
# Nor have three columns of its list of sites.
SITE_COLUMNS = {"port": gettext_lazy("端口"), "site_name": gettext_lazy("网站名称"), "root_page": gettext_lazy("首页")}
for column in SiteIndexView.columns:
    column.label = SITE_COLUMNS.get(column.name, column.label)

#: English pages on another host; the keyboard help stays.
FOREIGN_HELP = ("whats-new-in-wagtail", "editor-guide")


@hooks.register("register_admin_viewset")
def register_viewsets():
    return AccessViewSetGroup()


@hooks.register("construct_help_menu")
def keep_our_own_help(request, menu_items):
    menu_items[:] = [item for item in menu_items if not item.name.startswith(FOREIGN_HELP)]


@hooks.register("register_account_menu_item")
def login_security(request):
    return {
        "url": reverse("mfa_index"),
        "label": _("登录安全"),
        "help_text": _("第二步验证：换手机、看恢复码、添加通行密钥。"),
    }

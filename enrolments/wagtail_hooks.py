"""Registers this room's screens and log words; defines nothing."""

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from enrolments import counter, draw_admin
from enrolments.reports import views as reports
from enrolments.roster.frame import RosterMenuItem


@hooks.register("register_admin_urls")
def register_roster_urls():
    return [path("roster/", include("enrolments.roster.urls"))]


@hooks.register("register_admin_menu_item")
def register_roster_menu_item():
    return RosterMenuItem(_("点名"), reverse("roster:index"), icon_name="clipboard-list", order=131)


@hooks.register("register_log_actions")
def register_record_log_actions(actions):
    actions.register_action("enrolments.attendance", _("点名"), _("点了名"))
    actions.register_action("enrolments.head_count", _("数没报名的人"), _("数了没报名来的人"))
    actions.register_action("enrolments.note", _("写备注"), _("给一位学员写了备注"))
    actions.register_action("enrolments.note_removed", _("删备注"), _("删了一位学员的备注"))
    actions.register_action("enrolments.export", _("导出名单"), _("导出了班级名单"))
    actions.register_action("enrolments.message", _("通知全班"), _("通知了全班"))
    actions.register_action("enrolments.issue", _("发证书"), _("发了证书"))
    actions.register_action("enrolments.revoke", _("撤销证书"), _("撤销了证书"))


@hooks.register("register_admin_urls")
def register_draw_urls():
    return [path("draws/", include("enrolments.draw_admin"))]


hooks.register("register_admin_menu_item", draw_admin.menu_item)
hooks.register("register_log_actions", draw_admin.register_draw_log_actions)


@hooks.register("register_admin_urls")
def register_counter_urls():
    return [path("counter/", include("enrolments.counter"))]


@hooks.register("register_admin_menu_item")
def register_counter_menu_item():
    return counter.CounterMenuItem(_("窗口"), reverse("counter:index"), icon_name="desktop", order=129)


@hooks.register("register_log_actions")
def register_counter_log_actions(actions):
    actions.register_action("enrolments.view", _("看报名"), _("在窗口看了这个人的报名"))


@hooks.register("register_admin_urls")
def register_report_urls():
    return [path("desk-reports/", include((reports.urlpatterns(reports.REPORTS), "desk_reports")))]


for order, report in enumerate(reports.REPORTS, start=1):
    hooks.register("register_reports_menu_item", reports.menu_item(report, order))

"""Registers the timetable's screens, guards and log words; defines nothing."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from core.page_guard import deletion_guards
from core.scoping import PageScopedPolicy
from timetable.models import CentreClosure, ClassRun, Session
from timetable.page_buttons import class_run_button, open_the_copy
from timetable.permissions import class_run_policy, refusal_to_delete, session_policy
from timetable.viewsets import TimetableViewSetGroup, learning_chooser

register_permission_policy(ClassRun, class_run_policy)
register_permission_policy(Session, session_policy)
register_permission_policy(CentreClosure, PageScopedPolicy(CentreClosure, page="centre"))


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [TimetableViewSetGroup(), learning_chooser]


hooks.register("register_page_header_buttons", class_run_button)
hooks.register("after_copy_page", open_the_copy)

before_delete_page, before_bulk_action = deletion_guards(refusal_to_delete)
hooks.register("before_delete_page", before_delete_page)
hooks.register("before_bulk_action", before_bulk_action)


@hooks.register("register_log_actions")
def register_log_actions(actions):
    actions.register_action("timetable.publish", _("公布"), _("公布了"))
    actions.register_action("timetable.cancel", _("取消"), _("取消了"))
    actions.register_action("timetable.move", _("改时间或教室"), _("改了时间或教室"))
    actions.register_action("timetable.merge", _("并班"), _("并到了别的班"))
    actions.register_action("timetable.split", _("分班"), _("分成了两个班"))

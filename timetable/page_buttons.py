"""What the editor of a course or an event offers beside Wagtail's own: a class run of it, and the way on from a copy."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button

from timetable.models import LearningPage
from timetable.permissions import class_run_policy


def class_run_button(page, user, view_name, next_url=None):
    """开一个班: the form of a class run with this page and its street's centre filled in."""
    if isinstance(page, LearningPage) and page.pk and class_run_policy.user_has_permission(user, "add"):
        url = f"{reverse('runs:add')}?learning={page.pk}"
        yield Button(_("开一个班"), url=url, icon_name="calendar-alt", priority=5)


def open_the_copy(request, page, copied):
    """Somebody who copies a course goes on with the copy, not with the list it was copied from."""
    if not isinstance(copied, LearningPage) or not copied.permissions_for_user(request.user).can_edit():
        return None
    messages.success(
        request,
        _("这是“%(page)s”的副本，居民还看不到。改好内容，在标题旁边的“…”里“开一个班”，再提交审核。")
        % {"page": page.title},
    )
    return redirect("wagtailadmin_pages:edit", copied.pk)

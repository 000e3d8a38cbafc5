"""The form of a teacher: which login may be given to whom."""

from django.contrib.auth import get_user_model
from django.db.models import Q
from wagtail.admin.forms import WagtailAdminModelForm

from core.roles import group_name, role


class TeacherForm(WagtailAdminModelForm):
    """Offers logins of the role 教师 that nobody has yet: no clerk's, and no other street's teacher's."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        users = get_user_model().objects.filter(is_active=True, groups__name=group_name(role("teacher")))
        field = self.fields["user"]
        field.queryset = users.filter(Q(teacher=None) | Q(teacher=self.instance.pk)).order_by("username")
        field.label_from_instance = lambda user: f"{user.get_full_name()}（{user.username}）"

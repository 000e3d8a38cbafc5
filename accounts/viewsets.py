"""The admin's list of users: staff. Residents are many, have no business there and are not shown by name."""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.http import Http404
from wagtail.users.views import users

from accounts.models import User


def staff(queryset):
    """Narrow ``queryset`` to people who sign in with a password; a resident's is unusable and the phone set."""
    return queryset.filter(phone=None).exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)


class StaffIndexView(users.IndexView):
    def get_base_queryset(self):
        return staff(super().get_base_queryset())


class OneOfStaff:
    """A resident's number in the address finds nobody: no password can be given to a resident's login."""

    def get_object(self, *args, **kwargs):
        user = super().get_object(*args, **kwargs)
        if not staff(User.objects.filter(pk=user.pk)).exists():
            raise Http404
        return user


class StaffEditView(OneOfStaff, users.EditView):
    pass


class StaffDeleteView(OneOfStaff, users.DeleteView):
    pass


class StaffHistoryView(OneOfStaff, users.HistoryView):
    pass


class StaffViewSet(users.UserViewSet):
    index_view_class = StaffIndexView
    edit_view_class = StaffEditView
    delete_view_class = StaffDeleteView
    history_view_class = StaffHistoryView

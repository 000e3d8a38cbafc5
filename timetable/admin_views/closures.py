"""The forms of a closure."""

from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views import generic

from timetable.services import bookings


class ClosureFormMixin:
    """Saving a closure cancels nothing: it says which classes are in the way."""

    def save_instance(self):
        closure = super().save_instance()
        touched = bookings.sessions_in(closure)
        if touched:
            names = "；".join(str(session) for session in touched[: bookings.MOST_NAMED])
            messages.warning(
                self.request,
                _("这段时间已经排了 %(count)d 次课，请改时间或取消：%(names)s%(more)s。")
                % {
                    "count": len(touched),
                    "names": names,
                    "more": " ……" if len(touched) > bookings.MOST_NAMED else "",
                },
            )
        return closure


class ClosureCreateView(ClosureFormMixin, generic.CreateView):
    pass


class ClosureEditView(ClosureFormMixin, generic.EditView):
    pass

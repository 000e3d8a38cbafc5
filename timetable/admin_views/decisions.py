"""Buttons that ask once more before a service decides."""

from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.log_actions import log

from core.errors import DomainError
from timetable import services, signals
from timetable.enums import SessionStatus
from timetable.forms import NoteForm
from timetable.models import Session


class DecisionView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """Ask once more, then let a service decide. Subclasses say what."""

    model = None
    index_url_name = edit_url_name = inspect_url_name = None
    permission_required = "change"
    instance_permission = "change"
    template_name = "timetable/admin/decide.html"
    form_class = NoteForm
    log_action = ""
    yes_label = ""
    is_serious = False

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.object = get_object_or_404(self.model, pk=kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        if not self.user_has_permission_for_instance(self.instance_permission, self.object):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def back_url(self):
        """The form of the row, or where this user may only read it, its page."""
        may_change = self.user_has_permission_for_instance("change", self.object)
        name = self.edit_url_name if may_change else self.inspect_url_name
        return reverse(name, args=(quote(self.object.pk),))

    def get_page_subtitle(self):
        return str(self.object)

    def get_breadcrumbs_items(self):
        index = {"url": reverse(self.index_url_name), "label": self.model._meta.verbose_name_plural}
        own = {"url": self.back_url, "label": str(self.object)}
        this = {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, index, own, this]

    def question(self):
        raise NotImplementedError

    def decide(self, note):
        """Do it through a service and return the sentence that says what happened."""
        raise NotImplementedError

    def form_valid(self, form):
        try:
            sentence = self.decide(form.cleaned_data.get("note", ""))
        except DomainError as error:
            messages.error(self.request, error.message)
        else:
            log(instance=self.object, action=self.log_action, user=self.request.user)
            messages.success(self.request, sentence)
        return redirect(self.index_url_name)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            question=self.question(),
            back_url=self.back_url,
            **kwargs,
        )


class CancelSessionView(DecisionView):
    page_title = gettext_lazy("取消这次课")
    header_icon = "cross"
    yes_label = gettext_lazy("取消这次课")
    is_serious = True
    log_action = "timetable.cancel"

    def question(self):
        # A copy: the view goes on with the session as it is.
        session = Session.objects.select_related("class_run").get(pk=self.object.pk)
        session.status = SessionStatus.CANCELLED
        notices = [notice for _receiver, notice in signals.session_notice.send(Session, session=session)]
        sentences = [_("这次课会写明“已取消”，其余的课照常上。")]
        if self.object.ends_at < timezone.now():
            sentences.append(_("这次课已经过了，不再通知学员。"))
            notices = []
        for people, text in notices:
            sentences.append(
                _("会通知 %(people)d 位学员：“%(text)s”原因写在下面，会一起发出。") % {"people": people, "text": text}
                if people
                else _("还没有学员，不用通知谁。")
            )
        return "".join(sentences)

    def decide(self, note):
        services.cancel_session(self.object, note)
        return _("“%(session)s”已取消。") % {"session": self.object}

"""Many classes into another term at once: each row shows what it makes before anything is made."""

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.log_actions import log

from timetable import services
from timetable.enums import ClassRunStatus
from timetable.forms_whole import CopyTermForm
from timetable.models import ClassRun
from timetable.services.rehearsal import rehearse

#: So many classes are shown and made at once: making them, even to take it back, keeps SQLite's other writers waiting.
AT_ONCE = 30


class CopyTermView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Asked for with two terms it shows, by making them and taking them back; posted it makes those that are ticked."""

    model = ClassRun
    index_url_name = edit_url_name = None
    permission_required = "add"
    template_name = "timetable/admin/copy_term.html"
    page_title = gettext_lazy("整批复制到别的学期")
    header_icon = "copy"

    def get_breadcrumbs_items(self):
        index = {"url": reverse(self.index_url_name), "label": self.model._meta.verbose_name_plural}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]

    @cached_property
    def form(self):
        given = self.request.POST or self.request.GET or None
        usable = self.permission_policy.instances_user_has_permission_for(self.request.user, "add")
        return CopyTermForm(given, usable=usable.exclude(status=ClassRunStatus.CANCELLED))

    def post(self, request, *args, **kwargs):
        made = None
        if self.form.is_valid():
            ticked = {int(key) for key in request.POST.getlist("run") if key.isdecimal()}
            made = services.copy_runs(
                [run for run in self.form.runs() if run.pk in ticked], self.form.cleaned_data["to"]
            )
            for run in ClassRun.objects.filter(pk__in=[row.made for row in made if row.made]):
                log(instance=run, action="wagtail.create", user=request.user)
            messages.success(
                request,
                _("建了 %(made)d 个班，都还没有公布；%(left)d 个没有建。")
                % {"made": sum(row.made is not None for row in made), "left": sum(row.made is None for row in made)},
            )
        return self.render_to_response(self.get_context_data(made=made))

    def get_context_data(self, made=None, **kwargs):
        rows = page = None
        present = 0
        if made is None and self.form.is_bound and self.form.is_valid():
            term = self.form.cleaned_data["to"]
            runs = self.form.runs()
            missing = services.not_there(runs, term)
            present = len(runs) - len(missing)
            page = Paginator(missing, AT_ONCE).get_page(self.request.GET.get("p"))
            rows = rehearse(lambda: services.copy_runs(page.object_list, term)).outcome
        return super().get_context_data(
            form=self.form,
            rows=rows,
            page=page,
            present=present,
            made=made,
            makeable=sum(row.made is not None for row in rows or ()),
            **kwargs,
        )

"""导入数据 in the admin: upload → preview (nothing written) → confirm. Works without JavaScript."""

import logging

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from core.importing.forms import UploadForm
from core.importing.registry import importers
from core.importing.runner import run_import
from core.importing.staging import discard, stage, staged

logger = logging.getLogger(__name__)

#: Whoever may change the settings of the whole site may bring the whole site's tables: the district
#: office, and no street (core/roles.py). An import writes every street's pages and class runs.
PERMISSION = "core.change_districtsettings"
SHOWN = 50  # changes and problems of one file that a screen lists


def may_import(user):
    return user.is_active and user.has_perm(PERMISSION)


class ImportScreen(WagtailAdminTemplateMixin):
    page_title = gettext_lazy("导入数据")
    header_icon = "upload"

    def dispatch(self, request, *args, **kwargs):
        if not may_import(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": reverse("district_import"), "label": self.page_title}]


class UploadView(ImportScreen, FormView):
    """Choose the files; what each table may hold is listed below the form."""

    form_class = UploadForm
    template_name = "core/importing/upload.html"

    def form_valid(self, form):
        stage(self.request.session, form.cleaned_data["tables"])
        return redirect("district_import_preview")

    def get_context_data(self, **kwargs):
        return super().get_context_data(importers=importers(), **kwargs)


class PreviewView(ImportScreen, TemplateView):
    """GET shows what would happen; POST does it, or throws the files away."""

    template_name = "core/importing/preview.html"
    page_subtitle = gettext_lazy("预览")

    def get(self, request, *args, **kwargs):
        sources = staged(request.session)
        if not sources:
            return self._gone()
        report = run_import(sources, dry_run=True)
        return self.render_to_response(self.get_context_data(report=report, shown=SHOWN))

    def post(self, request, *args, **kwargs):
        if "cancel" in request.POST:
            discard(request.session)
            messages.success(request, _("已放弃，什么都没有改。"))
            return redirect("district_import")
        sources = staged(request.session)
        if not sources:
            return self._gone()
        report = run_import(sources)
        discard(request.session)
        logger.info("Import by %s: %s", request.user.get_username(), "; ".join(file.summary for file in report.files))
        self.page_subtitle = _("结果")
        return self.render_to_response(self.get_context_data(report=report, shown=SHOWN))

    def _gone(self):
        messages.warning(self.request, _("没有等待确认的文件：可能已经导入过，或者放得太久被清理了。请重新上传。"))
        return redirect("district_import")

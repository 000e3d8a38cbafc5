"""导入数据 in the admin: upload → preview (nothing written) → confirm → undo. Works without JavaScript."""

import logging
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView, TemplateView, View
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from core.errors import DomainError
from core.importing.forms import UploadForm
from core.importing.journal import Journal
from core.importing.registry import importer_called, importers_for, is_whole_district
from core.importing.report import Change, Line
from core.importing.runner import run_import
from core.importing.sheets import XLSX, faulty_rows, template
from core.importing.staging import discard, remember, remembered, stage, staged
from core.importing.undo import MOST_NAMED, RefusedError, obstacles_of, undo
from core.models import ImportRun

logger = logging.getLogger(__name__)

SHOWN = 50  # rows of a page
RECENT = 5  # imports below the upload form
#: The filter of the preview: its name in the address and what people read.
OUTCOMES = (
    ("", gettext_lazy("全部")),
    (Line.FAULTY, gettext_lazy("有问题")),
    (Change.CREATED, gettext_lazy("新增")),
    (Change.UPDATED, gettext_lazy("修改")),
    (Change.UNCHANGED, gettext_lazy("不变")),
)


def may_import(user):
    return bool(importers_for(user))


def runs_of(user):
    """The imports that ``user`` may see and take back: the district's office all, others their own."""
    runs = ImportRun.objects.select_related("user", "undone_by")
    return runs if is_whole_district(user) else runs.filter(user=user)


class MayImport:
    def dispatch(self, request, *args, **kwargs):
        if not may_import(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class ImportScreen(MayImport, WagtailAdminTemplateMixin):
    page_title = gettext_lazy("导入数据")
    header_icon = "upload"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": reverse("district_import"), "label": gettext_lazy("导入数据")}]


class UploadView(ImportScreen, FormView):
    """Choose the files; the tables that this user may bring are listed below, each with its template."""

    form_class = UploadForm
    template_name = "core/importing/upload.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "importers": importers_for(self.request.user)}

    def form_valid(self, form):
        stage(self.request.session, form.cleaned_data["tables"], form.cleaned_data["kind"])
        return redirect("district_import_preview")

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            importers=importers_for(user), recent=runs_of(user)[:RECENT], drafts=not is_whole_district(user), **kwargs
        )


class TemplateSheetView(MayImport, View):
    """The empty table of one kind to download."""

    def get(self, request, stem):
        importer = importer_called(stem)
        if importer not in importers_for(request.user):
            raise Http404
        return _download(template(importer), f"{importer.title}.xlsx")


class PreviewView(ImportScreen, TemplateView):
    """GET shows what would happen; POST does it, or throws the files away."""

    template_name = "core/importing/preview.html"
    page_subtitle = gettext_lazy("预览")

    def get(self, request, *args, **kwargs):
        sources = staged(request.session)
        if not sources:
            return self._gone()
        report = remembered(request.session)
        if report is None:
            report = run_import(sources, user=request.user, dry_run=True)
            remember(request.session, report)
        return self.render_to_response(self.get_context_data(report=report))

    def post(self, request, *args, **kwargs):
        if "cancel" in request.POST:
            discard(request.session)
            messages.success(request, _("已放弃，什么都没有改。"))
            return redirect("district_import")
        sources = staged(request.session)
        if not sources:
            return self._gone()
        journal = Journal(request.user, sources)
        report = run_import(sources, user=request.user, journal=journal)
        discard(request.session)
        logger.info("Import by %s: %s", request.user.get_username(), "; ".join(file.summary for file in report.files))
        self.page_subtitle = _("结果")
        return self.render_to_response(self.get_context_data(report=report, made=journal.run))

    def get_context_data(self, report, **kwargs):
        outcome = self.request.GET.get("show", "")
        lines = [
            (file.name, line)
            for file in report.files
            for line in file.ordered_lines
            if not outcome or line.outcome == outcome
        ]
        return super().get_context_data(
            report=report,
            of_files=[(problem.file, problem) for problem in report.problems if not problem.row or problem.row == 1],
            notes=[(file.name, note) for file in report.files for note in file.notes],
            faulty=[(number, file) for number, file in enumerate(report.files) if file.faulty],
            page_obj=Paginator(lines, SHOWN).get_page(self.request.GET.get("p")),
            outcomes=[
                (name, label, f"?{urlencode({'show': name})}" if name else "?", name == outcome)
                for name, label in OUTCOMES
            ],
            show=outcome,
            **kwargs,
        )

    def _gone(self):
        messages.warning(self.request, _("没有等待确认的文件：可能已经导入过，或者放得太久被清理了。请重新上传。"))
        return redirect("district_import")


class FaultyRowsView(MayImport, View):
    """The rows of one file that the preview found wrong, each with the reason: to mend and upload again."""

    def get(self, request, number):
        sources, report = staged(request.session), remembered(request.session)
        if report is None or not sources or number >= len(report.files):
            raise Http404
        file = report.files[number]
        source = next(source for source in sources if source.name == file.name)
        stem = file.title or source.path.stem
        return _download(faulty_rows(source, file), _("%(name)s（有问题的行）.xlsx") % {"name": stem})


class RunsView(ImportScreen, ListView):
    """Every import, the newest first, with a way back."""

    template_name = "core/importing/runs.html"
    page_subtitle = gettext_lazy("导入记录")
    paginate_by = SHOWN

    def get_queryset(self):
        return runs_of(self.request.user)


class UndoView(ImportScreen, TemplateView):
    """Asked twice: GET says what goes and what stands in the way, POST does it."""

    template_name = "core/importing/undo.html"
    page_subtitle = gettext_lazy("撤销导入")

    def dispatch(self, request, *args, **kwargs):
        self.run = get_object_or_404(runs_of(request.user), pk=kwargs["pk"]) if may_import(request.user) else None
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        return self._page([] if self.run.undone_at else obstacles_of(self.run))

    def post(self, request, *args, **kwargs):
        try:
            undo(self.run, request.user)
        except RefusedError as error:
            return self._page(error.obstacles, error, status=409)
        except DomainError as error:
            return self._page([], error, status=409)
        messages.success(request, _("已撤销：这次新增的都删掉了，改过的都还原了。"))
        return redirect("district_import_runs")

    def _page(self, obstacles, error=None, status=200):
        context = self.get_context_data(
            run=self.run, obstacles=obstacles[:MOST_NAMED], more=max(0, len(obstacles) - MOST_NAMED), error=error
        )
        return self.render_to_response(context, status=status)


def _download(content, name):
    return HttpResponse(
        content, content_type=XLSX, headers={"Content-Disposition": content_disposition_header(True, name)}
    )

"""Admin registrations of core."""

from django.templatetags.static import static
from django.urls import path, reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from core.guide import GuideView
from core.importing.views import (
    FaultyRowsView,
    PreviewView,
    RunsView,
    TemplateSheetView,
    UndoView,
    UploadView,
    may_import,
)
from core.page_guard import before_move_page
from core.publish_checks import tell_findings


class ImportMenuItem(MenuItem):
    def is_shown(self, request):
        return may_import(request.user)


@hooks.register("register_admin_urls")
def import_urls():
    return [
        path("import/", UploadView.as_view(), name="district_import"),
        path("import/preview/", PreviewView.as_view(), name="district_import_preview"),
        path("import/preview/faulty/<int:number>/", FaultyRowsView.as_view(), name="district_import_faulty"),
        path("import/template/<slug:stem>/", TemplateSheetView.as_view(), name="district_import_template"),
        path("import/runs/", RunsView.as_view(), name="district_import_runs"),
        path("import/runs/<int:pk>/undo/", UndoView.as_view(), name="district_import_undo"),
    ]


@hooks.register("register_admin_menu_item")
def import_menu_item():
    return ImportMenuItem(
        _("导入数据"), reverse_lazy("district_import"), name="district-import", icon_name="upload", order=900
    )


@hooks.register("register_admin_urls")
def guide_urls():
    return [
        path("guide/", GuideView.as_view(), name="editor_guide"),
        path("guide/<int:number>/", GuideView.as_view(), name="editor_guide_page"),
    ]


@hooks.register("construct_help_menu")
def our_own_guide(request, menu_items):
    """Ours instead of Wagtail's, which are in English and on another host."""
    menu_items[:] = [item for item in menu_items if not item.name.startswith(("editor-guide", "whats-new"))]
    menu_items.insert(0, MenuItem(_("使用手册"), reverse("editor_guide"), name="guide", icon_name="help", order=10))


@hooks.register("insert_global_admin_js")
def keep_what_is_unsaved():
    return format_html('<script src="{}" defer></script>', static("core/unsaved.js"))


@hooks.register("insert_global_admin_css")
def desk_css():
    return format_html('<link rel="stylesheet" href="{}">', static("core/desk.css"))


hooks.register("before_move_page", before_move_page)
hooks.register("after_create_page", tell_findings)
hooks.register("after_edit_page", tell_findings)

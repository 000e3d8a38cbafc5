"""Every list of ours can be taken home as a spreadsheet, with Chinese headings."""

import re

from django.test import RequestFactory
from wagtail.admin.viewsets import viewsets

from core.viewsets import DistrictViewSet, PageListViewSet, SafeExportMixin


def test_every_list_is_exported_in_chinese():
    viewsets.populate()
    ours = [viewset for viewset in viewsets.viewsets if isinstance(viewset, DistrictViewSet | PageListViewSet)]
    assert len(ours) > 15
    wrong = {}
    for viewset in ours:
        view = viewset.index_view.view_class(**viewset.index_view.view_initkwargs)
        view.setup(RequestFactory().get("/"))
        assert isinstance(view, SafeExportMixin)
        headings = [view.get_heading(viewset.model.objects.all(), name) for name in view.list_export]
        foreign = [heading for heading in headings if not re.search(r"[\u4e00-\u9fff]", heading)]
        if foreign or not headings:
            wrong[viewset.name] = foreign
    assert wrong == {}

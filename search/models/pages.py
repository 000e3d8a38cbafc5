"""FinderPage at /courses/: the finder of all streets' courses."""

from django.utils.translation import gettext_lazy as _

from core.models import BasePage


class FinderPage(BasePage):
    """找课: filters, results, one address for each question."""

    page_description = _("找课页，列出六个街道的课程。全站只有一页。")
    parent_page_types = ["home.HomePage"]
    subpage_types = []
    max_count = 1
    search_fields = BasePage.search_fields

    class Meta:
        verbose_name = _("找课页")

    def get_context(self, request, *args, **kwargs):
        from search.finder import find

        return {**super().get_context(request, *args, **kwargs), "finder": find(request.GET)}

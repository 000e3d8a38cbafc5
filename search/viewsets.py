"""Search in the admin: the editors' words, in force with the next search, and what people asked for."""

import django_filters
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.panels import FieldRowPanel, PageChooserPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup

from core.viewsets import DistrictIndexView, DistrictViewSet
from network.models import StreetPage
from search.models import LearningWish, PinnedResult, SearchEntry, StopWord, SynonymGroup
from search.report_view import AskedViewSet
from search.trial_view import TrialViewSet


class SynonymCreateView(generic.CreateView):
    """The report of what was not found leads here with the words (``?words=``)."""

    def get_initial(self):
        return {**super().get_initial(), "words": self.request.GET.get("words", "")}


class SynonymGroupViewSet(DistrictViewSet):
    model = SynonymGroup
    icon = "openquote"
    menu_label = gettext_lazy("近义词")
    add_view_class = SynonymCreateView
    list_display = ["words", "narrower", "is_active", "note"]
    list_filter = ["is_active"]
    list_export = ["words", "narrower", "is_active", "note"]
    search_fields = ["words", "narrower", "note"]
    inspect_view_fields = list_export
    export_filename = "jinyici"
    panels = ["words", "narrower", FieldRowPanel(["note", "is_active"])]


class StopWordViewSet(DistrictViewSet):
    model = StopWord
    icon = "cross"
    menu_label = gettext_lazy("不算内容的词")
    list_display = ["word"]
    list_export = ["word"]
    search_fields = ["word"]
    inspect_view_fields = list_export
    export_filename = "busuan-neirong-de-ci"
    panels = ["word"]


def standing(pin):
    """Whether a pinned page is shown now, in words. ``pin.is_known``: search knows its page, so it is public."""
    if pin.is_over:
        return _("已过期")
    return _("显示") if pin.is_known else _("不显示：页面没有公开")


class PinnedIndexView(DistrictIndexView):
    def get_base_queryset(self):
        known = SearchEntry.objects.filter(pk=OuterRef("page_id"))
        return super().get_base_queryset().annotate(is_known=Exists(known))

    def to_row_dict(self, item):
        item.standing = standing(item)
        return super().to_row_dict(item)


class SayIfNotPublic:
    """A page may be pinned before it is published; who does it is told."""

    def form_valid(self, form):
        response = super().form_valid(form)
        pin = self.object
        if not SearchEntry.objects.filter(pk=pin.page_id).exists():
            messages.warning(
                self.request,
                _("“%(page)s”还没有公开，或者不在搜索里，大家现在看不到它。公开以后会自动排到最前。")
                % {"page": pin.page},
            )
        return response


class PinnedCreateView(SayIfNotPublic, generic.CreateView):
    pass


class PinnedEditView(SayIfNotPublic, generic.EditView):
    pass


class PinnedResultViewSet(DistrictViewSet):
    model = PinnedResult
    icon = "pick"
    menu_label = gettext_lazy("置顶结果")
    index_view_class = PinnedIndexView
    add_view_class = PinnedCreateView
    edit_view_class = PinnedEditView
    list_display = [
        "words",
        "page",
        "sort_order",
        "until",
        Column("standing", label=gettext_lazy("现在"), accessor=standing),
    ]
    list_select_related = ["page"]
    list_export = ["words", "page", "sort_order", "until", "standing"]
    export_headings = {"standing": gettext_lazy("现在")}
    search_fields = ["words", "page__title"]
    inspect_view_fields = ["words", "page", "sort_order", "until"]
    export_filename = "zhiding-jieguo"
    panels = [
        "words",
        PageChooserPanel("page", help_text=gettext_lazy("公开的页面才会显示；还没公布的，公布以后自动显示。")),
        FieldRowPanel(["sort_order", "until"]),
    ]


class WishFilterSet(WagtailFilterSet):
    day = django_filters.DateFromToRangeFilter(label=gettext_lazy("日期"), widget=DateRangePickerWidget)
    street = django_filters.ModelChoiceFilter(label=gettext_lazy("街道"), queryset=StreetPage.objects.order_by("path"))

    class Meta:
        model = LearningWish
        fields = ["street", "day"]


class LearningWishViewSet(DistrictViewSet):
    """What residents would like to learn: read, exported, nonsense deleted; written by residents alone."""

    model = LearningWish
    icon = "help"
    menu_label = gettext_lazy("想学的课")
    list_display = ["wish", "street", "searched", "day"]
    list_select_related = ["street", "audience"]
    filterset_class = WishFilterSet
    list_export = ["day", "wish", "street", "searched", "time_of_day", "audience"]
    search_fields = ["wish", "searched"]
    inspect_view_fields = list_export
    export_filename = "xiangxue-de-ke"
    panels = ["wish"]
    _ABSENT = frozenset({"add", "edit"})

    def get_common_view_kwargs(self, **kwargs):
        return super().get_common_view_kwargs(**{f"{name}_url_name": None for name in self._ABSENT}, **kwargs)

    def get_urlpatterns(self):
        return [route for route in super().get_urlpatterns() if route.name not in self._ABSENT]


class SearchViewSetGroup(ViewSetGroup):
    menu_label = gettext_lazy("站内搜索")  # the admin's own search box above is 搜索
    menu_icon = "search"
    menu_order = 155
    items = (
        SynonymGroupViewSet("synonym_groups"),
        StopWordViewSet("stop_words"),
        PinnedResultViewSet("pinned_results"),
        AskedViewSet("asked"),
        LearningWishViewSet("learning_wishes"),
        TrialViewSet("search_trial"),
    )

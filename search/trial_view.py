"""试一试 in the admin: how a question is understood, so that an editor sees which word is missing where."""

from itertools import groupby
from urllib.parse import urlencode

from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import policy_registry

from search.language.analyse import analyse
from search.language.text import LONGEST_QUESTION
from search.models import SynonymGroup
from search.vocabulary import vocabulary

#: How an alternative was come by (language/query.py), in the order in which they are shown.
HOW = {
    "said": gettext_lazy("原来的词"),
    "synonym": gettext_lazy("近义词"),
    "narrower": gettext_lazy("也要找出来的词"),
    "pinyin": gettext_lazy("按拼音"),
    "initials": gettext_lazy("按拼音首字母"),
    "sound": gettext_lazy("同音字"),
    "typo": gettext_lazy("可能写错"),
    "part": gettext_lazy("词里的词"),
    "pair": gettext_lazy("相连的两个字"),
    "character": gettext_lazy("单个字"),
}
CONDITIONS = {
    "weekday": gettext_lazy("星期几"),
    "time": gettext_lazy("什么时候"),
    "audience": gettext_lazy("适合谁"),
    "street": gettext_lazy("哪个街道"),
    "near": gettext_lazy("在哪儿附近"),
    "delivery": gettext_lazy("怎么上"),
    "free": gettext_lazy("免费"),
    "places": gettext_lazy("还有名额"),
}


class TrialView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    model = SynonymGroup
    any_permission_required = ["view", "add", "change", "delete"]
    template_name = "search/admin/trial.html"
    page_title = gettext_lazy("试一试")
    header_icon = "glasses"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        typed = self.request.GET.get("q", "").strip()
        shown = understood(typed) if typed else {}
        return super().get_context_data(typed=typed, longest=LONGEST_QUESTION, **shown, **kwargs)


def understood(typed):
    """Return what ``typed`` was taken to mean, as words for the screen."""
    query = analyse(typed, vocabulary())
    return {
        "query": query,
        "conditions": [(CONDITIONS.get(one.name, one.name), one.words) for one in query.conditions],
        "clauses": [(clause, list(_by_how(clause.alternatives))) for clause in query.clauses],
        "finder": f"/courses/?{urlencode({'q': typed.encode('utf-8', 'ignore')})}",
    }


def _by_how(alternatives):
    """(label, words) for each way in which alternatives were come by."""
    order = list(HOW)
    rows = sorted(alternatives, key=lambda one: (order.index(one.how) if one.how in HOW else len(order), -one.weight))
    for how, group in groupby(rows, key=lambda one: one.how):
        yield HOW.get(how, how), "、".join(one.word for one in group)


class TrialMenuItem(MenuItem):
    def is_shown(self, request):
        policy = policy_registry.get_by_type(SynonymGroup)
        return policy.user_has_any_permission(request.user, TrialView.any_permission_required)


class TrialViewSet(ViewSet):
    icon = "glasses"
    menu_label = gettext_lazy("试一试")
    menu_item_class = TrialMenuItem

    def get_urlpatterns(self):
        return [path("", self.construct_view(TrialView), name="index")]

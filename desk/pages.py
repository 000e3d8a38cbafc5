"""The home's questions about pages: what waits for the user's decision, the user's own drafts, what has gone stale.

Stale is what inspectors of public sites call so (domain.md §4.3): news older than 2 weeks, a page nobody
touched for 6 months, a column with nothing in it.
"""

from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, TaskState

from accounts.retention import days_before
from community.models import BrandProjectPage, LearningOrganisationPage, ResearchProjectPage
from core.dates import date_words
from core.scoping import below, granted_paths
from courses.models import CoursePage
from courses.permissions import is_reviewer
from desk.panels import SHOWN, Panel, Row, count
from events.models import EventPage
from home.models import NewsIndexPage, NewsPage, StandardPage
from network.models import AcademyPage, StreetPage, SubCentrePage, TeachingPointPage

NEWS_DAYS, PAGE_DAYS = 14, 183
#: What has to stay true for years. Events and news are of their day; lists make themselves.
LASTING = (
    *(AcademyPage, StreetPage, SubCentrePage, TeachingPointPage, CoursePage, StandardPage),
    *(BrandProjectPage, ResearchProjectPage, LearningOrganisationPage),
)


def waiting_decisions(user):
    """等我处理: tasks of workflows that the user may decide, the longest waiting first. Administrators keep Wagtail's panel."""
    decides = is_reviewer(user) or user.groups.filter(groupapprovaltask__active=True).exists()
    if user.is_superuser or not decides:
        return None
    states = TaskState.objects.reviewable_by(user)
    rows = states.select_related("revision__user", "course_review_round").prefetch_related("revision__content_object")
    rows = [state for state in rows.order_by("started_at", "pk")[:SHOWN] if state.revision.content_object]
    return Panel(
        key="decisions",
        heading=_("等我处理"),
        empty=_("没有等您审核或打分的页面。"),
        total=count(states),
        rows=[_decision_row(state) for state in rows],
        more=reverse("wagtailadmin_reports:workflow_tasks") if granted_paths(user, {"publish"}) != [] else "",
    )


def _decision_row(state):
    thing = state.revision.content_object
    scores = hasattr(state, "course_review_round")
    address = (
        reverse("course_reviews:score", args=[state.course_review_round.pk])
        if scores
        else reverse("wagtailadmin_pages:edit", args=[thing.pk])
    )
    sender = state.revision.user
    return Row(
        title=thing.draft_title,
        words=_("%(day)s送来%(sender)s")
        % {
            "day": date_words(timezone.localdate(state.started_at), year=False),
            "sender": f" · {sender.get_full_name() or sender.username}" if sender else "",
        },
        action=_("打分") if scores else _("审核"),
        address=address,
    )


def my_drafts(user):
    """我的草稿: pages whose newest version is the user's own and not public yet, the last saved first."""
    edited = granted_paths(user, {"change"})
    if edited == []:
        return None
    drafts = Page.objects.filter(below("", edited), has_unpublished_changes=True, latest_revision__user=user)
    rows = drafts.order_by("-latest_revision_created_at", "-pk").prefetch_workflow_states()[:SHOWN]
    return Panel(
        key="drafts",
        heading=_("我的草稿"),
        empty=_("没有写了一半的页面。"),
        total=count(drafts),
        rows=[_draft_row(page) for page in rows],
    )


def _draft_row(page):
    saved = date_words(timezone.localdate(page.latest_revision_created_at), year=False)
    if page.current_workflow_state:
        words, action = _("%(day)s保存，已提交，等审核"), _("看一看")
    elif page.live:
        words, action = _("%(day)s保存，网站上还是旧的"), _("接着写")
    else:
        words, action = _("%(day)s保存，还没提交"), _("接着写")
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return Row(title=page.draft_title, words=words % {"day": saved}, action=action, address=address)


def stale_columns(user):
    """该更新的栏目: old news and empty columns first, then pages by how long nobody touched them."""
    edited = granted_paths(user, {"change"})
    if edited == []:
        return None
    columns = [*_old_news(user), *_empty_columns(user)]
    pages = _untouched_pages(edited)
    rows = pages.order_by("touched", "pk")[: max(0, SHOWN - len(columns))]
    return Panel(
        key="stale",
        heading=_("该更新的栏目"),
        empty=_("新闻两周内有更新，页面半年内都有人看过。"),
        total=len(columns) + count(pages),
        rows=columns[:SHOWN] + [_page_row(page) for page in rows],
        more=reverse("wagtailadmin_reports:aging_pages"),
    )


def _old_news(user):
    """The news column where the user may write and nothing came for NEWS_DAYS."""
    index = NewsIndexPage.objects.live().filter(below("", granted_paths(user, {"add"}))).first()
    if index is None:
        return []
    newest = NewsPage.objects.live().child_of(index).order_by("-date").values_list("date", flat=True).first()
    today = timezone.localdate()
    if newest and newest >= days_before(today, NEWS_DAYS):
        return []
    words = _("最近一篇是%(day)s，两周内要有新的") % {"day": date_words(newest)} if newest else _("一篇也没有")
    address = reverse("wagtailadmin_pages:add", args=["home", "newspage", index.pk])
    return [Row(index.title, words, _("写一篇"), address, late="" if newest else _("空栏目"))]


def _empty_columns(user):
    """Streets where the user may write that show no course or no event at all."""
    streets = StreetPage.objects.live().filter(below("", granted_paths(user, {"add"})))
    columns = [(CoursePage, _("%(street)s：开的课")), (EventPage, _("%(street)s：活动"))]
    found = streets.order_by("path").annotate(
        **{
            model.__name__.lower(): Exists(model.objects.live().filter(street=OuterRef("pk")))
            for model, _title in columns
        }
    )
    rows = []
    for street in found:
        for model, title in columns:
            name = model.__name__.lower()
            if not getattr(street, name):
                address = reverse("wagtailadmin_pages:add", args=[model._meta.app_label, name, street.pk])
                rows.append(
                    Row(title % {"street": street.street_name}, _("一个也没有"), _("写一个"), address, _("空栏目"))
                )
    return rows


def _untouched_pages(edited):
    """Live pages that have to stay true, were published PAGE_DAYS ago or longer, and have no newer draft."""
    before = days_before(timezone.now(), PAGE_DAYS)
    touched = Coalesce("latest_revision_created_at", "last_published_at", "first_published_at")
    return (
        Page.objects.live()
        .type(*LASTING)
        .filter(below("", edited))
        .annotate(touched=touched)
        .filter(touched__lt=before)
    )


def _page_row(page):
    since = timezone.localdate(page.touched)
    months = (timezone.localdate() - since).days // 30
    return Row(
        title=page.title,
        words=_("%(day)s以后没动过，%(months)d 个月了。看一遍，没变也请重新发布")
        % {"day": date_words(since), "months": months},
        action=_("去看看"),
        address=reverse("wagtailadmin_pages:edit", args=[page.pk]),
    )

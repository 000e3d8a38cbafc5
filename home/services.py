"""Lay the ground floor of a new site: the pages that exist once, at their fixed addresses."""

from django.db import transaction
from wagtail.models import Page, Site

from events.models import EventIndexPage
from home.models import HomePage, NewsIndexPage, StandardPage
from network.models import NetworkIndexPage
from search.models import FinderPage

#: (type, title, address, summary): the page tree of docs/architecture.md. The footer leads to OUTSIDE_MENU.
INDEX_PAGES = [
    (FinderPage, "找课", "courses", "六个街道的课程，按类别、街道和时间挑选。"),
    (EventIndexPage, "活动", "events", "讲座、展演、人文行走，按月看。"),
    (NetworkIndexPage, "学习网络", "network", "区—街道—社区三级社区教育网络，家门口的学校在哪里。"),
    (NewsIndexPage, "新闻", "news", "通知和动态。"),
    (StandardPage, "帮助", "help", "怎么报名、怎么退课、字太小怎么办。"),
    (StandardPage, "关于我们", "about", "谁在办、为谁办、怎么找到我们。"),
]
OUTSIDE_MENU = {"about"}


@transaction.atomic
def found_site():
    """Create the home page and the index pages that are missing; return what was created. Safe to repeat."""
    created = []
    home = HomePage.objects.first()
    if home is None:
        root = Page.get_first_root_node()
        Page.objects.filter(pk=root.pk).update(title="全站", draft_title="全站")  # the tree's root, which editors see
        home = HomePage(title="首页", slug="shouye", show_in_menus=False)
        root.add_child(instance=home)
        created.append(home)
        site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", is_default_site=True)
        welcome = site.root_page if site.pk else None
        site.root_page, site.site_name = home, "终身学习公共资源平台"
        site.save()
        # Wagtail's own migration leaves an English welcome page behind.
        if welcome and welcome.specific_class is Page and not welcome.get_children().exists():
            welcome.delete()
    for model, title, slug, summary in INDEX_PAGES:
        if not home.get_children().filter(slug=slug).exists():
            page = model(title=title, slug=slug, summary=summary, show_in_menus=slug not in OUTSIDE_MENU)
            home.add_child(instance=page)
            created.append(page)
    return created

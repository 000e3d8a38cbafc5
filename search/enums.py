"""Fixed lists of search."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a result is, in the words of the tabs at /search/."""

    COURSE = "course", _("课程")
    EVENT = "event", _("活动")
    PROJECT = "project", _("品牌与课题")
    ORGANISATION = "organisation", _("学习型组织")
    CENTRE = "centre", _("学习场所")
    NEWS = "news", _("新闻")
    PAGE = "page", _("页面")
    DOCUMENT = "document", _("文件")


#: What has class runs: the filters on runs hold for these and for nothing else.
LEARNING = (Kind.COURSE, Kind.EVENT)


class TermKind(models.TextChoices):
    """Where a word of the lexicon comes from; what is taught comes first in suggestions, before places."""

    SUBJECT = "subject", _("类别")
    TITLE = "title", _("标题里的词")
    TAG = "tag", _("标签")
    PLACE = "place", _("地点")


class Sort(models.TextChoices):
    BEST = "best", _("最合适")
    NEAREST = "nearest", _("离得近")
    SOONEST = "soonest", _("开课早")

"""What people looked for, without the people: words and numbers by day, nothing that leads to anybody.

No account, no address, no time of day, no order of questions. Words that may name a person
or a number are not kept at all (search/asked.py).
"""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from network.models import StreetPage
from timetable.enums import TimeOfDay
from timetable.models import Audience


class SearchedWords(models.Model):
    """How often these words were searched on a day, and how often nothing fitted."""

    day = models.DateField(_("日期"))
    words = models.CharField(_("搜的词"), max_length=40)
    searches = models.PositiveIntegerField(_("次数"), default=0)
    empty = models.PositiveIntegerField(_("没找到"), default=0)

    class Meta:
        verbose_name = _("大家搜什么")
        verbose_name_plural = _("大家搜什么")
        constraints = [models.UniqueConstraint(fields=["day", "words"], name="searched_words_once_a_day")]

    def __str__(self):
        return self.words


class ClickedResult(models.Model):
    """How often a page was opened from the results for these words on a day."""

    day = models.DateField(_("日期"))
    words = models.CharField(_("搜的词"), max_length=40)
    page = models.ForeignKey(Page, verbose_name=_("打开的页面"), on_delete=models.CASCADE, related_name="+")
    clicks = models.PositiveIntegerField(_("打开次数"), default=0)

    class Meta:
        verbose_name = _("打开的结果")
        constraints = [models.UniqueConstraint(fields=["day", "words", "page"], name="clicked_result_once_a_day")]

    def __str__(self):
        return f"{self.words} → {self.page_id}"


class LearningWish(models.Model):
    """告诉我们您想学什么: a wish for what is not taught yet, with the street, the time of day and for whom at most. Kept for demand, without the person."""

    day = models.DateField(_("日期"), default=timezone.localdate)
    wish = models.CharField(_("想学什么"), max_length=60)
    street = models.ForeignKey(
        StreetPage, verbose_name=_("街道"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    searched = models.CharField(_("当时搜的词"), max_length=40, blank=True)
    time_of_day = models.CharField(_("什么时候方便"), max_length=10, choices=TimeOfDay.choices, blank=True)
    audience = models.ForeignKey(
        Audience, verbose_name=_("给谁学"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("想学的课")
        verbose_name_plural = _("想学的课")
        ordering = ["-day", "-pk"]

    def __str__(self):
        return self.wish

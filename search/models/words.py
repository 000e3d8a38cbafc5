"""The editors' words: what means the same, what means nothing, what is to stand first. In force with the next search."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from search.language.text import normalise, split_words


class SynonymGroup(models.Model):
    """Words for one thing. Who searches any of ``words`` also finds the others, and ``narrower``; never the other way.

    画画 also finds 素描; who wants 素描 does not want every painting class.
    """

    words = models.CharField(
        _("意思一样的词"), max_length=300, help_text=_("用顿号、逗号或空格分开，例如：电脑、计算机、微机。")
    )
    narrower = models.CharField(
        _("也要找出来的词"),
        max_length=500,
        blank=True,
        help_text=_("更具体的说法，例如“画画”也要找出：素描、水彩、国画。反过来搜“素描”不会找出全部画画课。"),
    )
    is_active = models.BooleanField(_("使用"), default=True, help_text=_("取消勾选，搜索马上不再用这一组，词还留着。"))
    note = models.CharField(_("说明"), max_length=120, blank=True, help_text=_("写给同事看，居民看不到。"))

    class Meta:
        verbose_name = _("近义词")
        verbose_name_plural = _("近义词")
        ordering = ["words", "pk"]

    def __str__(self):
        return self.words

    def clean(self):
        words, narrower = split_words(self.words), split_words(self.narrower)
        if not words:
            raise ValidationError({"words": _("请写至少一个词。")})
        if len(words) < 2 and not narrower:
            raise ValidationError(
                {"words": _("只有一个词，没有和它意思一样的词。请再写一个，或者写“也要找出来的词”。")}
            )

    @property
    def word_list(self):
        return split_words(self.words)


class StopWord(models.Model):
    """A word that says nothing about what is wanted (课, 班, 怎么): left out unless the question has nothing else."""

    word = models.CharField(_("词"), max_length=20, unique=True, help_text=_("搜索时不当内容的词，例如：培训班。"))

    class Meta:
        verbose_name = _("不算内容的词")
        verbose_name_plural = _("不算内容的词")
        ordering = ["word"]

    def __str__(self):
        return self.word

    def clean(self):
        self.word = normalise(self.word).strip()


class PinnedResult(models.Model):
    """A page that stands first when somebody searches one of these words."""

    words = models.CharField(
        _("搜这些词时"),
        max_length=300,
        help_text=_("用顿号、逗号或空格分开。整句话一样才算，例如：怎么报名、报名办法。"),
    )
    page = models.ForeignKey(Page, verbose_name=_("排在最前的页面"), on_delete=models.CASCADE, related_name="+")
    sort_order = models.PositiveSmallIntegerField(
        _("顺序"), default=10, help_text=_("同一个词置顶几页时，数字小的在前。")
    )
    until = models.DateField(_("用到哪天"), null=True, blank=True, help_text=_("当天仍有效；空着就一直有效。"))

    class Meta:
        verbose_name = _("置顶结果")
        verbose_name_plural = _("置顶结果")
        ordering = ["sort_order", "pk"]

    def __str__(self):
        return f"{self.words} → {self.page}"

    @property
    def word_list(self):
        return split_words(self.words)

    @property
    def is_over(self):
        return self.until is not None and self.until < timezone.localdate()

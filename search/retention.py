"""What was asked is kept for as long as the privacy page says, then deleted by ``manage.py apply_retention``."""

from functools import partial

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.privacy import Expiry, register_figures
from accounts.retention import ASKED_DAYS, days_before
from search.models import ClickedResult, LearningWish, SearchedWords

_LABELS = {
    SearchedWords: _("删除的搜索计数"),
    ClickedResult: _("删除的打开计数"),
    LearningWish: _("删除的“想学什么”"),
}


def _old(model, now):
    return model.objects.filter(day__lt=days_before(timezone.localdate(now), ASKED_DAYS))


def _delete(model, pks, now):
    return model.objects.filter(pk__in=pks).delete()[0]


def register_asked():
    register_figures(
        "search",
        tuple(
            Expiry("asked", label, partial(_old, model), partial(_delete, model)) for model, label in _LABELS.items()
        ),
    )

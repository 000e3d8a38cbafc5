"""The secret address of one's own calendar: made when first asked for, changed when it got into wrong hands."""

from django.db import transaction

from enrolments.models import CalendarFeed
from enrolments.models.learning import new_token
from enrolments.services.core import lock_resident


@transaction.atomic
def open_feed(resident):
    """Return the feed of ``resident``, made where there is none. Raises DomainError ``gone``."""
    feed, _made = CalendarFeed.objects.get_or_create(resident=lock_resident(resident))
    return feed


@transaction.atomic
def reset_feed(resident):
    """Give the feed of ``resident`` a new address and return it; the old one is found by nobody any more."""
    feed = open_feed(resident)
    feed.token = new_token()
    feed.save(update_fields=["token"])
    return feed


@transaction.atomic
def close_feed(resident):
    """Erase: nobody finds the calendar of ``resident`` any more."""
    CalendarFeed.objects.filter(resident=resident).delete()

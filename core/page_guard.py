"""What Wagtail's own screens leave open: deleting a page that tables still point at, reading another street's draft's title."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.models import AbstractPage


def deletion_guards(refusal_to_delete):
    """Return the two hooks, ``before_delete_page`` and ``before_bulk_action``, that ask ``refusal_to_delete``.

    ``refusal_to_delete(page)`` returns a sentence, or "" when the page and everything
    below it may go. Bulk deletion is refused as a whole: half a deletion surprises.
    """

    def before_delete_page(request, page):
        sentence = refusal_to_delete(page)
        if not sentence:
            return None
        messages.error(request, sentence)
        return redirect(get_valid_next_url_from_request(request) or "wagtailadmin_explore", *_parent(request, page))

    def before_bulk_action(request, action_type, objects, action):
        if action_type != "delete" or not issubclass(action.model, AbstractPage):
            return None
        sentences = [sentence for page in objects if (sentence := refusal_to_delete(page))]
        if not sentences:
            return None
        for sentence in sentences:
            messages.error(request, sentence)
        return redirect(action.next_url)

    return before_delete_page, before_bulk_action


def publishing_guards(refusal_to_publish):
    """Return the two hooks, ``before_publish_page`` and ``before_bulk_action``, that ask ``refusal_to_publish``.

    The words are kept: Wagtail has saved the revision by then.
    """

    def before_publish_page(request, page):
        sentence = refusal_to_publish(page)
        if not sentence:
            return None
        messages.error(request, sentence)
        return redirect("wagtailadmin_pages:edit", page.pk)

    def before_bulk_action(request, action_type, objects, action):
        if action_type != "publish" or not issubclass(action.model, AbstractPage):
            return None
        sentences = [sentence for page in objects if (sentence := refusal_to_publish(page))]
        for sentence in sentences:
            messages.error(request, sentence)
        return redirect(action.next_url) if sentences else None

    return before_publish_page, before_bulk_action


def _parent(request, page):
    return () if get_valid_next_url_from_request(request) else (page.get_parent().pk,)


def before_move_page(request, page, destination):
    """Refuse before the question is asked, not after: it names the page."""
    if not page.permissions_for_user(request.user).can_move():
        raise PermissionDenied

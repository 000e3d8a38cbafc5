"""The address and the picture that a shared link shows: whole addresses, and a JPEG, which WeChat can read."""

import contextlib

from django import template
from django.templatetags.static import static

from core.feeds import page_address

register = template.Library()

#: 1.91 to 1, what every reader of og:image cuts to; WeChat takes the square in its middle.
SPEC = "fill-1200x630|format-jpeg|jpegquality-80"


@register.simple_tag(takes_context=True)
def share_address(context):
    return page_address(context["page"], context.get("request")) or ""


@register.simple_tag(takes_context=True)
def share_picture(context):
    """The page's own picture, else the district's. A picture whose file is lost must not take the page with it."""
    request, picture = context.get("request"), getattr(context.get("page"), "picture", None)
    address = static("lifelong/img/share.png")
    if picture:
        with contextlib.suppress(OSError):
            address = picture.get_rendition(SPEC).url
    return request.build_absolute_uri(address) if request else address

"""What a browser may do with our pages: one header for residents, one for the desk.

django-csp was looked at: two fixed texts, chosen by the address, need none of it (no nonces, no reports to another host).
"""

from django.conf import settings
from django.urls import reverse

_COMMON = "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"

#: Residents: nothing inline, nothing from another host. ``data:`` pictures are the arrows of a select and the like.
PUBLIC = f"default-src 'self'; img-src 'self' data:; {_COMMON}"

#: The desk: Wagtail's date pickers and filters print inline scripts, its editor inline styles (stack.md, finding 13).
DESK = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    f"img-src 'self' data: blob:; {_COMMON}"
)

PERMISSIONS = "geolocation=(self), camera=(), microphone=(), payment=(), usb=()"


def content_security_policy(get_response):
    def middleware(request):
        response = get_response(request)
        policy = DESK if request.path.startswith(reverse("wagtailadmin_home")) else PUBLIC
        media = settings.MEDIA_URL
        if media.startswith("http"):  # pictures in a store of their own (docs/operations.md)
            policy = policy.replace("img-src 'self'", f"img-src 'self' {media}")
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    return middleware

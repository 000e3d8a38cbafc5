"""QR codes for paper: vectors, drawn by segno, so that a copy of a copy still reads. Addresses only, never a person."""

import segno
from django.utils.html import format_html
from django.utils.safestring import mark_safe


def qr_drawing(address, label):
    """Return ``address`` as an SVG that scales with its box; ``label`` is what a reader of the screen hears.

    Level M stands a fold or a drawing pin. Without ``style``, which the page's policy forbids (core/security.py).
    """
    code = segno.make(address, error="m", micro=False)
    picture = code.svg_inline(border=0, omitsize=True, dark="#000", svgclass="qr-code", lineclass=None)
    drawing = mark_safe(picture)  # noqa: S308  segno's own drawing: numbers only
    return format_html('<div class="qr" role="img" aria-label="{}">{}</div>', label, drawing)

"""``{% piece "name" what varies %} … {% endpiece %}``: a part of a page that is the same for everybody, kept as it was printed.

For people who are signed in too, and for a page whose turn has come after its minute: what is in it is neither asked of
the database nor printed again while core/freshness.py says that nothing changed and the minute is the same (enrolment
opens and closes at whole minutes). Stricter than kept pages: a booking lets every piece go at once.
A piece may name no person and no token; whatever it depends on stands behind its name. Previews print anew.
"""

import time
from collections import OrderedDict
from threading import Lock

from django import template
from django.template.base import Node
from django.utils.safestring import mark_safe

from core import freshness

register = template.Library()

MOST_PIECES, MOST_CHARACTERS = 1_000, 2_000_000
LONGEST_PART = 300  # characters of what a piece varies by; more is nobody's usual question


class Pieces:
    """The kept pieces of this process, the longest unasked going first."""

    def __init__(self, most=MOST_PIECES, most_characters=MOST_CHARACTERS):
        self._most, self._most_characters = most, most_characters
        self._held, self._characters, self._lock = OrderedDict(), 0, Lock()

    def get(self, key, state, now):
        with self._lock:
            held = self._held.get(key)
            if held is None or held[1] != state or held[2] != now // 60:
                return None
            self._held.move_to_end(key)
            return held[0]

    def put(self, key, text, state, now):
        with self._lock:
            self._drop(key)
            self._held[key] = (text, state, now // 60)
            self._characters += len(text)
            while len(self._held) > self._most or self._characters > self._most_characters:
                self._drop(next(iter(self._held)))

    def _drop(self, key):
        if held := self._held.pop(key, None):
            self._characters -= len(held[0])

    def clear(self):
        with self._lock:
            self._held.clear()
            self._characters = 0


pieces = Pieces()
freshness.forget_too(pieces.clear)


class PieceNode(Node):
    def __init__(self, nodelist, name, parts):
        self.nodelist, self.name, self.parts = nodelist, name, parts

    def render(self, context):
        request = context.get("request")
        state = getattr(request, "made_from", None)  # what was current before this request read anything
        if (
            state is None
            or None in state
            or getattr(request, "is_preview", False)
            or getattr(request, "is_dummy", False)
        ):
            return self.nodelist.render(context)
        now = time.time()
        key = (self.name, request.META.get("HTTP_HOST"), getattr(context.get("look"), "elder", False))
        parts = [part.resolve(context) for part in self.parts]
        if any(part is None or len(str(part)) > LONGEST_PART for part in parts):
            return self.nodelist.render(context)  # None says: of this nothing is kept
        key += tuple(map(str, parts))
        text = pieces.get(key, state, now)
        if text is None:
            text = mark_safe(self.nodelist.render(context))  # noqa: S308  printed by a template
            pieces.put(key, text, state, now)
        return text


@register.tag
def piece(parser, token):
    """``{% piece "name" one two %}``: the name tells pieces apart, what varies follows; how the page looks is known."""
    _tag, name, *parts = token.split_contents()
    nodelist = parser.parse(("endpiece",))
    parser.delete_first_token()
    return PieceNode(nodelist, name, [parser.compile_filter(part) for part in parts])

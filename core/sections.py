"""Sections of a page that upper floors bring: a street page shows courses without knowing what a course is.

An app registers a function in its ``sections`` module (imported by its AppConfig); the
page's template prints what comes back. So imports go down only (docs/architecture.md).
"""

from dataclasses import dataclass, field


@dataclass
class Section:
    """One part of a page: a heading with an anchor, a template and what it needs."""

    key: str
    title: str
    template: str
    context: dict = field(default_factory=dict)


_registry = []


def section(*labels, order):
    """Register the decorated ``function(page, request) -> Section | None`` for page types, e.g. ``"network.StreetPage"``.

    A label also covers subclasses of the type. Lower ``order`` comes first.
    """

    def register(function):
        _registry.append((order, set(labels), function))
        return function

    return register


def sections_for(page, request):
    """Return the sections of ``page`` in order; functions that have nothing to show return None."""
    labels = {model._meta.label for model in type(page).__mro__ if hasattr(model, "_meta")}
    wanted = sorted((entry for entry in _registry if entry[1] & labels), key=lambda entry: entry[0])
    made = (function(page, request) for _order, _labels, function in wanted)
    return [made_section for made_section in made if made_section]

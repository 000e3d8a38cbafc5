"""Structured data (schema.org) that every floor shares. A value that is not known is left out, never invented."""

from core import site_tree
from core.feeds import page_address, printable

CONTEXT = "https://schema.org"


def known(**values):
    """Return ``values`` without those that say nothing; ``type``, ``id`` and ``context`` become ``@type`` and so on.

    Zero and False are facts and stay.
    """
    said = {}
    for name, value in values.items():
        if value is None or value == "" or value == [] or value == {}:
            continue
        said[f"@{name}" if name in ("type", "id", "context") else name] = value
    return said


def honest_name(name, is_sample):
    """The name as machines may repeat it: sample data carries its label with it."""
    return f"{printable(name)}（示例）" if is_sample else printable(name)


def thing(page, request, kind, **values):
    """Return a schema.org object of ``kind`` for ``page`` with what every page knows about itself."""
    address = page_address(page, request)
    return known(
        context=CONTEXT,
        type=kind,
        id=address,
        name=honest_name(page.title, page.is_sample),
        description=printable(page.description),
        url=address,
        **values,
    )


def breadcrumbs(page, request):
    """Return the BreadcrumbList from the home page to ``page``; None on the home page itself."""
    trail = [*site_tree.ancestors(page), page] if page.path else []
    if len(trail) < 2:
        return None
    return known(
        context=CONTEXT,
        type="BreadcrumbList",
        itemListElement=[
            known(type="ListItem", position=position, name=printable(step.title), item=page_address(step, request))
            for position, step in enumerate(trail, start=1)
        ],
    )


def page_data(page, request):
    """Return everything that ``page`` tells machines: its place in the tree and what it is about, as a list."""
    own = page.jsonld(request) or []
    trail = breadcrumbs(page, request)
    return [*([trail] if trail else []), *(own if isinstance(own, list) else [own])]

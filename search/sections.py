"""What search shows on pages of the network: a street's week at a glance."""

from core.sections import Section, section
from search.drawings import week_of_street


@section("network.StreetPage", order=22)
def week_at_a_glance(page, request):
    """The courses of the street by weekday and time of day; nothing where nothing is taught."""
    week = week_of_street(page)
    if week is None:
        return None
    return Section("week-plot", "一周里什么时候有课", "search/sections/week_plot.html", {"week": week})

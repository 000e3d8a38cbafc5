"""Where somebody is, as a known place, and how far every place of learning is from there. No map service, no trace.

An origin is a key in an address (``street-qingmingqiao``, ``landmark-3``), never a position:
a position given on tap is answered with the key of the nearest known place and forgotten.
A worker keeps the places until one of them changes (docs/mechanisms/board.md).
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from django.utils.translation import gettext as _

from core.geo import CoordinateSystem, distance_m, distance_words, to_wgs84
from network import street_map
from network.models import CentrePage, Landmark, Neighbourhood, StreetPage, SubCentrePage, TeachingPointPage
from search.state import Kept

#: Farther than this from every known place, nobody is "near" one.
FARTHEST_M = 30_000
MOST_ORIGINS_KEPT = 64  # of whose distances a worker remembers; a district has a few dozen places


@dataclass(frozen=True)
class Position:
    """WGS-84 degrees; ``accuracy_m`` None means unknown, which counts as poor."""

    latitude: float
    longitude: float
    accuracy_m: int | None

    def metres_to(self, other):
        return distance_m(self.latitude, self.longitude, other.latitude, other.longitude)


@dataclass(frozen=True)
class Origin:
    """A known place that a question is asked from. ``position`` is None where nobody knows it; ``street`` for the academy.

    ``borrowed``: the position is that of its street, which is as much as is known.
    """

    key: str
    name: str
    street: StreetPage | None
    position: Position | None
    centre_id: int | None = None
    borrowed: bool = False


@dataclass(frozen=True)
class Place:
    """A public place of learning, as much as distances need of it."""

    pk: int
    path: str
    position: Position | None
    is_sub_centre: bool


@dataclass(frozen=True)
class Distance:
    """How far a place is from an origin. ``metres`` are for sorting and None where unknown; ``words`` are for people."""

    metres: float | None
    words: str
    own_street: bool = False
    same_place: bool = False
    is_sub_centre: bool = False

    @property
    def order(self):
        """The key to sort by: the place itself, the own street's sub-centre, then by distance; unknown ones last."""
        first = 0 if self.same_place else 1 if self.own_street and self.is_sub_centre else 2
        return first, self.km is None, self.km or 0.0

    @property
    def km(self):
        """Kilometres for weighing, None where unknown. In the own street an unknown place counts as one kilometre away."""
        if self.metres is not None:
            return self.metres / 1000
        return 1.0 if self.own_street else None


class Geography:
    """Every public place of the district, read at once: six queries.

    ``origins``: {key: Origin}. ``places``: {centre pk: Place}. ``choices``: [(street, [(key, name)])] for a select, each street
    with its landmarks, neighbourhoods and places.
    """

    def __init__(self):
        centres = in_order(CentrePage.objects.live().public().specific())
        self.places = {centre.pk: _place(centre) for centre in centres}
        self.origins, self._groups, self._distances = {}, {}, {}
        self._streets = [centre for centre in centres if isinstance(centre, StreetPage)]
        for street in self._streets:
            self._groups[street.pk] = []
            self._add(Origin(f"street-{street.slug}", street.street_name, street, _position_of(street)), street)
        self._add_named()
        for centre in centres:
            self._add_centre(centre)
        self.choices = [(street.street_name, self._groups[street.pk]) for street in self._streets]

    def _add(self, origin, street):
        self.origins[origin.key] = origin
        self._groups[street.pk].append((origin.key, origin.name))

    def _add_named(self):
        """Landmarks and neighbourhoods of the public streets."""
        streets = {street.pk: street for street in self._streets}
        points = {}
        points_there = TeachingPointPage.objects.live().public().exclude(neighbourhood=None).exclude(latitude=None)
        for point in in_order(points_there):
            points[point.neighbourhood_id] = _position_of(point)
        for landmark in Landmark.objects.filter(street__in=streets):
            street, own = streets[landmark.street_id], _position_of(landmark)
            self._add(_named(f"landmark-{landmark.pk}", landmark.name, street, own), street)
        for community in Neighbourhood.objects.filter(street__in=streets):
            street, own = streets[community.street_id], points.get(community.pk)
            self._add(_named(f"community-{community.pk}", community.name, street, own), street)

    def _add_centre(self, centre):
        """A place is its own origin; those right below a street stand in its list."""
        street = next((one for one in self._streets if centre.path.startswith(one.path)), None)
        origin = Origin(f"centre-{centre.pk}", centre.place_name, street, _position_of(centre), centre.pk)
        if isinstance(centre, SubCentrePage | TeachingPointPage) and street:
            self._add(origin, street)
        else:
            self.origins[origin.key] = origin

    @cached_property
    def drawing(self):
        """The map of the public streets (network/street_map.py): made once for as long as they stay what they are."""
        number = Counter(place.path[: -CentrePage.steplen] for place in self.places.values() if place.is_sub_centre)
        return street_map.draw(
            tuple(
                street_map.Street(
                    slug=street.slug,
                    name=street.short_name,
                    colour=street.colour,
                    latitude=street.latitude,
                    longitude=street.longitude,
                    places=number[street.path],
                )
                for street in self._streets
            )
        )

    def origin(self, key):
        """Return the Origin called ``key``, None for anything else."""
        return self.origins.get(key or "")

    def distances(self, start):
        """Return {centre pk: Distance} from ``start`` (an Origin), nearest first. Kept: shared by all questions from there."""
        if (kept := self._distances.get(start.key)) is not None:
            return kept
        found = {place.pk: _distance(start, place) for place in self.places.values()}
        if len(self._distances) >= MOST_ORIGINS_KEPT:
            self._distances.clear()
        self._distances[start.key] = ordered = dict(sorted(found.items(), key=lambda one: one[1].order))
        return ordered

    def nearest(self, latitude, longitude, system=CoordinateSystem.WGS84):
        """Return the Origin nearest to a position (degrees in ``system``), None where none is within FARTHEST_M.

        The position goes no further than this: what is returned is a place everybody knows. What only borrows its
        street's position is never the nearest.
        """
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # not a number is not in between either
            return None
        here = Position(*to_wgs84(latitude, longitude, system), None)
        listed = [self.origins[key] for _street, places in self.choices for key, _name in places]
        known = [place for place in listed if place.position and not place.borrowed]
        near = [(here.metres_to(place.position), place.centre_id is not None, place.key) for place in known]
        metres, _is_centre, key = min(near, default=(FARTHEST_M + 1, False, ""))
        return self.origins[key] if metres <= FARTHEST_M else None


def in_order(pages):
    """Return a few ``pages`` (a queryset) as they stand in the tree: asked for that order, SQLite walks through all pages there are."""
    return sorted(pages.order_by(), key=attrgetter("path"))


#: The Geography in force: everything in it says "words" when it changes (search/signals.py).
geography = Kept(Geography, "words", shelf="places")


def _place(centre):
    return Place(centre.pk, centre.path, _position_of(centre), isinstance(centre, SubCentrePage))


def _named(key, name, street, own):
    return Origin(key, name, street, own or _position_of(street), borrowed=own is None)


def _position_of(row):
    if row.latitude is None or row.longitude is None:
        return None
    return Position(row.latitude, row.longitude, row.accuracy_m)


def _distance(start, place):
    own = start.street is not None and place.path.startswith(start.street.path)
    same = start.centre_id == place.pk
    metres, words = None, _("就在本街道") if own else ""
    if same:
        metres, words = 0.0, _("就在这里")
    elif start.position and place.position:
        metres = start.position.metres_to(place.position)
        words = distance_words(metres, worst(start.position.accuracy_m, place.position.accuracy_m))
    return Distance(metres, words, own, same, place.is_sub_centre)


def worst(one, other):
    """Return the worse of two accuracies in metres; unknown is worst."""
    return None if one is None or other is None else max(one, other)

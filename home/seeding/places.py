"""Where demo classes meet and who gives them: sample rooms and sample teachers, each in one place at a time."""

import math
from dataclasses import dataclass, field

from home.seeding.marks import HALL_NAME, ROOM_NAME, TEACHER_NOTE
from network.models import CentrePage, Room, StreetPage, SubCentrePage
from teachers.enums import TeacherKind
from teachers.models import Teacher

#: A school lends so many rooms, however large the benchmark; further classes have 教室待定.
MOST_ROOMS, MOST_TEACHERS = 12, 24
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
TRIES = 6


@dataclass
class Venue:
    """A centre with its rooms and teachers, and the weekly hours that are taken."""

    centre: CentrePage
    rooms: list = field(default_factory=list)
    teachers: list = field(default_factory=list)
    hall: Room | None = None
    taken: set = field(default_factory=set)

    def book(self, rng, things, slots):
        """Return one of ``things`` that is free in all ``slots``, now taken; None when a few tries find none."""
        for _try in range(TRIES if things else 0):
            thing = rng.choice(things)
            keys = {(type(thing), thing.pk, slot) for slot in slots}
            if not keys & self.taken:
                self.taken |= keys
                return thing
        return None


def venues_by_street(streets, size):
    """Create the sample rooms and teachers; return {street pk: [Venue, …]}.

    A venue is a street's sub-centre, or the street's own centre where it has none.
    ``size`` is the number of runs: small terms get few rooms.
    """
    found = {street.pk: [] for street in streets}
    by_path = {street.path: street for street in streets}
    for centre in SubCentrePage.objects.live().order_by("path"):
        if street := by_path.get(centre.path[: -centre.steplen]):
            found[street.pk].append(Venue(centre.centrepage_ptr))
    for street in streets:
        found[street.pk] = found[street.pk] or [Venue(street.centrepage_ptr)]
    venues = [venue for street in streets for venue in found[street.pk]]
    share = size / len(venues)
    _add_rooms(venues, max(2, min(MOST_ROOMS, math.ceil(share / 20))))
    _add_teachers(venues, max(3, min(MOST_TEACHERS, math.ceil(share / 6))))
    return found


def _add_rooms(venues, number):
    for venue in venues:
        rooms = [
            Room(
                centre=venue.centre,
                name=f"{ROOM_NAME} {index + 1}",
                capacity=45,
                floor=f"{1 + index // 4} 楼",
                is_sample=True,
            )
            for index in range(number)
        ]
        hall = Room(centre=venue.centre, name=HALL_NAME, capacity=120, floor="1 楼", is_sample=True)
        *venue.rooms, venue.hall = Room.objects.bulk_create([*rooms, hall])


def _add_teachers(venues, number):
    kinds = TeacherKind.values
    names = [*STEMS, *(STEMS[i % 10] + BRANCHES[i % 12] for i in range(MOST_TEACHERS))][:number]
    for venue in venues:
        venue.teachers = Teacher.objects.bulk_create(
            Teacher(
                name=f"示例教师 {name}",
                kind=kinds[index % len(kinds)],
                home_centre=venue.centre,
                introduction=TEACHER_NOTE,
                consents_to_be_named=True,
                is_sample=True,
            )
            for index, name in enumerate(names)
        )


def live_streets():
    """The streets that demo pages go under, in tree order."""
    return list(StreetPage.objects.live().order_by("path"))

"""A furnished house: one live page of every type with something on it, and a resident with a claim in every state."""

import datetime
from dataclasses import dataclass

from enrolments.enums import Status
from tests.factories.enrolments import make_run
from tests.factories.learning import (
    BrandProjectPageFactory,
    CoursePageFactory,
    EventPageFactory,
    LearningOrganisationPageFactory,
    NewsPageFactory,
    ResearchProjectPageFactory,
)
from tests.factories.network import (
    AcademyPageFactory,
    NeighbourhoodFactory,
    RoomFactory,
    SchoolResourceFactory,
    TeachingPointPageFactory,
)
from tests.factories.timetable import ClassRunFactory


def furnish(district):
    """Give ``district`` a page of every type, with class runs, rooms and resources where they are shown; return it."""
    street = district.street
    course = CoursePageFactory(parent=street, title="太极拳入门", aims="<p>学会二十四式</p>")
    ClassRunFactory(learning=course, centre=district.sub_centre)
    ClassRunFactory(learning=course, full=True)
    ClassRunFactory(learning=course, over=True)
    event = EventPageFactory(parent=street, title="古运河人文行走")
    ClassRunFactory(learning=event, single=True, capacity=None)
    BrandProjectPageFactory(parent=street, title="古运河讲堂")
    ResearchProjectPageFactory(parent=street, title="老年学习研究", problem="怎样让长辈学得会。")
    LearningOrganisationPageFactory(parent=street, title="书香楼院", kind="courtyard")
    TeachingPointPageFactory(parent=street, title="示例教学点")
    AcademyPageFactory(parent=district.network)
    NewsPageFactory(parent=district.news_index, title="春季班开始报名")
    NeighbourhoodFactory(street=street)
    RoomFactory(centre=district.sub_centre)
    SchoolResourceFactory(centre=district.sub_centre)
    return district


@dataclass
class Claims:
    """What one resident has, by what became of it."""

    enrolled: object
    waiting: object
    offered: object
    entered: object


def at(hour):
    """The times of a class from ``hour`` on: nobody is in two classes at once."""
    return {"starts_at": datetime.time(hour), "ends_at": datetime.time(hour + 1, 30)}


def claims_of(resident, district):
    """Let ``resident`` be enrolled, waiting, offered a place and entered in a draw, each in a class of its own."""
    from enrolments.services.core import SYSTEM
    from enrolments.services.places import enrol, withdraw
    from tests.enrolments.drawing import draw_run, enter

    enrolled = enrol(resident, make_run(district, **at(8)), SYSTEM)
    waiting = enrol(resident, make_run(district, capacity=1, seated=1, **at(10)), SYSTEM)
    run = make_run(district, capacity=1, seated=1, **at(16))
    offered = enrol(resident, run, SYSTEM)
    withdraw(run.enrolments.get(status=Status.ENROLLED), SYSTEM)
    offered.refresh_from_db()
    entered = enter(draw_run(district, capacity=4, **at(18)), resident=resident)
    return Claims(enrolled, waiting, offered, entered)

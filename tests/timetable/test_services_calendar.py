"""Public holidays and make-up workdays from chinese_calendar."""

import datetime
import io

import pytest
from django.core.management import call_command

from timetable.enums import DayKind
from timetable.models import CalendarDay
from timetable.services.calendar import seed_calendar

pytestmark = pytest.mark.django_db

#: 国务院办公厅关于 2026 年部分节假日安排的通知: what each worked weekend day pays for.
FOLLOWS_2026 = {"01-04": 5, "02-14": 5, "02-28": 1, "05-09": 2, "09-20": 2, "10-10": 3}


def test_2026_is_the_published_year():
    seed_calendar([2026])
    days = {f"{day.date:%m-%d}": day for day in CalendarDay.objects.all()}
    assert {key: day.follows for key, day in days.items() if day.kind == DayKind.WORKDAY} == FOLLOWS_2026
    holidays = {key for key, day in days.items() if day.kind == DayKind.HOLIDAY}
    assert {f"10-{day:02d}" for day in range(1, 8)} < holidays
    assert "02-22" in holidays  # a Sunday inside the holiday
    assert (len(holidays), days["10-01"].name, days["02-14"].name) == (33, "国庆节", "春节调休上班")


def test_an_editors_day_stays_and_a_second_run_adds_nothing():
    changed = CalendarDay.objects.create(
        date=datetime.date(2026, 2, 14), kind=DayKind.WORKDAY, name="学校另有安排", follows=None
    )
    first = seed_calendar([2026])
    second = seed_calendar([2026])
    changed.refresh_from_db()
    assert (changed.name, changed.follows) == ("学校另有安排", None)
    assert (first.kept, second.created) == (1, 0)


def test_a_year_without_a_notice_is_one_sentence_and_no_error():
    out = io.StringIO()
    call_command("load_calendar", "2026", "2199", stdout=out)
    assert "2199 年的放假安排还没有资料" in out.getvalue()
    assert CalendarDay.objects.exists()
    assert not CalendarDay.objects.filter(date__year=2199).exists()


@pytest.mark.parametrize("year", range(2012, 2027))
def test_every_known_year_seeds_without_a_clash(year):
    assert seed_calendar([year]).created > 20

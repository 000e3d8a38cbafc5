"""The committed district: loads whole, says only what its sources say, and a second run changes nothing."""

import csv
import io

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Count

from community.models import BrandProjectPage, LearningOrganisationPage
from core.models import DistrictSettings
from courses.models import CoursePage
from events.models import EventPage
from network.enums import NeighbourhoodStatus
from network.models import AcademyPage, Landmark, Neighbourhood, StreetPage, SubCentrePage
from tests.core.importing_files import COURSE, course, snapshot, write_csv
from timetable.enums import ClassRunStatus
from timetable.models import ClassRun, Session

pytestmark = pytest.mark.django_db


def load(*args, **options):
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("load_district", *map(str, args), stdout=out, stderr=err, **options)
    except SystemExit as stop:
        code = stop.code
    return code, out.getvalue(), err.getvalue()


def test_the_district_loads_whole_and_twice_is_once():
    code, out, err = load()
    assert (code, err) == (0, "")

    streets = list(StreetPage.objects.order_by("path"))
    assert [street.slug for street in streets] == [
        "yinglongqiao", "nanchansi", "qingmingqiao", "jinxing", "jinkui", "yangming",
    ]  # fmt: skip
    assert len({street.colour for street in streets}) == 6
    assert SubCentrePage.objects.count() == 6
    for centre in SubCentrePage.objects.all():
        assert centre.code == f"{centre.street.code}-F"
        assert centre.host_school_then
        assert centre.has_position
        assert centre.position_is_approximate  # every position is an estimate: no metres on pages
    unknown = SubCentrePage.objects.get(host_school_then="金星中学")
    assert (unknown.host_school_now, unknown.address) == ("", "")
    assert AcademyPage.objects.get().address == ""
    assert Neighbourhood.objects.count() == 21
    assert not Landmark.objects.filter(source="").exists()
    assert Landmark.objects.get(name="芦庄").street.slug == "yangming"
    assert not Neighbourhood.objects.filter(status=NeighbourhoodStatus.CONFIRMED, source="").exists()

    courses = CoursePage.objects.live()
    assert courses.count() == 550
    assert not courses.filter(is_sample=False).exists()
    assert not courses.filter(source_note="").exists()
    assert not courses.filter(subject=None).exists()
    assert not courses.annotate(groups=Count("audiences")).filter(groups=0).exists()
    per_street = courses.order_by().values("street").annotate(number=Count("pk")).values_list("number", flat=True)
    assert set(per_street) == {91, 92}
    with (settings.DISTRICT_DATA / "courses.csv").open(encoding="utf-8") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    assert {page.code: page.title for page in courses} == {code: row["title"] for code, row in rows.items()}
    for run in ClassRun.objects.filter(learning__in=courses).select_related("learning__coursepage", "term"):
        row = rows[run.learning.coursepage.code]
        assert run.is_sample
        assert run.status == ClassRunStatus.PUBLISHED
        assert run.term.code == "2027-spring"
        assert f"{run.starts_at:%H:%M}" in row["source_time"]
        assert all(str(day) in row["source_time"] for day in run.weekdays)
        assert run.fee_fen == (int(row["source_fee"]) * 100 if row["source_fee"] else None)
        assert run.capacity == (int(row["source_capacity"]) if row["source_capacity"] else None)
        assert run.sessions.exists()
    assert ClassRun.objects.filter(learning__in=courses).count() == 38
    for model in (EventPage, BrandProjectPage, LearningOrganisationPage):
        assert model.objects.live().exists()
        assert not model.objects.filter(is_sample=False).exists()
    assert DistrictSettings.objects.get().is_sample
    assert Session.objects.exists()

    before = snapshot()
    code, out, err = load()
    assert (code, err) == (0, "")
    assert "没有变化" in out
    assert snapshot() == before


def test_a_dry_run_on_an_empty_site_leaves_it_empty(tmp_path):
    write_csv(tmp_path, "subjects.csv", [["代号", "类别"], ["shuhua", "书画"]])
    before = snapshot()
    code, out, _err = load(tmp_path, dry_run=True)
    assert code == 0
    assert "新增课程类别：书画" in out
    assert snapshot() == before


def test_a_problem_is_told_even_when_quiet_and_fails_the_command(district, tmp_path):
    write_csv(tmp_path, "courses.csv", [COURSE, course(street="没有")])
    code, out, err = load(tmp_path, verbosity=0)
    assert (code, out) == (1, "")
    assert err.startswith("courses.csv 第 2 行“街道”列：")


def test_the_sample_label_is_for_our_own_data_only(tmp_path):
    write_csv(tmp_path, "subjects.csv", [["代号", "类别"], ["shuhua", "书画"]])
    assert load(tmp_path)[0] == 0
    assert not DistrictSettings.objects.filter(is_sample=True).exists()


@pytest.mark.parametrize("folder", ["nowhere", ""])
def test_a_folder_that_is_missing_or_empty_is_a_sentence(tmp_path, folder):
    with pytest.raises(CommandError, match="文件夹"):
        load(tmp_path / folder)

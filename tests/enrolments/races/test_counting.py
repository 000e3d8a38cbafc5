"""tests/run.py fails a full run in which no race passed: it reads that from the JUnit file."""

import pytest

from tests.run import count_races

RACE = '<properties><property name="race" value="yes"/></properties>'


@pytest.mark.parametrize(
    ("cases", "races"),
    [
        (f"<testcase>{RACE}</testcase><testcase/>", 1),
        (f"<testcase>{RACE}<skipped/></testcase><testcase>{RACE}<failure/></testcase>", 0),
        ("<testcase/>", 0),
        ("<not closed", 0),
    ],
)
def test_only_races_that_passed_count(tmp_path, cases, races):
    report = tmp_path / "report.xml"
    report.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
    assert count_races(report) == races


def test_every_race_says_that_it_is_one(request):
    """The hook of this folder writes the property for each item with the marker, and only for those."""
    for item in request.session.items:
        marked = item.get_closest_marker("race") is not None
        assert (("race", "yes") in item.user_properties) == marked

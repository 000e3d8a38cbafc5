"""The log's guard does not outlive, nor get lost by, a test that empties the tables."""

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from enrolments.models import EnrolmentEvent
from tests.factories.enrolments import make_run


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_real_commits_keep_the_guard(district, time):
    make_run(district, seated=1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        EnrolmentEvent.objects.all().delete()

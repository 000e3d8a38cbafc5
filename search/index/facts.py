"""What an entry says besides its page's own words: subject, tags, audiences, streets, places. Read once for many pages."""

from collections import defaultdict
from functools import cached_property

from network.models import CentrePage, Neighbourhood, StreetPage, SubCentrePage, TeachingPointPage
from timetable.enums import PUBLIC_STATUSES
from timetable.models import ClassRun, LearningPage, LearningPageTag, Subject


class Facts:
    """The facts of ``pages`` (of any types); each kind of fact is one query, asked only where a page needs it."""

    def __init__(self, pages):
        self._learning = [page.pk for page in pages if isinstance(page, LearningPage)]

    def subject(self, page):
        return self._subjects.get(page.subject_id, "")

    def tags(self, page):
        return self._tags[page.pk]

    def audiences(self, page):
        return self._audiences[page.pk]

    def place(self, page):
        """Return the names of the places of ``page``: its street, the places of its class runs, what lies around a centre."""
        if isinstance(page, CentrePage):
            return [*self.street_words(page), *_schools(page), *self._around(page)]
        names = self.street_words(page)
        for pk, title in self._centres.get(page.pk, ()):
            names += [title, *self._host_schools.get(pk, ())]
        return names

    def street_words(self, page):
        """Return the name of the street ``page`` is or stands in, as a list that may be empty.

        By its path: the stored street of a page that moves is set by another receiver, which may come later.
        """
        return [name for path, name in self._streets.values() if page.path.startswith(path)]

    def _around(self, centre):
        """The neighbourhoods of a centre: those of its street, or the one a teaching point stands in."""
        if isinstance(centre, TeachingPointPage):
            return [name for pk, _street, name in self._neighbourhoods if pk == centre.neighbourhood_id]
        streets = {pk for pk, (path, _name) in self._streets.items() if centre.path.startswith(path)}
        return [name for _pk, street, name in self._neighbourhoods if street in streets]

    @cached_property
    def _streets(self):
        rows = StreetPage.objects.live().order_by("pk").values_list("pk", "path", "street_name")
        return {pk: (path, name) for pk, path, name in rows}

    @cached_property
    def _neighbourhoods(self):
        return list(Neighbourhood.objects.order_by("pk").values_list("pk", "street_id", "name"))

    @cached_property
    def _subjects(self):
        return dict(Subject.objects.values_list("pk", "name"))

    @cached_property
    def _tags(self):
        rows = LearningPageTag.objects.filter(content_object__in=self._learning).order_by("tag__name")
        return _grouped(rows.values_list("content_object_id", "tag__name"))

    @cached_property
    def _audiences(self):
        rows = LearningPage.audiences.through.objects.filter(learningpage__in=self._learning).order_by("audience_id")
        return _grouped(rows.values_list("learningpage_id", "audience__name"))

    @cached_property
    def _centres(self):
        runs = ClassRun.objects.filter(learning__in=self._learning, status__in=PUBLIC_STATUSES, centre__live=True)
        runs = runs.order_by("centre_id")
        found = defaultdict(list)
        for page, centre, title in runs.values_list("learning_id", "centre_id", "centre__title").distinct():
            found[page].append((centre, title))
        return found

    @cached_property
    def _host_schools(self):
        rows = SubCentrePage.objects.values_list("pk", "host_school_now", "host_school_then")
        return {pk: [name for name in names if name] for pk, *names in rows}


def _schools(centre):
    return [getattr(centre, name, "") for name in ("host_school_now", "host_school_then")]


def _grouped(rows):
    found = defaultdict(list)
    for key, value in rows:
        found[key].append(value)
    return found

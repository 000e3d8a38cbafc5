"""Course development: projects through the service, awards as rows, reviewers in the group that scores."""

import factory

from accounts.models import User
from core.roles import scoring_roles
from core.services import find_group
from courses.models import CourseAward, CourseProject
from courses.services.projects import save_project
from tests.factories.learning import CoursePageFactory

WORDS = {"aims": "<p>学会二十四式</p>", "outline": "<p>十二次课</p>", "guide": "<p>需要平整的场地</p>"}


class CourseProjectFactory(factory.django.DjangoModelFactory):
    """A project of a course with all its words written. ``course__parent``: the street; ``plan``: as save_project takes it."""

    course = factory.SubFactory(CoursePageFactory, **WORDS)
    owner = factory.Sequence(lambda n: User.objects.create_user(f"kaifa-{n}", last_name="开发", first_name=str(n)))

    class Meta:
        model = CourseProject

    @classmethod
    def _create(cls, model_class, *args, plan=None, **kwargs):
        return save_project(model_class(*args, **kwargs), plan or {})


class CourseAwardFactory(factory.django.DjangoModelFactory):
    course = factory.SubFactory(CoursePageFactory)
    name = "优秀社区教育课程"
    year = 2012
    level = "district"
    awarded_by = "示例颁发单位"

    class Meta:
        model = CourseAward


def reviewer(number):
    """Return a fresh user in the group that scores courses. Roles must be synced before."""
    user = User.objects.create_user(f"pingshen-{number}", password="x", last_name="评审", first_name=str(number))
    user.groups.add(find_group(scoring_roles()[0]))
    return User.objects.get(pk=user.pk)

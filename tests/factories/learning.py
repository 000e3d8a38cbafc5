"""Factories of what is taught and shown: courses, events, community pages, news."""

import factory

from community.models import BrandProjectPage, LearningOrganisationPage, ResearchProjectPage
from courses.models import CoursePage
from events.models import EventPage
from home.models import NewsPage, StandardPage
from tests.factories.pages import PageFactory


class CoursePageFactory(PageFactory):
    title = factory.Sequence(lambda n: f"课程{n}")
    summary = "学得会，用得上。"

    class Meta:
        model = CoursePage


class EventPageFactory(PageFactory):
    title = factory.Sequence(lambda n: f"活动{n}")

    class Meta:
        model = EventPage


class BrandProjectPageFactory(PageFactory):
    title = factory.Sequence(lambda n: f"品牌项目{n}")
    year = 2026

    class Meta:
        model = BrandProjectPage


class ResearchProjectPageFactory(PageFactory):
    title = factory.Sequence(lambda n: f"课题{n}")
    year = 2026

    class Meta:
        model = ResearchProjectPage


class LearningOrganisationPageFactory(PageFactory):
    title = factory.Sequence(lambda n: f"学习型社区{n}")
    kind = "community"

    class Meta:
        model = LearningOrganisationPage


class NewsPageFactory(PageFactory):
    title = factory.Sequence(lambda n: f"新闻{n}")

    class Meta:
        model = NewsPage


class StandardPageFactory(PageFactory):
    title = factory.Sequence(lambda n: f"说明{n}")

    class Meta:
        model = StandardPage

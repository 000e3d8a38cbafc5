import factory

from network.models import (
    AcademyPage,
    Landmark,
    Neighbourhood,
    Room,
    SchoolResource,
    StreetPage,
    SubCentrePage,
    TeachingPointPage,
)
from tests.factories.pages import PageFactory


class StreetPageFactory(PageFactory):
    title = factory.SelfAttribute("street_name")
    street_name = factory.Sequence(lambda n: f"第{n}街道")
    code = factory.Sequence(lambda n: f"S{n:04d}")
    phone = "0510-0000 0000"

    class Meta:
        model = StreetPage


class SubCentrePageFactory(PageFactory):
    title = factory.Sequence(lambda n: f"第{n}分中心")
    code = factory.Sequence(lambda n: f"F{n:04d}")
    host_school_then = "示例小学"
    host_school_now = "示例实验小学"
    address = "示例路 1 号"
    latitude = 31.544
    longitude = 120.302
    accuracy_m = 700

    class Meta:
        model = SubCentrePage


class TeachingPointPageFactory(PageFactory):
    title = factory.Sequence(lambda n: f"第{n}教学点")

    class Meta:
        model = TeachingPointPage


class AcademyPageFactory(PageFactory):
    title = "社区培训学院"

    class Meta:
        model = AcademyPage


class NeighbourhoodFactory(factory.django.DjangoModelFactory):
    name = factory.Sequence(lambda n: f"第{n}社区")

    class Meta:
        model = Neighbourhood


class LandmarkFactory(factory.django.DjangoModelFactory):
    name = factory.Sequence(lambda n: f"地名{n}")

    class Meta:
        model = Landmark


class RoomFactory(factory.django.DjangoModelFactory):
    name = factory.Sequence(lambda n: f"{n} 教室")
    capacity = 30

    class Meta:
        model = Room


class SchoolResourceFactory(factory.django.DjangoModelFactory):
    name = factory.Sequence(lambda n: f"资源{n}")
    kind = "facility"

    class Meta:
        model = SchoolResource

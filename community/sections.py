"""What a street shows of itself: brand projects, learning organisations, research."""

from community.models import BrandProjectPage, LearningOrganisationPage, ResearchProjectPage
from core.sections import Section, section


def _below(model, page):
    return (
        model.objects.live()
        .public()
        .descendant_of(page)
        .select_related("picture", "street")
        .prefetch_related("picture__renditions")
        .order_by("-year", "path")
    )


@section("network.StreetPage", order=50)
def brand_projects(page, request):
    projects = list(_below(BrandProjectPage, page))
    return (
        Section("brands", "特色品牌项目", "community/sections/stories.html", {"stories": projects})
        if projects
        else None
    )


@section("network.StreetPage", order=51)
def organisations(page, request):
    found = list(_below(LearningOrganisationPage, page))
    return (
        Section("organisations", "学习型组织", "community/sections/stories.html", {"stories": found}) if found else None
    )


@section("network.StreetPage", "network.AcademyPage", order=52)
def research(page, request):
    found = list(_below(ResearchProjectPage, page))
    return Section("research", "课题研究", "community/sections/stories.html", {"stories": found}) if found else None

"""Reads of the network that pages share: the tree for the diagram and the list."""

from dataclasses import dataclass, field

from network.models import AcademyPage, StreetPage, SubCentrePage, TeachingPointPage


@dataclass
class Branch:
    """One street with the places below it."""

    street: StreetPage
    sub_centres: list = field(default_factory=list)
    points: list = field(default_factory=list)
    neighbourhoods: list = field(default_factory=list)


@dataclass
class Tree:
    """The network: tier one, and a branch per street."""

    academies: list
    branches: list

    @property
    def count(self):
        return {
            "streets": len(self.branches),
            "sub_centres": sum(len(branch.sub_centres) for branch in self.branches),
            "points": sum(len(branch.points) for branch in self.branches),
            "neighbourhoods": sum(len(branch.neighbourhoods) for branch in self.branches),
        }


def network_tree(root=None):
    """Return the whole public network in a constant number of queries.

    Only live, public pages; ``root`` narrows it to one NetworkIndexPage.
    """

    def below(model):
        pages = model.objects.live().public()
        return (pages.descendant_of(root) if root else pages).order_by("path")

    streets = below(StreetPage).prefetch_related("neighbourhoods")
    branches = {street.path: Branch(street, neighbourhoods=list(street.neighbourhoods.all())) for street in streets}
    for model, attribute in ((SubCentrePage, "sub_centres"), (TeachingPointPage, "points")):
        for page in below(model).prefetch_related("opening_hours"):
            if branch := branches.get(page.path[: -page.steplen]):
                getattr(branch, attribute).append(page)
    return Tree(list(below(AcademyPage)), list(branches.values()))


def centres_of(street):
    """Return the public sub-centres and teaching points of ``street``, sub-centres first."""
    return [
        centre
        for model in (SubCentrePage, TeachingPointPage)
        for centre in model.objects.live().public().child_of(street).order_by("path")
    ]

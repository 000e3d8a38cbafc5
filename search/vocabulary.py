"""The site's own words for the analysis of a question: read from the database, kept per worker until they change.

Pure language is in ``language/``; this module only fills it with what this district says:
the lexicon of its pages, the editors' synonyms and stop words, its places and audiences.
"""

import re

from network.models import CentrePage, Landmark, Neighbourhood, StreetPage, SubCentrePage
from search.language.lexicon import Lexicon
from search.language.text import normalise, split_words
from search.language.vocabulary import Vocabulary
from search.models import SearchTerm, StopWord, SynonymGroup
from search.nearby import in_order
from search.state import Kept
from timetable.models import Audience

#: 芦庄第一社区 is 芦庄 to those who live there.
_STEM = re.compile("(第?[一二三四五六七八九十]+)?(社区|居委会|新村社区)$")
#: 江苏省无锡通德桥实验小学, 无锡市南长街小学: nobody says the city.
_CITY = re.compile("^(江苏省)?无锡市?")
_SHORTEST_STEM = 2


def load():
    """Read the whole vocabulary: eight queries."""
    groups = SynonymGroup.objects.filter(is_active=True).order_by("pk").values_list("words", "narrower")
    synonyms = [(split_words(words), split_words(narrower)) for words, narrower in groups]
    lexicon = Lexicon(
        SearchTerm.objects.values_list("word", "kind", "entries"),
        synonyms,
        StopWord.objects.values_list("word", flat=True),
    )
    return Vocabulary(lexicon=lexicon, places=places(), audiences=audiences())


#: The Vocabulary in force.
vocabulary = Kept(load, "terms", "words", shelf="words")


def audiences():
    """{word: code} of the groups of people as the district names them."""
    found = {}
    for audience in Audience.objects.all():
        for name in (audience.name, audience.official_name):
            if word := normalise(name).strip():
                found[word] = audience.code
    return found


def places():
    """{name: (field, value)} of everything that says where: streets are a filter, all else is a point to be near to."""
    found = {}
    streets = in_order(StreetPage.objects.live().public())
    for street in streets:
        for name in (street.street_name, street.short_name, *split_words(street.current_street.split("（")[0])):
            _add(found, name, "street", street.slug)
    for landmark in Landmark.objects.filter(street__in=streets).order_by("pk"):
        for name in (landmark.name, *split_words(landmark.other_names)):
            _add(found, name, "near", f"landmark-{landmark.pk}")
    for centre in in_order(SubCentrePage.objects.live().public()):
        for school in (centre.host_school_now, centre.host_school_then):
            for name in (school, _CITY.sub("", school)):
                _add(found, name, "near", f"centre-{centre.pk}")
    for centre in in_order(CentrePage.objects.live().public().exclude(pk__in=[street.pk for street in streets])):
        _add(found, centre.title, "near", f"centre-{centre.pk}")
    for community in Neighbourhood.objects.filter(street__in=streets).order_by("pk"):
        for name in (community.name, _STEM.sub("", community.name)):
            _add(found, name, "near", f"community-{community.pk}")
    return found


def _add(found, name, field, value):
    """The first to have a name keeps it: streets before landmarks before schools before neighbourhoods."""
    name = normalise(name).strip()
    if len(name) >= _SHORTEST_STEM:
        found.setdefault(name, (field, value))

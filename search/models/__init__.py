"""What search keeps: the finder's page, the index, the editors' words, and what people looked for."""

from search.models.asked import ClickedResult, LearningWish, SearchedWords
from search.models.entries import SearchEntry, SearchState, SearchTerm, SearchText
from search.models.pages import FinderPage
from search.models.words import PinnedResult, StopWord, SynonymGroup

__all__ = [
    "ClickedResult",
    "FinderPage",
    "LearningWish",
    "PinnedResult",
    "SearchEntry",
    "SearchState",
    "SearchTerm",
    "SearchText",
    "SearchedWords",
    "StopWord",
    "SynonymGroup",
]

"""Words to offer while somebody types: what is taught first, then places. From the lexicon, no query of its own."""

from search.language.text import normalise
from search.vocabulary import vocabulary

SHOWN = 8


def suggestions(text):
    """Return [{"word", "kind"}] for what was typed so far: Han, pinyin or initials; nothing for nothing."""
    typed = normalise(text).strip()
    if not typed:
        return []
    words = vocabulary().lexicon.complete(typed, limit=SHOWN)
    return [{"word": word, "kind": str(kind)} for word, kind in words]

"""Words of a question that are a filter: where, when, for whom, free, with places left, online.

What is content stays content: 老年大学 and 儿童画 are words of their own, 网上购物 is not
a class given online, and 附近 alone says nothing without a place.
"""

import re

from search.language import people
from search.language.query import Condition

_DAYS = {**dict(zip("一二三四五六日天", "12345677", strict=True)), **{str(day): str(day) for day in range(1, 8)}}
_WEEK = "(?:每个|每逢|每|逢)?(?:星期|礼拜|周)"
_WEEKDAY = re.compile(
    f"{_WEEK}[一二三四五六日天1-7](?:(?:[、,和跟或到至~-]|{_WEEK})*[一二三四五六日天1-7](?![0-9对]))*"
)
_RANGE = re.compile("([1-7])[到至~-]([1-7])")
_PATTERNS = (
    ("weekday", "6,7", re.compile("(?:每个|每)?(?:双休日?|周末|周六日|礼拜六礼拜天|星期六星期天|休息日)")),
    ("weekday", "1,2,3,4,5", re.compile("工作日|平日里?|非周末")),
    ("time", "morning", re.compile("上午|早上|早晨|清晨|大清早|一早|早课|上半天")),
    ("time", "afternoon", re.compile("下午|午后|中午|下半天")),
    ("time", "evening", re.compile("晚上|夜里|夜间|夜晚|晚间|傍晚|夜校|夜课|晚课|晚饭后|下班(?:以后|之后|后)|下了班|放工后")),
    ("free", "on", re.compile("免费|免学费|免收费|不要钱|不收钱|不收费|不花钱|不用钱|不用交钱|不用花钱|零元|零费用|白学|(?<![0-9])0元|公益(?!岗|创投|广告|组织|事业)")),
    ("places", "on", re.compile(
        "(?:还|仍|尚)?(?:有|剩|余)(?:名额|空位|空余|余位|位子|位置|座位|空缺|空名额)|名额|(?:没有?|未|不)(?:报|招)?满(?:的|员)?|(?:还|现在)?(?:能|可以?)报(?:名|上)?的|还能报名?|还可以报名?|还收人"
    )),
    ("delivery", "online", re.compile("线上|网课|网络课程?|直播课|云课堂|空中课堂|微课|慕课|在线(?!购|支付|交易)|远程|(?:网上|在家)(?:上课|学习|课程|课堂|听课|学)")),
    ("delivery", "onsite", re.compile("线下|面授|现场教学|现场上课")),
)  # fmt: skip
#: Words in a title that say the same.
_TITLES = {
    ("weekday", "6,7"): ("周末",),
    ("time", "evening"): ("夜校", "夜课", "晚间"),
    ("delivery", "online"): ("线上", "网课", "云课堂"),
}
_AGE = re.compile("([0-9]{1,3})(?:个?月|周?岁)?[-~到至]([0-9]{1,3})个?(岁|月)|([0-9]{1,3})周?岁(?:以上|以下|左右|多)?")
_OLD, _GROWN, _TODDLER = 50, 18, 3
_BEFORE = re.compile("(?:离|靠近|邻近|我?家?住在?|我家在|就在|在|到|去)$")
_AFTER = re.compile(
    "(?:街道|社区|小区|新村|一带)?(?:那边|这边|那里|这里|那儿|这儿)?(?:的?附近|旁边|边上|周边|周围|隔壁|门口|里面?)?(?:比?较?最?近一?点?的?)?"
)


def find_conditions(text, vocabulary):
    """Return the Conditions of normalised ``text`` in the order of the text; none overlap."""
    found, rest = _places(text, vocabulary)
    for name, value, start, end in _times_and_states(rest):
        if text[start:end].strip() and not _taken(rest, start, end):
            found.append(Condition(name, value, text[start:end], start, end, _TITLES.get((name, value), ())))
            rest = _without(rest, start, end)
    for one in _people(rest, vocabulary):
        found.append(one)
        rest = _without(rest, one.start, one.end)
    return sorted(found, key=lambda one: one.start)


def _without(text, start, end):
    """``text`` with [start, end) put out of reach; positions stay."""
    return text[:start] + "\x00" * (end - start) + text[end:]


def _taken(text, start, end):
    return "\x00" in text[start:end]


# ---------------------------------------------------------------- where


def _places(text, vocabulary):
    """The places that are named, longest first, and the text without them."""
    found, rest, at = [], text, 0
    inside = _known_spans(text, vocabulary) if vocabulary.places else []
    while at < len(text):
        for length in range(min(vocabulary.longest_place, len(text) - at), 1, -1):
            name = text[at : at + length]
            if name in vocabulary.places and not _inside(inside, at, at + length):
                start = at - len(before[0]) if (before := _BEFORE.search(text[:at])) else at
                start = max(start, found[-1].end if found else 0)
                end = _AFTER.match(text, at + length).end()
                found.append(Condition(*vocabulary.places[name], text[start:end], start, end))
                rest, at = _without(rest, start, end), end - 1
                break
        at += 1
    return found, rest


def _known_spans(text, vocabulary):
    """Where words stand that are no place: 中南 is not meant in 中南海."""
    lexicon = vocabulary.lexicon
    return [
        (piece.start, piece.end)
        for piece in lexicon.cut(text)
        if piece.known and piece.word not in vocabulary.places and lexicon.terms.get(piece.word, ("",))[0] != "place"
    ]


def _inside(spans, start, end):
    return any(first <= start and end <= last and (first, last) != (start, end) for first, last in spans)


# ---------------------------------------------------------------- when, how much, how


def _times_and_states(text):
    for match in _WEEKDAY.finditer(text):
        yield "weekday", _days(match.group()), *match.span()
    for name, value, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield name, value, *match.span()


def _days(words):
    """Return the numbers of the days in ``words`` by commas.

    >>> _days("周一到周三、周五")
    '1,2,3,5'
    """
    plain = "".join(_DAYS.get(character, character) for character in re.sub(_WEEK, "", words))
    for first, last in _RANGE.findall(plain):
        plain += "".join(str(day) for day in range(int(first), int(last) + 1))
    return ",".join(sorted(set(re.findall("[1-7]", plain))))


# ---------------------------------------------------------------- for whom


def _people(text, vocabulary):
    known = people.words()
    titles = {one.key: one.titles for one in known.values()}
    for match in _AGE.finditer(text):
        key = _age(match)
        if code := vocabulary.audience_codes.get(key):
            yield Condition("audience", code, match.group(), *match.span(), titles.get(key, ()))
    for piece in vocabulary.lexicon.cut(text):
        one = known.get(piece.word)
        if one and (code := vocabulary.audience_codes.get(one.key)):
            yield Condition("audience", code, piece.word, piece.start, piece.end, one.titles)


def _age(match):
    _first, last, unit, alone = match.groups()
    years = 0 if unit == "月" else int(last or alone)
    if years <= _TODDLER:
        return "toddlers"
    if years < _GROWN:
        return "children"
    return "elders" if years >= _OLD else "workers"

"""What sample residents tell us in the demo term: questions, wishes, searches that found nothing, surveys, a seat given up.

Through the services of their rooms, so every rule holds. All of it says itself that it is a sample, and nothing of
it is made public: a question's public answer is an editor's act.
"""

import datetime
import itertools
import random
from dataclasses import dataclass

from django.utils import timezone

from accounts.services.demo import demo_account
from courses.models import CoursePage
from enrolments.services.samples import finish_sample_run, give_up_a_seat, sample_residents
from feedback.models import SurveyInvitation
from feedback.selectors import FEWEST
from feedback.services import answer, answer_survey, ask, forget_sample_questions
from home.seeding import marks
from search.asked import note_search, note_wish
from search.models import LearningWish, SearchedWords
from timetable.enums import ClassRunStatus, EnrolMode, TimeOfDay
from timetable.models import Audience, ClassRun

#: A question for each stage: (days ago, words, the answer or ""). The last two are open, the very last past its deadline
#: of working days, whatever holidays lie between.
QUESTIONS = (
    (6, "没学过，也能报这个班吗？", "示例答复：可以，从零开始教。第一次课请早到十分钟认一认教室。"),
    (0, "上课要自己带什么？", ""),
    (21, "下雨天还上课吗？停课怎么通知？", ""),
)
#: Words for what the sample district does not teach: (wish, how many, how often searched in vain).
WISHES = (
    ("手语", 6, 9),
    ("马头琴", 4, 5),
    ("航模", 3, 4),
    ("观鸟", 3, 0),
    ("桥牌", 2, 3),
)
#: Scores of one answer (满意, 有用) and perhaps a sentence; every second class has too few to be shown.
ANSWERS = (
    (5, 5, "老师讲得细，听得懂。"),
    (4, 5, "希望下学期接着开。"),
    (5, 4, ""),
    (4, 4, "教室离公交站有点远。"),
    (3, 4, ""),
    (5, 5, ""),
    (4, 3, "节奏可以再慢一点。"),
)
FEW_ANSWERS = FEWEST - 2


@dataclass
class Voices:
    """How many of each were made."""

    questions: int = 0
    wishes: int = 0
    answers: int = 0
    offers: int = 0


def fill(term, streets):
    """Let sample residents speak about the classes of ``term``; return Voices. Nothing is left to chance but the day."""
    made, now = Voices(), timezone.now()
    made.wishes = _wish(streets)
    made.questions = _question(term, streets, now)
    made.answers = _survey(term)
    made.offers = sum(_give_up(term, street, now) for street in streets)
    return made


def forget():
    """Take all of it away that does not go with its class."""
    forget_sample_questions()
    names = [f"{wish}{marks.NAMED}" for wish, _people, _times in WISHES]
    LearningWish.objects.filter(wish__in=names).delete()
    SearchedWords.objects.filter(words__in=[_searched(wish) for wish, _people, _times in WISHES]).delete()


def _searched(wish):
    """As the counting of searches writes it."""
    return f"{wish}(示例)"


def _wish(streets):
    """Every second wish says a street, and of those every second a time and for whom."""
    audience, times, made = Audience.objects.order_by("pk").first(), list(TimeOfDay.values), 0
    for wish, people, searches in WISHES:
        for number in range(people):
            street = streets[made % len(streets)] if number % 2 == 0 else None
            told = {"time_of_day": times[made % len(times)], "audience": audience} if number % 4 == 0 else {}
            made += note_wish(f"{wish}{marks.NAMED}", street, **told)
        for _time in range(searches):
            note_search(f"{wish}{marks.NAMED}", found=0)
    return made


def _question(term, streets, now):
    """One question of each stage about a class of each street that has one; the first is answered by the street's lead."""
    people, made = sample_residents(), 0
    for street in streets:
        pages = CoursePage.objects.filter(street=street.pk, is_sample=True, live=True, class_runs__term=term)
        pages = list(pages.order_by("path").distinct()[: len(QUESTIONS)])
        for number, (days, words, said) in enumerate(QUESTIONS if pages else ()):
            page, asker = pages[number % len(pages)], people[made % len(people)]
            question = ask(page, asker, f"{marks.SAID}{words}", at=now - datetime.timedelta(days=days))
            if said:
                answer(question, said, demo_account("street_lead", street))
            made += 1
    return made


def _survey(term):
    """Judge the courses' classes that are over, one a street; enough people answer in the first, too few in the next, and so on."""
    made, today = 0, timezone.localdate()
    over = ClassRun.objects.filter(term=term, is_sample=True, status=ClassRunStatus.PUBLISHED, ends_on__lt=today)
    over = over.exclude(weekdays=[]).order_by("learning__street__path", "code")
    for run, number in zip(over, itertools.cycle((len(ANSWERS), FEW_ANSWERS))):
        finish_sample_run(run, random.Random(run.code))  # noqa: S311
        invited = SurveyInvitation.objects.filter(enrolment__class_run=run).order_by("enrolment__resident__name")
        for invitation, (satisfaction, usefulness, comment) in zip(invited, ANSWERS[:number], strict=False):
            answer_survey(invitation, satisfaction, usefulness, comment and f"{marks.SAID}{comment}")
            made += 1
    return made


def _give_up(term, street, now):
    """Somebody of one full class of ``street`` left, and who is next has less than a day to answer."""
    full = ClassRun.objects.filter(
        term=term,
        is_sample=True,
        status=ClassRunStatus.PUBLISHED,
        learning__street=street,
        capacity__gt=0,
        places_left=0,
        waiting__gt=0,
        starts_on__gt=timezone.localdate(now) + datetime.timedelta(days=2),
    ).exclude(mode=EnrolMode.DRAW)
    return any(give_up_a_seat(run, now) for run in full.order_by("-starts_on", "code"))

"""Who may have a place in a class run: one function per rule, each "no" with its code, its reason and the next step.

Pure: works on loaded facts, asks no database. ``enrolments/selectors.py`` loads the facts.
Sources: domain.md §1.2 (rules found in practice), §4.5 (age lines).
"""

import datetime
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Resident
from accounts.models.residents import MINOR
from core.dates import date_words, moment_words
from core.errors import DomainError
from enrolments.enums import AT_COUNTER, CLAIMING, DrawStage, Status
from timetable.enums import ClassRunStatus, EnrolMode, Residence
from timetable.models import ClassRun


@dataclass
class Own:
    """A live claim of the same resident on another run."""

    enrolment_id: int
    status: str
    class_run_id: int
    learning_id: int
    term_id: int | None


@dataclass
class Facts:
    """Everything the rules look at. ``health`` and ``audience`` are what the person ticked."""

    resident: Resident
    run: ClassRun
    route: str
    now: datetime.datetime
    own: list = field(default_factory=list)
    clash: str = ""  # what it clashes with, in words
    acting_for_self: bool = False
    health: bool = False
    audience: bool = False
    audiences: list = field(default_factory=list)  # of the page, where the run takes only those
    has_prerequisite: bool = True
    street_id: int | None = None  # the street of the run's centre
    draw_stage: str = DrawStage.NONE
    has_agreed: bool = False  # to the use of what enrolling needs


def refusals(facts):
    """Yield every DomainError that keeps this person out of this run, the most final first."""
    for rule in RULES:
        refusal = rule(facts)
        if refusal:
            yield refusal


def check(facts):
    """Raise the first refusal, if any."""
    for refusal in refusals(facts):
        raise refusal


def contact(run):
    """Whom to ask, in words: the centre with its telephone where it has one."""
    centre = run.centre.title
    phone = run.centre.phone
    return _("%(centre)s（电话 %(phone)s）") % {"centre": centre, "phone": phone} if phone else centre


def offered_at_all(facts):
    run = facts.run
    if run.status == ClassRunStatus.CANCELLED:
        return DomainError("cancelled", _("这个班已经取消，不再报名。"))
    if run.status != ClassRunStatus.PUBLISHED:
        return DomainError("not_published", _("这个班还没有公布，等公布以后再来报名。"))
    if facts.route not in AT_COUNTER:
        if run.mode == EnrolMode.WALK_IN:
            return DomainError("walk_in", _("这个班不用报名，按上课时间直接来就行。"))
        if run.mode == EnrolMode.COUNTER:
            return DomainError(
                "counter_only", _("这个班只在窗口报名，请到%(contact)s办理。") % {"contact": contact(run)}
            )
    if run.capacity is None:
        return DomainError("no_places", _("这个班的名额还没有公布，请问%(contact)s。") % {"contact": contact(run)})
    return None


def in_the_window(facts):
    run, now = facts.run, facts.now
    if run.mode == EnrolMode.WALK_IN:
        return _not_over(facts)
    if run.enrol_opens_at is None:
        return DomainError("window", _("这个班的报名时间还没有公布，请问%(contact)s。") % {"contact": contact(run)})
    if now < run.enrol_opens_at:
        return DomainError("window", _("还没开始报名：%(when)s开始。") % {"when": moment_words(run.enrol_opens_at)})
    closed = run.enrol_closes_at is not None and now >= run.enrol_closes_at
    if closed and facts.draw_stage != DrawStage.DRAWN:
        if run.mode == EnrolMode.DRAW:
            return DomainError(
                "drawing",
                _("报名已在%(when)s截止，名单正在等抽签。抽签以后有空名额或者想排候补，再来这里。")
                % {"when": moment_words(run.enrol_closes_at)},
            )
        return DomainError(
            "window",
            _("报名已在%(when)s截止。可以看看同一门课的其他班。") % {"when": moment_words(run.enrol_closes_at)},
        )
    if run.mode == EnrolMode.DRAW and facts.draw_stage == DrawStage.NONE:
        return DomainError("draw_not_ready", _("这个班的抽签办法还没有公布，公布以后才能报名。"))
    return _not_over(facts)


def _not_over(facts):
    today = timezone.localdate(facts.now)
    last = facts.run.ends_on if facts.run.mode == EnrolMode.WALK_IN else facts.run.last_day_to_join
    if today > last:
        return DomainError("window", _("这个班已经开课，%(day)s以后不再插班。") % {"day": date_words(last)})
    return None


def has_agreed(facts):
    if facts.has_agreed:
        return None
    return DomainError(
        "consent",
        _("%(name)s还没有同意使用报名所需的信息，或者已经撤回。请在“我的授权”里同意后再报名。")
        % {"name": facts.resident.name},
    )


def old_enough(facts):
    run = facts.run
    if run.age_min is None and run.age_max is None:
        return None
    age = facts.resident.age_on(run.starts_on)
    if age is None:
        return DomainError("needs_birth_month", _("这个班有年龄要求，请先填写出生年月。"))
    if (run.age_min is not None and age < run.age_min) or (run.age_max is not None and age > run.age_max):
        return DomainError(
            "age",
            _("这个班要求%(rule)s（按开课那天算），%(name)s是 %(age)d 岁，不能报。")
            % {"rule": run.age_words, "name": facts.resident.name, "age": age},
        )
    return None


def lives_here(facts):
    run, resident = facts.run, facts.resident
    if run.residence == Residence.ANYONE:
        return None
    if resident.street_id is None and not resident.outside_district:
        return DomainError("needs_home", _("这个班有居住要求，请先选择住在哪个街道、社区。"))
    if resident.outside_district:
        return DomainError("residence", _("这个班只收%(who)s。") % {"who": Residence(run.residence).label})
    if run.residence == Residence.STREET and resident.street_id != facts.street_id:
        return DomainError(
            "residence", _("这个班只收本街道居民，%(name)s登记的不是这个街道。") % {"name": resident.name}
        )
    return None


def belongs_to_the_audience(facts):
    if not facts.run.audience_only or not facts.audiences:
        return None
    age = facts.resident.age_on(facts.run.starts_on)
    aged = [one for one in facts.audiences if one.age_min is not None or one.age_max is not None]
    names = "、".join(one.name for one in facts.audiences)
    if aged and age is None:
        return DomainError("needs_birth_month", _("这个班只收%(who)s，请先填写出生年月。") % {"who": names})
    if any((one.age_min or 0) <= age <= (one.age_max if one.age_max is not None else 200) for one in aged):
        return None
    if len(aged) < len(facts.audiences):  # a group without an age line: the person says so
        if facts.audience:
            return None
        return DomainError("needs_audience", _("这个班只收%(who)s，请先确认属于其中一类。") % {"who": names})
    return DomainError("audience", _("这个班只收%(who)s。") % {"who": names})


def has_somebody(facts):
    """Minors come with a guardian, the very old with a relative's number (domain.md §1.2, §4.5)."""
    run, resident = facts.run, facts.resident
    age = resident.age_on(run.starts_on)
    if age is not None and age < MINOR and facts.acting_for_self:
        return DomainError(
            "guardian", _("未满 18 周岁的，请家长用自己的手机号登录，在“我和家人”里添加孩子后代为报名。")
        )
    if run.relative_from_age is not None:
        if age is None:
            return DomainError("needs_birth_month", _("这个班对高龄学员有要求，请先填写出生年月。"))
        if age >= run.relative_from_age and not (resident.contact_name and resident.contact_phone):
            return DomainError(
                "relative",
                _("满 %(age)d 岁参加这个班，要留一位家属的姓名和电话。请先补上。") % {"age": run.relative_from_age},
            )
    return None


def read_the_health_notice(facts):
    if facts.run.health_notice and not facts.health:
        return DomainError("health", _("请先看健康提醒，再勾选“已经看过，身体可以参加”。"))
    return None


def has_learnt_before(facts):
    if facts.run.prerequisite_id and not facts.has_prerequisite:
        return DomainError(
            "prerequisite",
            _("这个班要先学完“%(course)s”。没有找到结业记录；以前在别处学过的，请到窗口说明。")
            % {"course": facts.run.prerequisite.title},
        )
    return None


def not_too_many(facts):
    term = facts.run.term
    if term is None or term.max_per_person is None:
        return None
    claims = sum(own.term_id == term.pk and own.status in CLAIMING for own in facts.own)
    if claims >= term.max_per_person:
        return DomainError(
            "limit",
            _("%(term)s每人最多报 %(most)d 个班，%(name)s已经报了 %(now)d 个。退掉一个才能再报。")
            % {"term": term.name, "most": term.max_per_person, "name": facts.resident.name, "now": claims},
        )
    return None


def not_the_same_course(facts):
    same = any(own.learning_id == facts.run.learning_id and own.status == Status.ENROLLED for own in facts.own)
    if same:
        return DomainError(
            "same_course",
            _("%(name)s已经报上这门课的另一个班。想换班，请在“我的学习”里选“换班”。") % {"name": facts.resident.name},
        )
    return None


def free_at_that_time(facts):
    if facts.clash:
        return DomainError(
            "clash", _("时间冲突：%(clash)s。请先退掉其中一个，或者选别的时间。") % {"clash": facts.clash}
        )
    return None


RULES = (
    offered_at_all,
    in_the_window,
    has_agreed,
    old_enough,
    lives_here,
    belongs_to_the_audience,
    has_somebody,
    has_learnt_before,
    not_the_same_course,
    not_too_many,
    free_at_that_time,
    read_the_health_notice,
)
#: A missing answer, not a "no": the pages ask for it instead of refusing.
ASKS = ("needs_birth_month", "needs_home", "needs_audience", "relative", "health")

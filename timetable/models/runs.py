"""When it is taught: terms, special days, class runs and their sessions. Writes go through timetable/services/."""

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.dates import clock, date_words, days_words, span_words, wrong_order
from core.fields import WeekdaysField
from network.models import CentrePage, Room
from teachers.models import Teacher
from timetable.enums import (
    NOT_MEETING,
    ClassRunStatus,
    DayKind,
    Delivery,
    EnrolMode,
    Phase,
    Residence,
    SessionStatus,
)
from timetable.models.learning import LearningPage
from timetable.querysets import ClassRunQuerySet, SessionQuerySet

#: As many waiting ask for a class of their own, where their class says no minimum to open.
USUAL_MINIMUM = 10


class Term(models.Model):
    """学期."""

    code = models.SlugField(_("代号"), max_length=40, unique=True, help_text=_("例如 2027-spring。"))
    name = models.CharField(_("学期"), max_length=40, help_text=_("居民和同事看到的学期名，例如：2027 年春季。"))
    starts_on = models.DateField(_("开始"), help_text=_("“复制到这个学期”的班，日期按这一天往后推。"))
    ends_on = models.DateField(_("结束"), help_text=_("学期最后一天，要晚于开始日期。"))
    max_per_person = models.PositiveSmallIntegerField(
        _("每人最多报几个班"), null=True, blank=True, help_text=_("全区这个学期合计，空着不限。")
    )
    is_sample = models.BooleanField(
        _("示例"), default=False, help_text=_("勾选后，居民看到的地方都标明“示例”。换成真实内容后请取消。")
    )

    class Meta:
        verbose_name = _("学期")
        verbose_name_plural = _("学期")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="term_in_order",
                condition=Q(starts_on__lte=F("ends_on")),
                violation_error_message=_("学期的结束日期要晚于开始日期。"),
            )
        ]

    def __str__(self):
        return self.name

    def clean(self):
        if wrong := wrong_order(self, ("starts_on", "ends_on", _("学期的结束日期要晚于开始日期。"))):
            raise ValidationError(wrong)


class CalendarDay(models.Model):
    """A day on which the ordinary week does not hold: a public holiday, or a weekend day that is worked instead.

    ``follows`` is the weekday (1 = Monday) whose lessons a worked day takes; empty means
    that nothing is added, and the lessons of the day itself do not meet either.
    """

    date = models.DateField(
        _("日期"), unique=True, help_text=_("以后排课会避开或者补上这一天；已经排好的课，保存那个班时才改。")
    )
    kind = models.CharField(
        _("安排"),
        max_length=10,
        choices=DayKind.choices,
        help_text=_("放假：这天不排课。调休上班：这天照右边写的周几上课。"),
    )
    name = models.CharField(_("名称"), max_length=40, help_text=_("例如：国庆节。"))
    follows = models.PositiveSmallIntegerField(
        _("按周几上课"),
        null=True,
        blank=True,
        choices=[(number, f"周{word}") for number, word in enumerate("一二三四五六日", start=1)],
        help_text=_("只对调休上班日有用：这一天补周几的课。"),
    )

    class Meta:
        verbose_name = _("放假与调休")
        verbose_name_plural = _("放假与调休")
        ordering = ["date"]
        constraints = [
            models.CheckConstraint(
                name="only_workday_follows",
                condition=Q(kind=DayKind.WORKDAY) | Q(follows__isnull=True),
                violation_error_message=_("只有调休上班日才写“按周几上课”。"),
            )
        ]

    def __str__(self):
        return f"{date_words(self.date)} {self.name}"

    def clean(self):
        if self.follows and self.kind != DayKind.WORKDAY:
            raise ValidationError({"follows": _("只有调休上班日才写“按周几上课”，放假的日子请空着。")})


class ClassRun(models.Model):
    """班 / 场: one scheduled delivery, with places, of a course or an event.

    ``fee_fen`` is money in fen (0 = free, empty = not published). ``capacity`` empty
    means the number of places is not published. ``places_left`` and ``waiting`` are
    published figures: only services write them (architecture, invariant 2).
    The weekly pattern is ``weekdays`` from ``starts_on`` on, ``session_count`` times or
    until ``ends_on``; a run without ``weekdays`` meets once, on ``starts_on``. ``pattern_from``:
    the whole class was moved, sessions before that day are where the pattern of then put them.
    ``second_of``: the run whose waiting list it was opened for.
    """

    learning = models.ForeignKey(
        LearningPage,
        verbose_name=_("课程或活动"),
        on_delete=models.PROTECT,
        related_name="class_runs",
        help_text=_("这个班会出现在这门课程或活动的页面上。那个页面发布了，居民才看得到班。"),
    )
    code = models.CharField(_("班号"), max_length=40, unique=True)
    name = models.CharField(
        _("班名"), max_length=60, blank=True, help_text=_("同一门课有几个班时用来区分，例如：周三上午班。")
    )
    term = models.ForeignKey(
        Term,
        verbose_name=_("学期"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="class_runs",
        help_text=_("选了学期，才能一键复制到下学期，也才受“每人最多报几个班”的限制。"),
    )
    centre = models.ForeignKey(
        CentrePage,
        verbose_name=_("地点"),
        on_delete=models.PROTECT,
        related_name="class_runs",
        help_text=_("居民按它找“附近的班”。只能选这个地点里的教室。"),
    )
    room = models.ForeignKey(
        Room, verbose_name=_("教室"), null=True, blank=True, on_delete=models.PROTECT, related_name="class_runs"
    )
    teachers = models.ManyToManyField(
        Teacher,
        verbose_name=_("教师"),
        blank=True,
        related_name="class_runs",
        help_text=_("上课时间里，老师不能再排别的班。没有同意公开姓名的，网页只写“老师待公布”。"),
    )
    delivery = models.CharField(
        _("方式"),
        max_length=10,
        choices=Delivery.choices,
        default=Delivery.ONSITE,
        help_text=_("印在网页上，居民可以按它筛选。选“线上”就不占教室，也不受场所停用的影响。"),
    )

    starts_on = models.DateField(_("开课日期"), help_text=_("从这一天起按下面的安排排课。年龄要求也按这一天算。"))
    ends_on = models.DateField(_("结课日期"), blank=True, help_text=_("写了课次数就按课次数推算，可以空着。"))
    weekdays = WeekdaysField(_("每周"), help_text=_("只上一次的活动不用选。"))
    starts_at = models.TimeField(_("上课"), help_text=_("每次课几点开始。从上课到下课，教室和老师都被占用。"))
    ends_at = models.TimeField(_("下课"), help_text=_("每次课几点结束，要晚于上课时间。"))
    every_weeks = models.PositiveSmallIntegerField(
        _("每几周一次"), default=1, help_text=_("1 是每周都上，2 是隔一周上一次。")
    )
    session_count = models.PositiveSmallIntegerField(
        _("课次数"), null=True, blank=True, help_text=_("空着就一直排到结课日期。")
    )
    pattern_from = models.DateField(_("从哪天起按这个时间"), null=True, blank=True, editable=False)

    capacity = models.PositiveSmallIntegerField(_("名额"), null=True, blank=True, help_text=_("空着表示名额未公布。"))
    places_left = models.PositiveSmallIntegerField(_("剩余名额"), null=True, blank=True, editable=False)
    #: Full, or the number of places is not published: what 还有名额 leaves out. The database computes it, so that an
    #: index can have it which a booking does not touch unless it takes the last place (docs/mechanisms/board.md).
    none_left = models.GeneratedField(
        expression=models.Case(models.When(places_left__gt=0, then=False), default=True),
        output_field=models.BooleanField(),
        db_persist=True,
        verbose_name=_("没有可报的名额"),
    )
    waiting = models.PositiveIntegerField(_("候补人数"), default=0, editable=False)
    min_to_open = models.PositiveSmallIntegerField(
        _("最少开班人数"),
        null=True,
        blank=True,
        help_text=_("到这个人数才开班。开课前报不满，工作台会提醒您决定开不开。空着不提醒。"),
    )
    enrol_opens_at = models.DateTimeField(
        _("报名开始"),
        null=True,
        blank=True,
        help_text=_("到这个时间居民才能报名。空着，网页写“报名时间未公布”，谁也报不了。"),
    )
    enrol_closes_at = models.DateTimeField(
        _("报名截止"),
        null=True,
        blank=True,
        help_text=_("过了这个时间就不能报名。空着，可以一直报到最晚插班日期。抽签的班，截止以后才抽。"),
    )
    fee_fen = models.PositiveIntegerField(
        _("费用（分）"), null=True, blank=True, help_text=_("0 表示免费，空着表示未公布。")
    )
    mode = models.CharField(
        _("怎么给名额"),
        max_length=10,
        choices=EnrolMode.choices,
        default=EnrolMode.FIRST_COME,
        help_text=_("先到先得：有名额就报上。抽签：截止以后统一抽。只在窗口：网上不能报。直接来：不用报名。"),
    )
    counter_quota = models.PositiveSmallIntegerField(
        _("留给窗口的名额"), default=0, help_text=_("给不会用手机的人留的，包含在名额里。")
    )
    counter_until = models.DateTimeField(
        _("窗口名额留到"), null=True, blank=True, help_text=_("过了这个时间没用完的转给大家；空着就留到报名截止。")
    )
    join_until = models.DateField(
        _("最晚插班日期"), null=True, blank=True, help_text=_("开课后还可以补进来的最后一天；空着就是开课当天。")
    )
    residence = models.CharField(
        _("居住要求"),
        max_length=10,
        choices=Residence.choices,
        default=Residence.ANYONE,
        help_text=_("选了“本区”或“本街道”，登记住在别处的人报不了，会看到原因。"),
    )
    who_may_enrol = models.CharField(
        _("报名对象说明"),
        max_length=120,
        blank=True,
        help_text=_("只是印在网页上的一句话，系统不核对，例如：会用微信的长辈。"),
    )
    age_min = models.PositiveSmallIntegerField(
        _("最小年龄"), null=True, blank=True, help_text=_("按开课那天的周岁算，空着不限。")
    )
    age_max = models.PositiveSmallIntegerField(
        _("最大年龄"), null=True, blank=True, help_text=_("按开课那天的周岁算，空着不限。超过的人报不了，会看到原因。")
    )
    audience_only = models.BooleanField(
        _("只收适合的人群"), default=False, help_text=_("勾选后，课程页“适合谁”以外的人不能报。")
    )
    health_notice = models.CharField(
        _("健康提醒"),
        max_length=300,
        blank=True,
        help_text=_("写了，报名的人要先确认，例如：动作较快，膝盖不好的请先问医生。"),
    )
    prerequisite = models.ForeignKey(
        LearningPage,
        verbose_name=_("要先学完"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("选了，没有这门课结业记录的人报不了，会看到原因。空着不要求。"),
    )
    relative_from_age = models.PositiveSmallIntegerField(
        _("多少岁起要留家属联系方式"), null=True, blank=True, help_text=_("例如 80。空着不要求。")
    )
    pass_percent = models.PositiveSmallIntegerField(
        _("结业出勤率（%）"), default=60, help_text=_("到课次数占已上课次的百分之几可以结业。")
    )
    status = models.CharField(_("状态"), max_length=10, choices=ClassRunStatus.choices, default=ClassRunStatus.DRAFT)
    second_of = models.ForeignKey(
        "self",
        verbose_name=_("加开自"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="second_runs",
    )
    is_sample = models.BooleanField(
        _("示例"), default=False, help_text=_("勾选后，居民看到的地方都标明“示例”。换成真实内容后请取消。")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ClassRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("班")
        verbose_name_plural = _("班")
        ordering = ["starts_on", "starts_at", "pk"]
        indexes = [
            # All that search keeps of a run (search/board/), so that it reads the index and not the rows (measured at
            # 100,000 runs: 270 → 90 ms on SQLite, 150 → 75 ms on PostgreSQL). places_left stays out: every booking changes it.
            models.Index(
                fields=[
                    *("learning", "status", "starts_on", "ends_on", "weekdays", "starts_at", "delivery", "fee_fen"),
                    *("enrol_closes_at", "centre", "id"),
                ],
                name="run_of_learning",
            ),
            # Not WHERE places_left = 0: PostgreSQL would rewrite every index of the row with every booking (no HOT update).
            models.Index(fields=["ends_on", "id"], condition=Q(none_left=True), name="run_none_left"),
            models.Index(fields=["learning", "ends_on", "id"], condition=Q(none_left=True), name="run_none_left_of"),
            # The desk's lists page by page, of one status or of all, and the counter's (benchmarks/desk.py).
            models.Index(fields=["status", "starts_on", "starts_at", "id"], name="run_soonest"),
            models.Index(fields=["starts_on", "starts_at", "id"], name="run_in_order"),
            models.Index(fields=["term", "status", "starts_on", "starts_at", "id"], name="run_of_term"),
            # Not ["status", "ends_on"]: SQLite without statistics would take it for every course of the finder.
            models.Index(fields=["ends_on"], name="run_current"),
            models.Index(fields=["centre", "status", "ends_on"], name="run_at_centre"),
            # The few that may still be joined after their start (the counter), and those of a draw (the draw desk).
            models.Index(fields=["join_until"], condition=Q(join_until__isnull=False), name="run_join_until"),
            models.Index(fields=["mode", "enrol_closes_at"], name="run_of_mode"),
        ]
        constraints = [
            models.CheckConstraint(
                name="run_dates_in_order",
                condition=Q(starts_on__lte=F("ends_on")),
                violation_error_message=_("结课日期要晚于开课日期。"),
            ),
            models.CheckConstraint(
                name="run_times_in_order",
                condition=Q(starts_at__lt=F("ends_at")),
                violation_error_message=_("下课时间要晚于上课时间。"),
            ),
            models.CheckConstraint(
                name="run_enrolment_in_order",
                condition=Q(enrol_opens_at__isnull=True)
                | Q(enrol_closes_at__isnull=True)
                | Q(enrol_opens_at__lt=F("enrol_closes_at")),
                violation_error_message=_("报名截止要晚于报名开始。"),
            ),
            models.CheckConstraint(
                name="run_places_within_capacity",
                condition=Q(capacity__isnull=True, places_left__isnull=True)
                | Q(capacity__isnull=False, places_left__gte=0, places_left__lte=F("capacity")),
                violation_error_message=_("剩余名额要在 0 和名额之间。"),
            ),
            models.CheckConstraint(
                name="run_counter_quota_within_capacity",
                condition=Q(counter_quota=0) | Q(capacity__isnull=False, counter_quota__lte=F("capacity")),
                violation_error_message=_("留给窗口的名额不能超过名额。"),
            ),
            models.CheckConstraint(
                name="run_ages_in_order",
                condition=Q(age_min__isnull=True) | Q(age_max__isnull=True) | Q(age_min__lte=F("age_max")),
                violation_error_message=_("最大年龄不能小于最小年龄。"),
            ),
            models.CheckConstraint(
                name="run_pass_percent_possible",
                condition=Q(pass_percent__lte=100),
                violation_error_message=_("结业出勤率在 0 到 100 之间。"),
            ),
            models.CheckConstraint(
                name="run_every_week_at_least",
                condition=Q(every_weeks__gte=1),
                violation_error_message=_("至少每 1 周一次。"),
            ),
            models.CheckConstraint(
                name="run_minimum_within_capacity",
                condition=Q(min_to_open__isnull=True) | Q(capacity__isnull=True) | Q(min_to_open__lte=F("capacity")),
                violation_error_message=_("最少开班人数不能超过名额。"),
            ),
        ]

    def __str__(self):
        return f"{self.learning.title} {self.name or self.code}"

    def clean(self):
        wrong = wrong_order(
            self,
            ("starts_on", "ends_on", _("结课日期要晚于开课日期。")),
            ("starts_at", "ends_at", _("下课时间要晚于上课时间。")),
            ("enrol_opens_at", "enrol_closes_at", _("报名截止要晚于报名开始。")),
            ("enrol_opens_at", "counter_until", _("窗口名额要留到报名开始以后。")),
            ("starts_on", "join_until", _("最晚插班日期不能早于开课日期。")),
            ("age_min", "age_max", _("最大年龄不能小于最小年龄。")),
        )
        if None not in (self.join_until, self.ends_on) and self.join_until > self.ends_on:
            wrong["join_until"] = _("最晚插班日期不能晚于结课日期。")
        if None not in (self.min_to_open, self.capacity) and self.min_to_open > self.capacity:
            wrong["min_to_open"] = _("最少开班人数不能超过名额。")
        if wrong:
            raise ValidationError(wrong)

    @property
    def is_over(self):
        return self.ends_on is not None and self.ends_on < timezone.localdate()  # a form that is being filled has none

    @property
    def phase(self):
        """Where this run stands now (a Phase): computed from status, dates and places, never stored."""
        now, today = timezone.now(), timezone.localdate()
        if self.status == ClassRunStatus.CANCELLED:
            return Phase.CANCELLED
        if self.ends_on < today:
            return Phase.ENDED
        if self.enrol_opens_at and now < self.enrol_opens_at:
            return Phase.OPENS_SOON
        if self.enrol_opens_at and (not self.enrol_closes_at or now < self.enrol_closes_at):
            return Phase.FULL if self.places_left == 0 else Phase.OPEN
        if self.starts_on <= today:
            return Phase.RUNNING
        return Phase.CLOSED if self.enrol_closes_at else Phase.ANNOUNCED

    @property
    def is_draw(self):
        return self.mode == EnrolMode.DRAW

    @property
    def is_walk_in(self):
        return self.mode == EnrolMode.WALK_IN

    @property
    def is_first_come(self):
        return self.mode == EnrolMode.FIRST_COME

    @property
    def is_full(self):
        return self.phase == Phase.FULL

    @property
    def action_words(self):
        """What a resident can do about this run on the site now; empty where there is nothing to press."""
        if self.mode not in (EnrolMode.FIRST_COME, EnrolMode.DRAW) or self.capacity is None:
            return ""
        phase = self.phase
        if phase == Phase.OPEN:
            return "参加抽签" if self.mode == EnrolMode.DRAW else "我要报名"
        return "排候补" if phase == Phase.FULL else ""

    @property
    def asks_for_second(self):
        """True when as many people wait as a class of their own would need."""
        is_running = self.status == ClassRunStatus.PUBLISHED and not self.is_over
        return is_running and self.waiting >= self.second_minimum

    @property
    def second_minimum(self):
        return self.min_to_open or USUAL_MINIMUM

    @property
    def pattern_words(self):
        """每周三 14:00—15:30, 每两周 周六、周日 …, 9月9日（周三）起每周五 …; a single sitting says its date."""
        hours = f"{clock(self.starts_at)}—{clock(self.ends_at)}"
        if not self.weekdays:
            return f"{date_words(self.starts_on)} {hours}"
        days = days_words(self.weekdays)
        if self.every_weeks > 1:
            days = f"每{self.every_weeks}周的{days}"
        elif not days.startswith("每"):
            days = f"每{days}"
        is_coming = self.pattern_from and self.pattern_from > timezone.localdate()
        since = f"{date_words(self.pattern_from, year=False)}起" if is_coming else ""
        return f"{since}{days} {hours}"

    @property
    def places_words(self):
        """The places in words: colour is never the only sign."""
        if self.capacity is None:
            return "名额未公布"
        if self.places_left == 0:
            return f"已满，{self.waiting} 人候补" if self.waiting else "已满"
        return f"余 {self.places_left} 名（共 {self.capacity} 名）"

    @property
    def room_words(self):
        """The room; 教室待定 where people must come and none is named yet."""
        if self.room:
            return self.room.name
        return "" if self.delivery == Delivery.ONLINE else "教室待定"

    @property
    def delivery_words(self):
        """线上, 线上线下结合; nothing for what everybody expects."""
        return "" if self.delivery == Delivery.ONSITE else Delivery(self.delivery).label

    @property
    def age_words(self):
        """55—70 岁, 满 60 岁, 18 岁以下; nothing without a rule."""
        if self.age_min is not None and self.age_max is not None:
            return f"{self.age_min}—{self.age_max} 岁"
        if self.age_min is not None:
            return f"满 {self.age_min} 岁"
        return f"{self.age_max} 岁以下（含）" if self.age_max is not None else ""

    @property
    def last_day_to_join(self):
        """The last day on which somebody may still come in; the first day of the run where nothing is said."""
        return self.join_until or self.starts_on

    @property
    def eligibility_words(self):
        """Who may enrol, in one phrase."""
        parts = [
            Residence(self.residence).label if self.residence != Residence.ANYONE else "",
            self.age_words,
            self.who_may_enrol,
        ]
        return "，".join(str(part) for part in parts if part) or "不限，人人可报"

    @property
    def teacher_words(self):
        names = [teacher.public_name for teacher in self.teachers.all()]
        return "、".join(name for name in names if name) or "老师待公布"


class Session(models.Model):
    """课次: one meeting of a class run. Cancelled and moved ones keep their UID and raise ``sequence`` (RFC 5545 §3.8.7.4).

    ``planned_on`` is the date the weekly pattern gave; ``starts_at`` is where it stands now.
    """

    class_run = models.ForeignKey(ClassRun, verbose_name=_("班"), on_delete=models.PROTECT, related_name="sessions")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveSmallIntegerField(_("第几次"))
    planned_on = models.DateField(_("原定日期"))
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    room = models.ForeignKey(
        Room, verbose_name=_("教室"), null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )
    substitute = models.ForeignKey(
        Teacher, verbose_name=_("代课教师"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    status = models.CharField(_("状态"), max_length=10, choices=SessionStatus.choices, default=SessionStatus.SCHEDULED)
    note = models.CharField(_("说明"), max_length=120, blank=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("课次")
        verbose_name_plural = _("课次")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["starts_at", "class_run"], name="session_by_time")]
        constraints = [
            models.UniqueConstraint(fields=["class_run", "planned_on"], name="session_once_per_planned_day"),
            models.CheckConstraint(
                name="session_in_order",
                condition=Q(starts_at__lt=F("ends_at")),
                violation_error_message=_("结束要晚于开始。"),
            ),
        ]

    def __str__(self):
        return f"{self.class_run} {span_words(self.starts_at, self.ends_at)}"

    @property
    def is_cancelled(self):
        return self.status in NOT_MEETING

    @property
    def was_moved(self):
        return timezone.localdate(self.starts_at) != self.planned_on

    @property
    def span_words(self):
        return span_words(self.starts_at, self.ends_at)

"""The roles of the district: one table, applied by ``manage.py sync_roles`` (core/services.py).

role → group(s), pages, collection, model permissions. What is not in this table, a role
does not have; what somebody ticked by hand in the admin goes at the next sync. Models
are named by label, since core imports no feature. Explained in docs/mechanisms/roles.md.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

ROOT = "root"  # the whole page tree, or the root collection
OWN = "own"  # the page (or collection) that the group was made for

STREET = "network.StreetPage"
SUB_CENTRE = "network.SubCentrePage"
TEACHING_POINT = "network.TeachingPointPage"
MEDIA = ("add", "change", "choose")
READ = ("view",)
WRITE = ("view", "add", "change", "delete")


@dataclass(frozen=True)
class Role:
    """One row of the table.

    ``per``: label of the page type each of whose pages has a group of its own; "" = one group.
    ``pages``: (ROOT, OWN or a page type's label, Wagtail page actions); "view" lets a role
    read the tables of that part of the tree and opens no page for editing.
    ``collection``: where MEDIA actions hold, ROOT, OWN or "".
    ``models``: (model label, actions) as Django model permissions.
    ``permissions``: further permissions as "app.codename".
    ``approves``: places whose workflow this role approves, ROOT or OWN.
    """

    key: str
    name: str
    username: str  # of the demo account, and its ending where there is one group per page
    per: str = ""
    is_superuser: bool = False
    pages: tuple = ()
    collection: str = ""
    models: tuple = ()
    permissions: tuple = ("wagtailadmin.access_admin",)
    approves: tuple = ()


@dataclass(frozen=True)
class Outsider:
    """Somebody who uses the site and has no group: what they may do follows from who they are. The desk is closed to them."""

    key: str
    name: str
    may: str


#: domain.md §3.3, the first three rows; what opens their doors is named in ``may``
OUTSIDERS = (
    Outsider("visitor", _("访客"), _("看网站上公开的一切，不用登录")),
    Outsider("resident", _("居民"), _("手机验证码登录，只管自己的报名和资料")),
    Outsider("proxy", _("代办人"), _("登录的居民，有效的代办关系在，才能替那个人办")),
)


def _models(actions, *labels):
    return tuple((label, actions) for label in labels)


#: tables that belong to a street or a centre
STREET_TABLES = (
    "network.Room",
    "network.SchoolResource",
    "network.Neighbourhood",
    "network.Landmark",
    "teachers.Teacher",
    "timetable.ClassRun",
    "timetable.CentreClosure",
)
#: tables the whole district shares
SHARED_TABLES = ("timetable.Term", "timetable.CalendarDay", "timetable.Subject", "timetable.Audience")
#: what search understands and what stands first in it: the whole district's
SEARCH_TABLES = ("search.SynonymGroup", "search.StopWord", "search.PinnedResult")
#: counted by the site, without the person
ASKED_TABLES = ("search.SearchedWords", "search.LearningWish")
#: how a course is developed and what it was awarded (docs/mechanisms/course-review.md)
PROJECTS, AWARDS = "courses.CourseProject", "courses.CourseAward"
#: the workflow's task in which courses are scored before they are approved
REVIEW_TASK = "courses.CourseReviewTask"
#: what residents tell us (feedback/permissions.py): questions are answered, surveys read, answers made public
QUESTIONS, SURVEYS, PUBLIC_ANSWERS = "feedback.Question", "feedback.SurveyAnswer", "feedback.PublicAnswer"
FEEDBACK = ((QUESTIONS, ("view", "change")), (SURVEYS, READ))
#: never created or deleted by hand
SESSIONS = "timetable.Session"
#: what the counter needs (enrolments/permissions.py); it lists nobody, so nothing is to be viewed
COUNTER = (("enrolments.Enrolment", ("add", "change")), ("accounts.Resident", ("add", "change")))

ROLES = (
    Role(key="administrator", name=_("系统管理员"), username="guanliyuan", is_superuser=True),
    Role(
        key="district_office",
        name=_("区社区教育办公室"),
        username="qubangongshi",
        pages=((ROOT, ("add", "change", "publish")),),
        collection=ROOT,
        models=(
            *_models(WRITE, *STREET_TABLES, *SHARED_TABLES, *SEARCH_TABLES),
            ("search.SearchedWords", READ),
            ("search.LearningWish", ("view", "delete")),  # nonsense is removed
            (SESSIONS, ("view", "change")),
            ("core.DistrictSettings", ("change",)),
            *_models(WRITE, PROJECTS, AWARDS, PUBLIC_ANSWERS),
            *FEEDBACK,
            *COUNTER,
            *_models(READ, "accounts.RecordAccess"),
            # An administrator sees residents' data for as long as the office says: accounts/permissions.py.
            ("accounts.DataOpening", ("view", "add")),
        ),
        approves=(ROOT, OWN),
    ),
    Role(
        key="college",
        name=_("社区培训学院"),
        username="xueyuan",
        # 课程在学院统筹协调下开展 (domain.md C28): it edits everywhere in the network, publishes its own.
        pages=(("network.NetworkIndexPage", ("change",)), ("network.AcademyPage", ("add", "change", "publish"))),
        collection=ROOT,
        models=(
            *_models(WRITE, "network.Room", "network.SchoolResource", "teachers.Teacher", "timetable.ClassRun"),
            *_models(("view", "add", "change"), *SHARED_TABLES),
            *_models(WRITE, *SEARCH_TABLES),
            *_models(READ, *ASKED_TABLES),
            (SESSIONS, ("view", "change")),
            *_models(READ, "network.Neighbourhood", "network.Landmark"),
            *_models(WRITE, PROJECTS, AWARDS, PUBLIC_ANSWERS),
            *FEEDBACK,
        ),
        # all courses, coordination (domain.md §3.3): what a street has submitted, the college may approve too
        approves=(OWN,),
    ),
    Role(
        key="street_lead",
        name=_("负责人"),
        username="fuzeren",
        per=STREET,
        pages=((OWN, ("add", "change", "publish")),),
        collection=OWN,
        models=(
            *_models(WRITE, *STREET_TABLES),
            (SESSIONS, ("view", "change")),
            *_models(READ, *SHARED_TABLES, *SEARCH_TABLES, *ASKED_TABLES),
            *_models(WRITE, PROJECTS, AWARDS, PUBLIC_ANSWERS),
            *FEEDBACK,
            *COUNTER,
        ),
        approves=(OWN,),
    ),
    Role(
        key="street_editor",
        name=_("编辑"),
        username="bianji",
        per=STREET,
        pages=((OWN, ("add", "change")),),
        collection=OWN,
        models=(
            # Class runs: drafts only, see timetable/permissions.py.
            *_models(WRITE, "timetable.ClassRun"),
            *_models(("view", "add", "change"), "network.Room", "network.SchoolResource", "teachers.Teacher"),
            *_models(READ, "network.Neighbourhood", "network.Landmark", SESSIONS, *SHARED_TABLES),
            (PROJECTS, ("view", "add", "change")),
            *_models(READ, AWARDS, PUBLIC_ANSWERS),
            *FEEDBACK,
        ),
    ),
    Role(
        key="counter_clerk",
        name=_("窗口工作人员"),
        username="chuangkou",
        per=STREET,
        pages=((OWN, READ),),
        models=(*_models(READ, "timetable.ClassRun"), *COUNTER),
    ),
    Role(
        # Sees the classes of the Teacher row that names this account, no others: enrolments/permissions.py.
        key="teacher",
        name=_("教师"),
        username="jiaoshi",
        permissions=("wagtailadmin.access_admin", "enrolments.change_attendance"),
    ),
    Role(
        key="point_editor",
        name=_("教学点编辑"),
        username="jiaoxuedian",
        per=TEACHING_POINT,
        # No collection: pictures are chosen and uploaded by the street that approves the page.
        pages=((OWN, ("change",)),),
    ),
    Role(
        key="host_coordinator",
        name=_("学校联络人"),
        username="lianluoren",
        per=SUB_CENTRE,
        # Opening hours are part of the page: they are submitted with it. Days of exams are a table.
        pages=((OWN, ("change",)),),
        models=(
            *_models(WRITE, "network.Room", "timetable.CentreClosure"),
            *_models(READ, "network.SchoolResource", "timetable.CalendarDay"),
        ),
    ),
    Role(
        # Invited to score course projects: the task of the workflow knows them by this group (core/services.py).
        key="reviewer",
        name=_("评审"),
        username="pingshen",
    ),
    Role(
        key="auditor",
        name=_("审计"),
        username="shenji",
        pages=((ROOT, READ),),
        # Of people only logs, which name nobody: what became of enrolments, and who opened whose record.
        models=(
            *_models(READ, *STREET_TABLES, *SHARED_TABLES, *SEARCH_TABLES, *ASKED_TABLES, SESSIONS),
            *_models(READ, PROJECTS, AWARDS),
            *_models(READ, "enrolments.EnrolmentEvent", "accounts.RecordAccess", "accounts.DataOpening"),
        ),
    ),
)


def role(key):
    """Return the Role with ``key``."""
    return next(entry for entry in ROLES if entry.key == key)


def scoring_roles():
    """Return the Roles that score courses: invited reviewers, or the college while the table has none (domain.md §3.3)."""
    return [entry for entry in ROLES if entry.key == "reviewer"] or [role("college")]


def group_name(entry, page=None):
    """Return the group's name: 区社区教育办公室, or 清名桥街道·编辑 for a group of one page."""
    return f"{page}·{entry.name}" if page is not None else str(entry.name)

"""Every address of the admin with its arguments filled in, for two streets: what a crawler of the roles walks over."""

import datetime
from dataclasses import dataclass, field

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.urls import URLResolver, get_resolver
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Site, Task, Workflow

from accounts.models import User
from core.models import CustomDocument, ImportRun
from core.services import sync_roles
from courses.enums import Stage
from courses.models import CourseProject
from enrolments.models import Certificate
from feedback.models import PublicAnswer, Question, SurveyAnswer
from search.models import LearningWish, PinnedResult, StopWord, SynonymGroup
from teachers.models import Teacher
from tests.enrolments.classes import put
from tests.enrolments.drawing import draw_run
from tests.factories.courses import CourseAwardFactory, CourseProjectFactory
from tests.factories.learning import CoursePageFactory
from tests.factories.network import (
    LandmarkFactory,
    NeighbourhoodFactory,
    RoomFactory,
    SchoolResourceFactory,
    SubCentrePageFactory,
    TeachingPointPageFactory,
)
from tests.factories.people import ResidentFactory, birth_month
from tests.factories.timetable import (
    AudienceFactory,
    CentreClosureFactory,
    ClassRunFactory,
    SubjectFactory,
    TermFactory,
)
from timetable.models import CalendarDay

#: The admin's own catch-all, pages that break on purpose, what signs a user out, and the second step of Wagtail's import of
#: redirects, which without the first is a KeyError of Wagtail's (only an administrator gets so far).
NOT_WALKED = ("admin/^.*/$", "admin/failwhale/", "admin/test404/", "admin/logout/", "admin/redirects/import/process/")
BULK = {
    "wagtailcore/page": ("delete", "move", "publish", "unpublish"),
    "core/customimage": ("add_tags", "add_to_collection", "delete"),
    "core/customdocument": ("add_tags", "add_to_collection", "delete"),
    "accounts/user": ("assign_role", "delete", "set_active_state"),
}


@dataclass
class Street:
    """What one street has: a row of every table, pages, files, and a class with a minor and a grown-up in it."""

    name: str
    page: object
    rows: dict = field(default_factory=dict)  # what ``pk`` means, by name of the address or its namespace
    names: dict = field(default_factory=dict)  # what any other argument means, by its name

    def argument(self, address, name):
        if name == "pk":
            return self.rows.get(address) or self.rows[address.partition(":")[0]]
        return self.names.get(f"{address} {name}", self.names.get(name))


@dataclass
class World:
    own: Street
    other: Street
    minors: list
    people: list


def furnish(district):
    """Found the world of the crawl on ``district``; the roles are synced in it."""
    SubCentrePageFactory(parent=district.other_street, title="第二分中心")
    for street in (district.street, district.other_street):
        TeachingPointPageFactory(parent=street, title=f"{street}教学点")
    sync_roles()
    minors, people = [], []
    shared = _shared(district)
    own = _street(district, district.street, shared, minors, people)
    return World(own, _street(district, district.other_street, shared, minors, people), minors, people)


def _shared(district):
    reviewed = CoursePageFactory(parent=district.street, title="等审核的课", live=False)
    reviewed.save_revision()
    state = reviewed.get_workflow().start(reviewed, User.objects.create_user("zuozhe"))
    redirect = Redirect.objects.create(old_path="/jiu", redirect_link="/xin")
    rows = {
        "terms": TermFactory(),
        "calendar_days": CalendarDay.objects.create(date=datetime.date(2031, 1, 1), name="元旦", kind="holiday"),
        "subjects": SubjectFactory(),
        "audiences": AudienceFactory(),
        "synonym_groups": SynonymGroup.objects.create(words="手机 电话"),
        "stop_words": StopWord.objects.create(word="我想"),
        "pinned_results": PinnedResult.objects.create(words="太极", page=reviewed),
        "learning_wishes": LearningWish.objects.create(wish="想学剪纸"),
        "wagtailsites": Site.objects.get(),
        "wagtailusers_users": User.objects.create_user("tongshi", password="x"),
        "wagtailusers_groups": Group.objects.order_by("pk").first(),
        "wagtailadmin_workflows": Workflow.objects.first(),
        "wagtailadmin_workflows:edit_task": Task.objects.first(),
        "wagtailadmin_workflows:enable_task": Task.objects.first(),
        "wagtailadmin_workflows:disable_task": Task.objects.first(),
        "wagtailsettings": Site.objects.get(),
        "district_import_undo": ImportRun.objects.create(username="tongshi", titles="教师", files="teachers.xlsx"),
    }
    names = {
        "redirect_id": redirect.pk,
        "task_id": Task.objects.first().pk,
        "task_state_id": state.current_task_state.pk,
        "workflow_state_id": state.pk,
        "workflow_pk": Workflow.objects.first().pk,
        "app_name": "core",
        "model_name": "districtsettings",
        "content_type_app_name": "courses",
        "content_type_model_name": "coursepage",
        "wagtailadmin_pages:choose_parent app_label": "courses",
        "wagtailadmin_pages:choose_parent model_name": "coursepage",
        "wagtailadmin_tag_model_autocomplete app_name": "taggit",
        "wagtailadmin_tag_model_autocomplete model_name": "tag",
        "wagtailadmin_workflows:add_task app_label": "wagtailcore",
        "wagtailadmin_workflows:add_task model_name": "groupapprovaltask",
        "wagtailadmin_editing_sessions:ping app_label": "wagtailcore",
        "wagtailadmin_editing_sessions:ping model_name": "page",
        "action_name": "approve",
        "filter_spec": "fill-10x10",
        "stem": "teachers",
        "district_import_faulty number": 0,
        "session_id": 1,
        "uploaded_file_id": 1,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "uidb64": "MQ",
        "token": "x-y",
        "destination_id": district.network.pk,
        "editor_guide_page number": 1,
        "of review": reviewed.pk,
    }
    return rows, names


def _street(district, page, shared, minors, people):
    rows, names = dict(shared[0]), dict(shared[1])
    course = CoursePageFactory(parent=page, title=f"{page}的课", live=False)
    revision = course.save_revision()
    teacher = Teacher.objects.create(name=f"{page}教师", home_centre=page)
    day = timezone.localdate() - datetime.timedelta(days=8)
    run = ClassRunFactory(learning=course, starts_on=day, weekdays=[day.isoweekday()], teachers=[teacher])
    minor = ResidentFactory(name=f"{page}的小明", birth_month=birth_month(9), phone="")
    adult = ResidentFactory(name=f"{page}的王秀英")
    claims = [put(run, person) for person in (minor, adult)]
    minors.append(minor)
    people.append(adult)
    certificate = Certificate.objects.create(
        enrolment=claims[0], number=f"Z{page.pk}", name=minor.name, title="课", centre="街道",
        attended=1, held=1, minutes=90, issued_on=day,
    )  # fmt: skip
    collection = Collection.objects.get(name=str(page))
    document = CustomDocument.objects.create(
        title=f"{page}的文件", collection=collection, file=ContentFile(b"x", name=f"{page.pk}.txt")
    )
    image = get_image_model().objects.create(title=f"{page}的照片", collection=collection, file=get_test_image_file())
    rows |= {
        "rooms": RoomFactory(centre=page),
        "resources": SchoolResourceFactory(centre=page),
        "neighbourhoods": NeighbourhoodFactory(street=page),
        "landmarks": LandmarkFactory(street=page),
        "closures": CentreClosureFactory(centre=page),
        "course_projects": CourseProjectFactory(course__parent=page, course__title=f"{page}在开发的课"),
        "course_awards": CourseAwardFactory(course=course),
        "course_chooser": course,
        "course_reviews": _round(page),
        "teachers": teacher,
        "runs": run,
        "sessions": run.sessions.order_by("starts_at").first(),
        "roster": run,
        "roster:session": run.sessions.order_by("starts_at").first(),
        "roster:phone": claims[0],
        "roster:notes": claims[0],
        "questions": _question(course, adult),
        "questions:public": PublicAnswer.objects.create(page=course, question="几点？", answer="两点。"),
        "survey_results": _surveyed(run),
        "draw_desk": draw_run(district, learning=CoursePageFactory(parent=page, title=f"{page}抽签的课")),
        "learning_chooser": course,
        "wagtailimages_chooser": image,
        "wagtaildocs_chooser": document,
        "wagtailadmin_collections": collection,
        "wagtailadmin_pages": course,
        "wagtailadmin_api:pages:detail": course,
        "wagtailadmin_api:pages:action": course,
        "wagtailadmin_api:documents:detail": document,
        "wagtailadmin_api:images:detail": image,
    }
    names |= {
        "page_id": course.pk,
        "page_pk": page.pk,
        "parent_page_id": page.pk,
        "page_to_move_id": course.pk,
        "revision_id": revision.pk,
        "image_id": image.pk,
        "document_id": document.pk,
        "doc_id": document.pk,
        "collection_id": collection.pk,
        "object_id": course.pk,
        "number": certificate.number,
        "receipt": claims[0].receipt,
        "counter:person token": minor,  # signed for whoever asks
    }
    for name in ("workflow_action", "collect_workflow_action_data", "workflow_preview", "workflow_history_detail"):
        names[f"wagtailadmin_pages:{name} page_id"] = names["of review"]
    return Street(str(page), page, rows, names)


def _question(course, asker):
    return Question.objects.create(
        centre=course.street, page=course, asker=asker, text="几点上课？", due_on=timezone.localdate()
    )


def _surveyed(run):
    SurveyAnswer.objects.create(class_run=run, satisfaction=5, usefulness=5)
    return run


def _round(street):
    """Return the round of scoring of a course that ``street`` has handed in."""
    project = CourseProjectFactory(course__parent=street, course__title=f"{street}在评审的课", course__live=False)
    CourseProject.objects.filter(pk=project.pk).update(stage=Stage.REVIEW)
    project.course.save_revision()
    project.course.get_workflow().start(project.course, project.owner)
    return project.course.review_rounds.get()


def routes():
    """Return {name of an address: [names of its arguments]} of everything below /admin/."""
    found = {}
    for name, route, pattern in _walk(get_resolver()):
        if route.startswith("admin/") and route not in NOT_WALKED:
            arguments = list(pattern.pattern.regex.groupindex)
            while name in found:
                name += "+"
            found[name] = (route, arguments)
    return found


def _walk(resolver, before="", spaces=()):
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, route, (*spaces, pattern.namespace) if pattern.namespace else spaces)
        else:
            yield ":".join((*spaces, pattern.name or "-")), route, pattern

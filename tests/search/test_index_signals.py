"""The index follows every change, in the change's own transaction, on both databases; nobody finds what is not public."""

import datetime

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from search import index
from search.index import services
from search.language.text import normalise, query_tokens
from search.models import PinnedResult, SearchEntry, SearchState, SearchTerm, StopWord, SynonymGroup
from tests.factories.enrolments import enrol_someone, make_run
from tests.factories.learning import CoursePageFactory, NewsPageFactory
from tests.factories.network import NeighbourhoodFactory, SubCentrePageFactory, TeachingPointPageFactory
from tests.factories.timetable import AudienceFactory, ClassRunFactory, SubjectFactory
from timetable.services import cancel_class_run, delete_class_run, publish_class_run, save_class_run

pytestmark = pytest.mark.django_db


def found(word):
    return set(index.match([[query_tokens(normalise(word))]]))


def tokens():
    return dict(SearchState.objects.values_list("name", "token"))


def of_search(queries):
    tables = ("search_text", "search_searchentry", "search_searchterm", "search_searchstate", "advisory")
    return [query["sql"] for query in queries if any(table in query["sql"] for table in tables)]


@pytest.fixture
def course(district):
    return CoursePageFactory(parent=district.street, title="锡绣入门")


def test_a_new_page_is_found_and_a_draft_is_not(district, course):
    CoursePageFactory(parent=district.street, title="锡绣草稿", live=False)
    assert found("锡绣") == {course.pk}
    assert SearchEntry.objects.get(pk=course.pk).kind == "course"


def test_a_page_with_unpublished_changes_is_found_by_what_is_published(course):
    course.title = "泥人"
    with CaptureQueriesContext(connection) as queries:
        course.save_revision()
    assert not of_search(queries), "a draft asks nothing of the index"
    assert found("泥人") == set()
    course.get_latest_revision().publish()
    assert found("泥人") == {course.pk}
    assert found("锡绣") == set()


def test_unpublishing_and_publishing_again(course):
    course.unpublish()
    assert found("锡绣") == set()
    course.save_revision().publish()
    assert found("锡绣") == {course.pk}


def test_a_page_whose_time_has_come_or_gone(course):
    course.go_live_at = timezone.now() + datetime.timedelta(hours=1)
    course.expire_at = timezone.now() + datetime.timedelta(hours=2)
    course.live = False
    course.save()
    course.save_revision().publish()
    assert found("锡绣") == set()
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=1.5)):
        call_command("publish_scheduled")
    assert found("锡绣") == {course.pk}
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=3)):
        call_command("publish_scheduled")
    assert found("锡绣") == set()


def test_the_base_row_of_a_page_counts_as_well(course):
    page = Page.objects.get(pk=course.pk)
    page.live = False
    page.save()
    assert found("锡绣") == set()


def test_tags_and_audiences_published_with_the_page_are_in_its_entry(course):
    elders = AudienceFactory(name="银发族")
    course.tags.add("古运河")
    course.audiences.add(elders)
    course.save_revision().publish()
    assert found("古运河") == found("银发族") == {course.pk}
    course.tags.clear()
    course.audiences.clear()
    course.save()
    assert found("古运河") == found("银发族") == set()


def test_deleting_a_page_and_a_branch(district, course):
    course.delete()
    assert found("锡绣") == set()
    lower = CoursePageFactory(parent=district.other_street, title="下面的锡绣")
    lower.tags.add("古运河")
    lower.save()
    PageViewRestriction.objects.create(page=lower, restriction_type="login")
    Page.objects.get(pk=district.other_street.pk).delete()
    assert not SearchEntry.objects.filter(pk__in=[lower.pk, district.other_street.pk]).exists()
    assert services.verify() == []


def test_moving_a_branch_changes_what_is_said_of_its_street(district, course):
    assert course.pk in found("清名桥街道")
    course.move(district.other_street, pos="last-child")
    assert course.pk in found("南禅寺街道")
    assert course.pk not in found("清名桥街道")


@pytest.mark.parametrize("where", ["page", "above"])
def test_a_restricted_page_is_not_found_until_it_is_open_again(district, course, where):
    page = course if where == "page" else district.network
    lock = PageViewRestriction.objects.create(page=Page.objects.get(pk=page.pk), restriction_type="login")
    assert found("锡绣") == set()
    course.save()
    assert found("锡绣") == set()
    lock.delete()
    assert found("锡绣") == {course.pk}


def test_a_page_outside_every_site_is_not_found(district):
    root = Page.objects.get(depth=1)
    root.add_child(instance=NewsPageFactory._meta.model(title="外面的锡绣", slug="outside"))
    assert found("锡绣") == set()


def test_renaming_a_street_reaches_what_stands_in_it_and_what_meets_there(district, course):
    elsewhere = CoursePageFactory(parent=district.other_street, title="合唱")
    ClassRunFactory(learning=elsewhere, centre=district.street)
    district.street.street_name = district.street.title = "运河街道"
    district.street.save()
    assert {course.pk, elsewhere.pk, district.street.pk, district.sub_centre.pk} <= found("运河街道")
    assert found("清名桥街道") == set()


def test_renaming_a_centre_reaches_the_courses_that_meet_there(district, course):
    run = ClassRunFactory(learning=course, centre=district.sub_centre)
    district.sub_centre.host_school_now = "清扬路小学"
    district.sub_centre.save()
    assert course.pk in found("清扬路小学")
    cancel_class_run(run)
    assert course.pk in found("清扬路小学"), "a cancelled class is still on the page"


def test_the_place_of_a_class_run_comes_and_goes_with_it(district, course):
    centre = SubCentrePageFactory(parent=district.other_street, title="金匮分中心")
    run = ClassRunFactory(learning=course, centre=centre, draft=True)
    assert course.pk not in found("金匮")
    publish_class_run(run)
    assert course.pk in found("金匮")
    run.centre = district.sub_centre
    save_class_run(run)
    assert course.pk not in found("金匮")


def test_a_class_run_given_to_another_course_leaves_the_first(district, course):
    other = CoursePageFactory(parent=district.street, title="合唱")
    centre = SubCentrePageFactory(parent=district.other_street, title="金匮分中心")
    run = ClassRunFactory(learning=course, centre=centre)
    run.learning = other
    save_class_run(run)
    assert course.pk not in found("金匮")
    assert other.pk in found("金匮")


def test_renamed_subjects_audiences_and_tags_are_found_by_their_new_names(course):
    course.subject, elders = SubjectFactory(name="手工"), AudienceFactory(name="长辈")
    course.audiences.add(elders)
    course.tags.add("古运河")
    course.save()
    for thing, name in ((course.subject, "非遗"), (elders, "银发族"), (course.tags.get(), "大运河")):
        thing.name = name
        thing.save()
        assert found(name) == {course.pk}
    assert found("手工") == found("长辈") == found("古运河") == set()
    tag = course.tags.get()
    elders.delete()
    tag.delete()
    assert found("银发族") == found("大运河") == set()


def test_neighbourhoods_are_words_of_their_centres(district):
    point = TeachingPointPageFactory(parent=district.street)
    community = NeighbourhoodFactory(street=district.street, name="沁园社区")
    assert found("沁园") == {district.street.pk, district.sub_centre.pk}
    point.neighbourhood = community
    point.save()
    assert point.pk in found("沁园")
    community.delete()
    assert found("沁园") == set()


# ---------------------------------------------------------------- documents


@pytest.fixture
def file(db):
    return get_document_model().objects.create(title="招生简章", file=ContentFile(b"x", name="a.txt"))


def test_documents_are_found_while_their_collection_is_open(file):
    assert found("招生简章") == {-file.pk}
    closed = Collection.get_first_root_node().add_child(name="内部")
    restriction = CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    file.collection = closed
    file.save()
    assert found("招生简章") == set()
    restriction.delete()
    assert found("招生简章") == {-file.pk}
    file.delete()
    assert found("招生简章") == set()


def test_tags_of_documents(file):
    file.tags.add("年报")
    assert found("年报") == {-file.pk}
    file.tags.get().delete()
    assert found("年报") == set()


def test_a_collection_moved_below_a_closed_one_takes_its_documents_along(file, django_capture_on_commit_callbacks):
    root = Collection.get_first_root_node()
    closed, moved = root.add_child(name="内部"), root.add_child(name="文件")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    file.collection = moved
    file.save()
    assert found("招生简章") == {-file.pk}
    with django_capture_on_commit_callbacks(execute=True):
        moved.save()
        moved.move(closed, "sorted-child")
    assert found("招生简章") == set()


def test_documents_put_into_a_collection_at_once(file, admin_client):
    closed = Collection.get_first_root_node().add_child(name="内部")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    address = f"/admin/bulk/core/customdocument/add_to_collection/?id={file.pk}"
    response = admin_client.post(address, {"collection": closed.pk, "next": "/admin/documents/"})
    file.refresh_from_db()
    assert file.collection == closed, response
    assert found("招生简章") == set()


# ---------------------------------------------------------------- transactions and bookings


def test_what_is_rolled_back_was_never_indexed(district, course):
    before, terms = tokens(), set(SearchTerm.objects.values_list("word", "entries"))
    with transaction.atomic():
        CoursePageFactory(parent=district.street, title="惠山泥人")
        course.title = "书法"
        course.save()
        assert found("锡绣") == set()
        transaction.set_rollback(True)
    assert found("惠山泥人") == set()
    assert found("锡绣") == {course.pk}
    assert (tokens(), set(SearchTerm.objects.values_list("word", "entries"))) == (before, terms)


def test_a_batch_indexes_once_and_not_at_all_when_it_fails(district, course):
    before = tokens()
    with services.batch():
        new = CoursePageFactory(parent=district.street, title="惠山泥人")
        course.delete()
        assert found("惠山泥人") == set()
        assert tokens() == before
    assert found("惠山泥人") == {new.pk}
    assert found("锡绣") == set()
    assert tokens()["timetable"] != before["timetable"]
    with pytest.raises(ZeroDivisionError):
        fail_in_a_batch(new)
    assert found("惠山泥人") == {new.pk}
    NewsPageFactory(parent=district.news_index, title="泥人新闻")
    assert len(found("泥人")) == 2, "after a batch that failed, every save indexes at once again"


@transaction.atomic
def fail_in_a_batch(page):
    with services.batch():
        page.delete()
        1 / 0  # noqa: B018


def test_a_booking_writes_nothing_of_search(district):
    run = make_run(district, capacity=2)
    before = tokens()
    with CaptureQueriesContext(connection) as queries:
        for _number in range(3):  # the last place, and one on the waiting list
            enrol_someone(run)
    assert len(queries) > 10
    assert not of_search(queries)
    assert tokens() == before


# ---------------------------------------------------------------- what workers keep


def changes(action):
    before = tokens()
    action()
    after = tokens()
    return {name for name in after if after[name] != before.get(name)}


def test_the_timetable_is_loaded_again_after_every_change_of_it(district, course):
    run = ClassRunFactory(learning=course, draft=True, centre=district.street)
    assert "timetable" in changes(lambda: publish_class_run(run))
    assert "timetable" in changes(lambda: cancel_class_run(run))
    assert "timetable" in changes(lambda: save_class_run(run))
    draft = ClassRunFactory(learning=course, draft=True, centre=district.street)
    assert "timetable" in changes(lambda: delete_class_run(draft))
    assert "timetable" in changes(course.unpublish)
    assert "timetable" in changes(course.save)
    assert "timetable" in changes(lambda: course.move(district.other_street, pos="last-child"))
    assert "timetable" in changes(lambda: PageViewRestriction.objects.create(page=course, restriction_type="login"))
    assert "timetable" in changes(lambda: district.sub_centre.save())
    assert "timetable" in changes(lambda: SubjectFactory())
    run.learning = CoursePageFactory(parent=district.street)
    assert "timetable" in changes(lambda: save_class_run(run))
    assert "timetable" in changes(course.delete)


def test_figures_alone_and_news_leave_the_timetable(district, course):
    run = ClassRunFactory(learning=course, centre=district.street)
    assert changes(lambda: run.save(update_fields=["places_left", "waiting", "updated_at"])) == set()
    assert "timetable" not in changes(lambda: NewsPageFactory(parent=district.news_index))


def test_words_are_loaded_again_after_every_change_of_them(district, course):
    group = SynonymGroup(words="泥人、彩塑")
    assert changes(group.save) == {"words"}
    assert changes(group.delete) == {"words"}
    assert changes(lambda: StopWord.objects.create(word="速成")) == {"words"}
    assert changes(lambda: PinnedResult.objects.create(words="怎么去", page=course)) == {"words"}
    assert "words" in changes(lambda: NeighbourhoodFactory(street=district.street))
    assert "words" in changes(AudienceFactory)
    assert "words" in changes(district.street.save)
    assert "words" not in changes(course.save)


def test_terms_count_entries_and_tell_workers_only_of_new_and_lost_words(district):
    first = CoursePageFactory(parent=district.street, title="锡绣")
    second = CoursePageFactory(parent=district.street, title="泥人")
    counts = lambda: dict(SearchTerm.objects.filter(word__in=["锡绣", "泥人"]).values_list("word", "entries"))  # noqa: E731
    assert counts() == {"锡绣": 1, "泥人": 1}
    second.title = "锡绣"
    assert "terms" in changes(second.save)
    assert counts() == {"锡绣": 2}
    assert "terms" not in changes(lambda: CoursePageFactory(parent=district.street, title="锡绣", slug="x"))
    assert counts() == {"锡绣": 3}
    first.delete()
    assert counts() == {"锡绣": 2}


def test_one_save_costs_no_more_queries_when_there_are_many_pages(district, course):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            course.save()
        return len(queries)

    course.save()
    before = cost()
    for _number in range(8):
        ClassRunFactory(learning=CoursePageFactory(parent=district.street), centre=district.street)
    assert cost() == before

"""What is looked at before a page goes public: told by field, stopped only where a picture cannot be read out."""

import datetime
import gc

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Site
from wagtail.rich_text import RichText

from core.models import CustomImage, DistrictSettings
from core.publish_checks import publish_checks
from core.services import sync_roles
from network.models import StreetPage
from tests.factories.accounts import member
from tests.factories.learning import CoursePageFactory
from tests.factories.timetable import ClassRunFactory
from tests.test_pages_in_admin import filled, flat_inlines, words_for
from timetable.models import ClassRun

pytestmark = pytest.mark.django_db


def a_picture(**kwargs):
    file = SimpleUploadedFile("a.png", get_test_image_file().file.getvalue())
    return CustomImage.objects.create(title="IMG_0042", file=file, **kwargs)


def findings(page):
    return [(finding.field, finding.is_error) for finding in publish_checks(page)]


def sentences(page):
    return "\n".join(str(finding) for finding in publish_checks(page))


@pytest.fixture
def course(district):
    return CoursePageFactory(parent=district.street)


def test_a_whole_page_has_nothing(course):
    assert publish_checks(course) == []


def test_summary(course):
    course.summary = " "
    assert findings(course) == [("summary", False)]


def test_a_picture_without_description_is_an_error(course):
    course.picture = a_picture()
    assert findings(course) == [("picture", True)]
    assert "IMG_0042" in sentences(course)
    course.picture = a_picture(description="老师在打太极拳")
    assert findings(course) == []


def test_pictures_in_the_body(course):
    image = a_picture(description="不作数，正文里要另写")
    picture = {"image": image.pk, "decorative": False, "alt_text": ""}
    course.body = [
        {"type": "picture", "value": {"image": picture, "caption": ""}},
        {"type": "gallery", "value": [{"type": "item", "value": picture}]},
        {"type": "picture", "value": {"image": {**picture, "decorative": True}, "caption": ""}},
        {"type": "picture", "value": {"image": {**picture, "alt_text": "太极"}, "caption": ""}},
    ]
    course.save()
    course.refresh_from_db()
    assert findings(course) == [("body", True), ("body", True)]


def test_headings_in_order(course):
    low = RichText("<h3>第三级</h3><p>正文</p>")
    course.body = [("paragraph", low)]
    assert findings(course) == [("body", False)]
    course.body = [("heading", "小标题"), ("paragraph", low)]
    assert findings(course) == []


@pytest.mark.parametrize("words", ["点击这里", "这里。", "更多", "https://example.cn/a"])
def test_links_that_say_nothing(course, words):
    course.guide = f'<p>报名办法请看<a href="/help/">{words}</a></p>'
    course.body = [("paragraph", RichText(course.guide))]
    assert sorted(findings(course)) == [("body", False), ("guide", False)]
    assert words.strip("。") in sentences(course)
    course.guide = '<p><a href="/help/">秋季班报名办法</a></p>'
    course.body = []
    assert findings(course) == []


def test_nobody_to_ask(course, district):
    StreetPage.objects.update(phone="", address="")
    course.refresh_from_db()
    assert "清名桥街道" in sentences(course)
    district.street.refresh_from_db()
    assert ("phone", False) in findings(district.street)
    settings = DistrictSettings.for_site(Site.objects.get())
    settings.phone = "0510-0000 0000"
    settings.save()
    assert findings(course) == []


def test_dates_in_the_past(course):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    run = ClassRunFactory(learning=course, draft=True)
    ClassRun.objects.filter(pk=run.pk).update(starts_on=yesterday)
    assert f"{yesterday:%Y-%m-%d} 已经过去" in sentences(course)
    run.refresh_from_db()
    ClassRun.objects.filter(pk=run.pk).update(starts_on=yesterday + datetime.timedelta(days=30))
    ClassRunFactory(learning=course, over=True)
    assert "公布过的班都结束了" in sentences(course)
    ClassRunFactory(learning=course)
    assert findings(course) == []


# Wagtail leaves its temporary files to the collector.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
class TestInTheEditor:
    @pytest.fixture
    def desk(self, district, client):
        sync_roles()
        client.force_login(member("street_editor", district.street))
        yield client
        gc.collect()  # here, not in another test

    def post(self, client, course, **values):
        url = reverse("wagtailadmin_pages:edit", args=[course.pk])
        return client.post(url, filled(client.get(url), **flat_inlines(words_for(type(course))), **values), follow=True)

    def test_the_panel_tells_what_is_to_be_done_and_is_not_there_otherwise(self, desk, course):
        url = reverse("wagtailadmin_pages:edit", args=[course.pk])
        assert "发布前看一看" not in desk.get(url).content.decode()
        course.summary, course.picture = "", a_picture()
        course.save_revision()
        html = desk.get(url).content.decode()
        assert "发布前看一看" in html
        assert "必须改" in html
        assert "一句话简介：空着" in html

    def test_an_error_stops_submitting_at_its_field_and_saving_goes_on(self, desk, course):
        picture = a_picture()
        response = self.post(desk, course, picture=str(picture.pk), **{"action-submit": "1"})
        assert "没有写“描述”" in response.context["form"].errors["picture"][0]
        assert not course.workflow_states.exists()
        self.post(desk, course, picture=str(picture.pk))
        course.refresh_from_db()
        assert course.get_latest_revision_as_object().picture == picture

    def test_the_rest_is_told_and_does_not_stop(self, desk, course):
        response = self.post(desk, course, summary="", **{"action-submit": "1"})
        assert course.workflow_states.exists()
        assert "一句话简介：空着" in response.content.decode()
        assert "一句话简介：空着" not in self.post(desk, CoursePageFactory(parent=course.get_parent())).content.decode()

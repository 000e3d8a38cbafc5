"""导入数据 in the admin: who may, preview writes nothing, confirm applies exactly what was shown."""

import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.importing.staging import SESSION_KEY
from core.services import sync_roles
from courses.models import CoursePage
from tests.core.importing_files import COURSE, course, csv_bytes, snapshot
from tests.factories.accounts import member

pytestmark = pytest.mark.django_db

UPLOAD, PREVIEW = reverse("district_import"), reverse("district_import_preview")


@pytest.fixture
def desk(district, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    sync_roles()
    return district


@pytest.fixture
def office(desk, client):
    client.force_login(member("district_office"))
    return client


def table(name="courses.csv", rows=None):
    rows = rows or [course("R1", "书法"), course("R2", "<b>坏</b>")]
    return SimpleUploadedFile(name, csv_bytes([COURSE, *rows]))


def left(folder):
    return [path for path in (folder / "imports").rglob("*") if path.is_file()]


def test_preview_then_confirm(office, tmp_path):
    upload = office.get(UPLOAD)
    assert "courses.csv" in upload.content.decode()
    before = snapshot()
    preview = office.post(UPLOAD, {"tables": [table()]}, follow=True)
    text = preview.content.decode()
    assert preview.redirect_chain == [(PREVIEW, 302)]
    assert "新增课程：书法" in text
    assert "不能有尖括号" in text
    assert "&lt;b&gt;" not in text
    assert snapshot() == before
    assert sorted(path.name for path in left(tmp_path)) == ["0.csv", "report.json"]

    done = office.post(PREVIEW, {"confirm": ""})
    assert "导入完成" in done.content.decode()
    assert [page.title for page in CoursePage.objects.all()] == ["书法"]
    assert left(tmp_path) == []
    # The same form sent again finds nothing to apply.
    again = office.post(PREVIEW, {"confirm": ""}, follow=True)
    assert "没有等待确认的文件" in again.content.decode()
    assert CoursePage.objects.count() == 1


def test_giving_up_removes_the_files(office, tmp_path):
    office.post(UPLOAD, {"tables": [table()]})
    before = snapshot()
    office.post(PREVIEW, {"cancel": ""})
    assert left(tmp_path) == []
    assert snapshot() == before
    assert office.get(PREVIEW).status_code == 302


def test_files_changed_on_disk_are_not_applied(office, tmp_path):
    office.post(UPLOAD, {"tables": [table()]})
    left(tmp_path)[0].write_bytes(csv_bytes([COURSE, course("R9", "换掉的")]))
    assert "没有等待确认的文件" in office.post(PREVIEW, {"confirm": ""}, follow=True).content.decode()
    assert not CoursePage.objects.exists()


def test_another_session_cannot_see_or_apply_the_files(office):
    office.post(UPLOAD, {"tables": [table()]})
    other = Client()
    other.force_login(User.objects.create_superuser("other", password="x"))
    assert other.get(PREVIEW).status_code == 302
    assert other.post(PREVIEW, {"confirm": ""}).status_code == 302
    assert not CoursePage.objects.exists()


def test_a_name_that_points_elsewhere_stays_in_the_folder(office, tmp_path):
    office.post(UPLOAD, {"tables": [table("../../evil/courses.csv")]})
    files = left(tmp_path)
    assert len(files) == 1
    assert files[0].parent.parent == tmp_path / "imports"
    assert office.session[SESSION_KEY]["files"][0]["name"] == "courses.csv"


def test_forgotten_uploads_are_swept_away(office, tmp_path):
    old = tmp_path / "imports" / "forgotten"
    old.mkdir(parents=True)
    (old / "0.csv").write_text("x")
    os.utime(old, (1, 1))
    office.post(UPLOAD, {"tables": [table()]})
    assert not old.exists()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "请选择要导入的表格"),
        ([SimpleUploadedFile("a.exe", b"x")], "不是 .csv 或 .xlsx"),
        ([SimpleUploadedFile("courses.csv", b"x"), SimpleUploadedFile("courses.csv", b"y")], "同名"),
    ],
)
def test_what_cannot_be_uploaded_is_said(office, files, words):
    response = office.post(UPLOAD, {"tables": files})
    assert response.status_code == 200
    assert words in response.content.decode()


def test_an_empty_file_is_a_report(office):
    response = office.post(UPLOAD, {"tables": [SimpleUploadedFile("courses.csv", b"")]}, follow=True)
    assert "文件是空的" in response.content.decode()


@pytest.mark.parametrize("role", ["auditor", "host_coordinator"])
def test_who_makes_no_such_tables_has_no_way_in(desk, client, role):
    client.force_login(member(role, desk.sub_centre if role == "host_coordinator" else None))
    for address in (UPLOAD, PREVIEW):
        assert client.get(address).status_code == 302
        assert client.post(address, {"confirm": "", "tables": [table()]}).status_code == 302
    assert "导入数据" not in client.get(reverse("wagtailadmin_home")).content.decode()
    assert not CoursePage.objects.exists()


def test_a_role_is_offered_its_own_tables(desk, client):
    offered = {
        ("district_office", None): {"courses", "class_runs", "teachers", "counter_list", "network", "terms"},
        ("street_editor", desk.street): {"courses", "class_runs", "teachers"},
        ("counter_clerk", desk.street): {"counter_list"},
    }
    for (role, page), stems in offered.items():
        client.force_login(member(role, page))
        found = {importer.stem for importer in client.get(UPLOAD).context["importers"]}
        assert found >= stems if page is None else found == stems


def test_the_office_finds_it_in_the_menu(office):
    assert UPLOAD in office.get(reverse("wagtailadmin_home")).content.decode()

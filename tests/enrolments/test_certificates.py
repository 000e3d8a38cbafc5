"""Certificates: who gets one, what the paper says, and what a stranger learns from the check page."""

import re

import pypdfium2
import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import ModelLogEntry

from core.errors import DomainError
from enrolments.enums import Mark, Status
from enrolments.models import Certificate
from enrolments.pdf import check_address, qr
from enrolments.services import attendance, certificates
from enrolments.services.core import SYSTEM
from enrolments.sheets import certificate_pdf, certificates_pdf
from tests.enrolments.classes import at, class_run, mark_all, put, sessions
from tests.factories.learning import CoursePageFactory
from tests.factories.people import GuardianshipFactory, ResidentFactory


@pytest.fixture
def clock():
    with time_machine.travel(at(9, 1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def run(clock, district):
    return class_run(CoursePageFactory(parent=district.street, title="书法入门"), centre=district.sub_centre)


@pytest.fixture
def completed(run, clock):
    """Return somebody with a login who completed the class, on 27 September."""

    def make(name="欧阳娜娜", **resident):
        clock.move_to(at(9, 1))
        place = put(run, ResidentFactory(own=True, name=name, **resident))
        clock.move_to(at(9, 27))
        mark_all(run, {place: "PPHA"})
        attendance.complete(run, SYSTEM)
        place.refresh_from_db()
        return place

    return make


@pytest.fixture
def certificate(completed):
    return certificates.issue(completed(), SYSTEM)


@pytest.fixture
def owner(client, certificate):
    client.force_login(certificate.enrolment.resident.user)
    return client


def text(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").find("main").get_text(" ").split())


def page(certificate, name="certificate"):
    return reverse(f"records:{name}", args=[certificate.number])


class TestIssuing:
    def test_the_figures_are_those_of_the_marks(self, certificate, run, district):
        assert certificate.number == "NC2026-000001"
        assert (certificate.name, certificate.title) == ("欧阳娜娜", "书法入门")
        assert certificate.centre == district.sub_centre.title
        assert (certificate.attended, certificate.held, certificate.minutes) == (3, 4, 90 + 90 + 45)
        assert (certificate.issued_on, certificate.revoked_on) == (at(9, 27).date(), None)
        assert not certificate.is_sample

    def test_once(self, certificate):
        assert certificates.issue(certificate.enrolment, SYSTEM) == certificate
        told = certificate.enrolment.resident.notices.filter(kind="certificate")
        assert [certificate.number in notice.text for notice in told] == [True]
        assert Certificate.objects.count() == 1

    def test_only_for_those_who_completed(self, run, clock):
        place = put(run)
        with pytest.raises(DomainError) as caught:
            certificates.issue(place, SYSTEM)
        assert caught.value.code == "not_completed"

    def test_all_of_a_class_at_once(self, run, clock, district):
        good, bad, nameless, also = put(run), put(run), put(run, ResidentFactory(name="")), put(run)
        other = class_run(CoursePageFactory(parent=district.street))
        elsewhere = put(other)
        clock.move_to(at(9, 27))
        mark_all(run, {good: "PPPP", bad: "AAAA", nameless: "PPPP", also: "PPPP"})
        mark_all(other, {elsewhere: "PPPP"})
        for one in (run, other):
            attendance.complete(one, SYSTEM)
        issued = certificates.issue_all(run, SYSTEM)
        assert [(c.enrolment, c.number) for c in issued] == [(good, "NC2026-000001"), (also, "NC2026-000002")]
        assert certificates.issue_all(run, SYSTEM) == []

    def test_numbers_start_anew_each_year(self, completed, clock):
        first, second = completed("甲"), completed("乙")
        assert certificates.issue(first, SYSTEM).number == "NC2026-000001"
        clock.move_to(at(9, 27).replace(year=2027))
        assert certificates.issue(second, SYSTEM).number == "NC2027-000001"

    def test_a_number_taken_meanwhile_is_not_given_twice(self, completed, certificate, monkeypatch):
        place = completed("乙")
        given = iter([certificate.number, certificate.number, "NC2026-000002"])
        monkeypatch.setattr(certificates, "_next_number", lambda year: next(given))
        assert certificates.issue(place, SYSTEM).number == "NC2026-000002"
        assert Certificate.objects.count() == 2

    def test_sample_data_make_sample_certificates(self, completed):
        assert certificates.issue(completed(is_sample=True), SYSTEM).is_sample

    def test_revoked_and_restored_under_its_number(self, certificate):
        certificates.revoke(certificate, SYSTEM)
        certificate.refresh_from_db()
        assert certificate.revoked_on == at(9, 27).date()
        again = certificates.issue(certificate.enrolment, SYSTEM)
        assert (again.number, again.revoked_on) == (certificate.number, None)
        actions = ModelLogEntry.objects.for_instance(certificate).order_by("timestamp", "pk")
        assert [entry.action for entry in actions] == ["enrolments.issue", "enrolments.revoke", "enrolments.issue"]

    def test_a_corrected_mark_corrects_or_revokes_it(self, certificate, run):
        place = certificate.enrolment
        attendance.mark(sessions(run)[3], {place.pk: (Mark.PRESENT, None)}, SYSTEM)
        certificate.refresh_from_db()
        assert (certificate.attended, certificate.minutes, certificate.revoked_on) == (4, 315, None)
        for session in sessions(run)[:2]:
            attendance.mark(session, {place.pk: (Mark.ABSENT, None)}, SYSTEM)
        certificate.refresh_from_db()
        place.refresh_from_db()
        assert (place.status, certificate.revoked_on) == (Status.NOT_COMPLETED, at(9, 27).date())
        assert certificates.issue_all(run, SYSTEM) == []


class TestPaper:
    @pytest.fixture
    def request_(self, rf):
        return rf.get("/")

    def test_a_class_in_one_file_and_who_is_left_out_is_named(self, completed, certificate, request_):
        nobody_has = certificates.issue(completed("\U000323ae"), SYSTEM)
        other = certificates.issue(completed("王秀英"), SYSTEM)
        document = pypdfium2.PdfDocument(certificates_pdf([certificate, nobody_has, other], request_))
        words = [sheet.get_textpage().get_text_range() for sheet in document]
        assert [name in text for name, text in zip(("欧阳娜娜", "王秀英"), words, strict=False)] == [True, True]
        assert len(words) == 3
        assert nobody_has.number in words[2]
        assert certificates_pdf([nobody_has], request_) is None

    def test_one_landscape_page_with_its_font_inside(self, certificate, request_):
        body = certificate_pdf(certificate, request_)
        assert body.startswith(b"%PDF")
        assert re.search(rb"/MediaBox \[0 0 841\.89 595\.28\]", body)
        assert body.count(b"/Type /Page\n") == 1
        assert b"/FontFile" in body
        assert len(body) < 100_000  # the characters used, not the 15 MB of the font

    def test_it_says_what_the_page_says(self, certificate, request_, monkeypatch):
        said = []
        monkeypatch.setattr("enrolments.sheets._Paper.text_line", lambda paper, y, words, *a, **k: said.append(words))
        certificate_pdf(certificate, request_)
        assert "欧阳娜娜" in said
        assert "参加《书法入门》课程学习，" in said
        assert "上课 4 次，到课 3 次，学习时长 3 小时 45 分，" in said
        assert {"结业证书", "2026年9月27日", "证书编号 NC2026-000001", certificate.centre} <= set(said)
        assert "示例" not in said

    def test_a_sample_says_so(self, certificate, request_, monkeypatch):
        said = []
        monkeypatch.setattr("enrolments.sheets._Paper.text_line", lambda paper, y, words, *a, **k: said.append(words))
        certificate.is_sample = True
        certificate_pdf(certificate, request_)
        assert "示例" in said

    def test_the_code_leads_to_the_check_page(self, certificate, request_):
        address = check_address(certificate, request_)
        assert address == f"http://testserver/certificates/NC2026-000001/?code={certificate.check_code}"
        assert qr(certificate, request_).version <= 6  # coarse enough for an old phone

    @pytest.mark.parametrize("name", ["王𠮷祥", "㛃㜣", "阿卜杜热西提·买买提明", "Zoë", "名" * 60, "李 小龙"])
    def test_rare_characters_and_long_names(self, certificate, request_, name):
        certificate.name = name
        certificate.title = "很长的课名" * 40
        assert certificate_pdf(certificate, request_).startswith(b"%PDF")

    def test_characters_without_a_glyph_in_a_title_are_left_out(self, certificate, request_, caplog):
        certificate.title = "手机摄影📷\x00\u200b\ufe0f"
        assert certificate_pdf(certificate, request_).startswith(b"%PDF")
        assert "missing" not in caplog.text

    def test_the_second_font_helps_where_the_first_lacks_a_character(self, certificate, request_, settings):
        noto = settings.PDF_FONTS[0]
        settings.PDF_FONTS = ["/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", noto]
        assert b"NotoSerifCJK" in certificate_pdf(certificate, request_)

    def test_a_damaged_font_file_is_passed_over(self, certificate, request_, settings, tmp_path):
        (tmp_path / "broken.ttf").write_bytes(b"no font")
        settings.PDF_FONTS = [str(tmp_path / "broken.ttf"), *settings.PDF_FONTS]
        assert certificate_pdf(certificate, request_).startswith(b"%PDF")

    def test_the_text_can_be_read_out_of_the_file(self, certificate, request_):
        """Screen readers and archives need the mapping from glyphs back to characters."""
        body = certificate_pdf(certificate, request_)
        assert b"beginbfchar" in body
        assert b"<6B27>" in body  # 欧


class TestOwnPage:
    def test_the_owner_reads_and_downloads(self, owner, certificate):
        response = owner.get(page(certificate))
        words = text(response)
        for part in ("结业证书", "欧阳娜娜", "参加《书法入门》课程学习", "3 小时 45 分", certificate.check_code):
            assert part in words
        assert "no-store" in response["Cache-Control"]
        assert "private" in response["Cache-Control"]
        pdf = owner.get(page(certificate, "certificate_pdf"))
        assert (pdf.status_code, pdf["Content-Type"]) == (200, "application/pdf")
        assert "NC2026-000001.pdf" in pdf["Content-Disposition"]
        assert "no-store" in pdf["Cache-Control"]

    def test_so_does_the_guardian(self, client, certificate):
        client.force_login(GuardianshipFactory(resident=certificate.enrolment.resident).guardian)
        assert client.get(page(certificate)).status_code == 200

    @pytest.mark.parametrize("name", ["certificate", "certificate_pdf"])
    def test_nobody_else(self, client, certificate, name):
        address = page(certificate, name)
        assert client.get(address).status_code == 302
        client.force_login(ResidentFactory(own=True).user)
        assert client.get(address).status_code == 404

    @pytest.mark.parametrize("fonts", [[], ["/nowhere.ttf"], ["/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"]])
    def test_without_a_font_the_printable_page_and_a_sentence(self, owner, certificate, settings, fonts):
        settings.PDF_FONTS = fonts
        response = owner.get(page(certificate, "certificate_pdf"))
        assert response.status_code == 503
        assert "请直接打印这个网页" in text(response)
        assert "欧阳娜娜" in text(response)

    def test_a_revoked_one_is_no_paper(self, owner, certificate):
        certificates.revoke(certificate, SYSTEM)
        assert owner.get(page(certificate, "certificate_pdf")).status_code == 302
        words = text(owner.get(page(certificate)))
        assert "已撤销" in words
        assert "准予结业" not in words


class TestCheckPage:
    @pytest.fixture
    def ask(self, client):
        def get(number, code):
            return client.get(reverse("records:check_form"), {"number": number, "code": code})

        return get

    def test_valid_with_a_masked_name(self, client, certificate, rf):
        response = client.get(check_address(certificate, rf.get("/")))
        words = text(response)
        assert response.status_code == 200
        for part in ("证书有效", "欧**娜", "书法入门", "3 次（共上课 4 次）", "3 小时 45 分", "2026年9月27日"):
            assert part in words
        assert "欧阳娜娜" not in response.content.decode()
        assert "noindex" in response["X-Robots-Tag"]
        assert 'content="noindex"' in response.content.decode()

    def test_typed_as_people_type(self, ask, certificate):
        code = certificate.check_code.lower()
        assert "证书有效" in text(ask(" ｎｃ２０２６－000001 ", f"{code[:4]} {code[4:]}"))

    def test_revoked(self, ask, certificate):
        certificates.revoke(certificate, SYSTEM)
        words = text(ask(certificate.number, certificate.check_code))
        assert "已经撤销" in words
        assert "证书有效" not in words

    def test_a_wrong_code_tells_nothing_about_the_number(self, ask, certificate):
        wrong, unknown = ask(certificate.number, "XXXXXXXX"), ask("NC2026-999999", "XXXXXXXX")
        assert (wrong.status_code, unknown.status_code) == (404, 404)
        assert "没有查到这张证书" in text(wrong)
        same = wrong.content.decode().replace(certificate.number, "N")
        assert same == unknown.content.decode().replace("NC2026-999999", "N")

    def test_without_a_code_it_asks_for_one_whether_or_not_there_is_such_a_number(self, client, certificate):
        answers = []
        for number in (certificate.number, "NC2026-999999"):
            response = client.get(reverse("records:check", args=[number]))
            assert response.status_code == 200
            answers.append(response.content.decode().replace(number, "N"))
        assert answers[0] == answers[1]
        assert "填编号和查验码" in answers[0]

    @pytest.mark.parametrize("number", ["NC2026-000001\0", "x" * 300, "’ OR 1=1", ""])
    def test_nonsense_gets_a_sentence_and_is_not_lost(self, ask, certificate, number):
        response = ask(number, "abc")
        assert response.status_code in (200, 404)
        assert "查验结业证书" in text(response)
        assert 'value="abc"' in response.content.decode()

    def test_after_erasing_it_is_valid_without_a_name(self, ask, certificate):
        Certificate.objects.update(name="")
        words = text(ask(certificate.number, certificate.check_code))
        assert "证书有效" in words
        assert "姓名不再显示" in words

"""结业证书 as PDF: one sheet of A4, landscape, with the Chinese font of this machine embedded as a subset.

The HTML twin (templates/enrolments/certificate.html) says the same in the same order. Where
no font can print the holder's name there is no PDF: a certificate with a hole in the name
is worse than none, and a browser may have the character.
"""

import gc
import logging
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont
from fpdf import FPDF

from core.feeds import printable
from enrolments.pdf import date_line, qr, sentences

log = logging.getLogger(__name__)

WIDTH, HEIGHT = 297, 210  # mm
INK, QUIET, RED, FRAME, SAMPLE = (31, 42, 45), (90, 100, 104), (150, 45, 25), (23, 96, 107), (248, 229, 222)
_MARGIN = 34
_POINTS_TO_MM = 25.4 / 72


def certificate_pdf(certificate, request):
    """Return the bytes of the sheet, or None (see pdf_response)."""
    return certificates_pdf([certificate], request)


def certificates_pdf(certificates, request):
    """Return the bytes of one sheet each, or None where there is nothing to print.

    Whose name no font has gets no sheet; where others have one, a last sheet names the numbers that are missing.
    """
    body = _draw(certificates, request)
    # A parsed font is 40 MB of objects in circles: without this a worker was seen to grow by 380 MB in nine sheets.
    gc.collect()
    return body


def _draw(certificates, request):
    paper, missing = _Paper(), []
    for certificate in certificates:
        if not paper.take_font(certificate.name):
            missing.append(certificate.number)
            continue
        paper.add_page()
        _frame(paper)
        if certificate.is_sample:
            _watermark(paper)
        _words(paper, certificate)
        _proof(paper, certificate, qr(certificate, request))
        _signature(paper, certificate)
    if not paper.pages_count:
        return None
    if missing:
        _missing(paper, missing)
    paper.set_title(" ".join([_("结业证书"), *(certificate.number for certificate in certificates[:1])]))
    paper.set_lang("zh-CN")
    return bytes(paper.output())


class _Paper(FPDF):
    def __init__(self):
        super().__init__("landscape", "mm", "A4")
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.characters = {}  # of each candidate that was looked at

    def take_font(self, name):
        """Go on in the first configured font that has every character of ``name``; return whether there is one."""
        for candidate in settings.PDF_FONTS:
            path, _hash, number = candidate.partition("#")
            if candidate not in self.characters:
                self.characters[candidate] = _characters(path, int(number or 0)) if Path(path).is_file() else set()
            if set(map(ord, name)) <= self.characters[candidate]:
                self.font = f"zh{settings.PDF_FONTS.index(candidate)}"
                if self.font not in self.fonts:
                    self.add_font(self.font, fname=path, collection_font_number=int(number or 0))
                return True
        return False

    def has(self, text):
        return all(ord(character) in self.fonts[self.font].cmap for character in text)

    def text_line(self, y, text, size, colour=INK, spacing=0, left=_MARGIN, width=WIDTH - 2 * _MARGIN, align="C"):
        """One line of text, drawn smaller where it would not fit; characters that the font lacks are left out."""
        text = "".join(character for character in printable(text) if self.has(character))
        self.set_char_spacing(spacing)
        self.set_font(self.font, size=size)
        while size > 7 and self.get_string_width(text) > width - 2:
            size -= 0.5
            self.set_font(self.font, size=size)
        self.set_text_color(*colour)
        self.set_xy(left, y)
        self.cell(w=width, h=size * _POINTS_TO_MM * 1.3, text=text, align=align)
        self.set_char_spacing(0)


def _characters(path, number):
    """Return the code points that a font has; none for a damaged file."""
    with open(path, "rb") as file:
        try:
            return set(TTFont(file, fontNumber=number, lazy=True).getBestCmap())
        except Exception:  # whatever a damaged file makes fontTools raise
            log.exception("PDF_FONTS: %s cannot be read", path)
            return set()


def _missing(paper, numbers):
    """A sheet for whoever prints: these were left out, and what to do."""
    paper.add_page()
    paper.text_line(30, _("下面的证书没有印：这台服务器的字体里没有姓名里的字"), 18)
    paper.text_line(44, _("请让学员登录后从网页打印"), 14, QUIET)
    for row, start in enumerate(range(0, len(numbers), 4)):
        paper.text_line(62 + row * 9, "、".join(numbers[start : start + 4]), 14)


def _frame(paper):
    paper.set_draw_color(*FRAME)
    for inset, thick in ((9, 1.4), (12.5, 0.4)):
        paper.set_line_width(thick)
        paper.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)
    paper.set_line_width(0.4)
    for x in (12.5, WIDTH - 12.5):
        for y in (12.5, HEIGHT - 12.5):
            # 回纹 in its plainest form: a square in each corner.
            paper.rect(x - (0 if x < WIDTH / 2 else 7), y - (0 if y < HEIGHT / 2 else 7), 7, 7)
            paper.rect(x + (2 if x < WIDTH / 2 else -5), y + (2 if y < HEIGHT / 2 else -5), 3, 3)


def _watermark(paper):
    with paper.rotation(28, WIDTH / 2, HEIGHT / 2):
        paper.text_line(HEIGHT / 2 - 32, _("示例"), 150, SAMPLE, spacing=60)


def _words(paper, certificate):
    with paper.local_context(text_mode="FILL_STROKE", line_width=0.35, draw_color=RED):
        paper.text_line(30, _("结业证书"), 46, RED, spacing=14)
    with paper.local_context(text_mode="FILL_STROKE", line_width=0.15, draw_color=INK):
        paper.text_line(64, certificate.name, 30, spacing=4)
    paper.set_draw_color(*QUIET)
    paper.set_line_width(0.25)
    paper.line(WIDTH / 2 - 42, 79, WIDTH / 2 + 42, 79)
    for row, sentence in enumerate(sentences(certificate)):
        paper.text_line(89 + row * 14, sentence, 18)


def _proof(paper, certificate, code):
    size, left, top = 30, 30, 144
    matrix = list(code.matrix)
    module = size / len(matrix)
    paper.set_fill_color(*INK)
    for y, row in enumerate(matrix):
        start = None
        for x, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                paper.rect(left + start * module, top + y * module, (x - start) * module, module, style="F")
                start = None
    beside = {"left": left + size + 4, "width": 90, "align": "L", "colour": QUIET}
    paper.text_line(top + 4, _("扫码查验这张证书"), 10.5, **beside)
    paper.text_line(top + 12, _("证书编号 %(number)s") % {"number": certificate.number}, 10.5, **beside)
    paper.text_line(top + 20, _("查验码 %(code)s") % {"code": certificate.check_code}, 10.5, **beside)


def _signature(paper, certificate):
    place = {"left": 160, "width": 107, "align": "C"}
    paper.text_line(152, certificate.centre, 17, **place)
    paper.text_line(164, date_line(certificate.issued_on), 14, **place)

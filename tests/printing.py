"""Paper in tests: what Chromium prints, looked at as a sheet (pypdfium2)."""

import io
from dataclasses import dataclass

import pypdfium2
import segno
from PIL import ImageOps

#: Points of a PDF to millimetres.
_MM = 25.4 / 72
#: Dots a millimetre of the picture of a sheet.
DOTS = 6
A4, A4_LANDSCAPE = (210, 297), (297, 210)


@dataclass
class Paper:
    document: pypdfium2.PdfDocument

    @property
    def sizes(self):
        """(width, height) of every sheet in whole millimetres."""
        return [tuple(round(side * _MM) for side in sheet.get_size()) for sheet in self.document]

    @property
    def text(self):
        """All words, line breaks and spaces taken out: a line may break anywhere."""
        return "".join("".join(sheet.get_textpage().get_text_range().split()) for sheet in self.document)

    def lowest_ink(self):
        """How far down the first sheet anything is printed, in millimetres from the top."""
        return self._ink(self._picture())[3] / DOTS

    def shows_qr(self, address, box):
        """Whether the only thing in ``box`` (left, top, right, bottom; mm) of the first sheet is the code of ``address``."""
        picture = self._picture().crop([DOTS * edge for edge in box])
        picture = picture.crop(self._ink(picture))
        squares = [list(row) for row in segno.make(address, error="m", micro=False).matrix]
        step = picture.width / len(squares)
        assert abs(picture.width - picture.height) < step, "a code is square"
        seen = [
            [int(picture.getpixel((int((x + 0.5) * step), int((y + 0.5) * step))) < 128) for x in range(len(squares))]
            for y in range(len(squares))
        ]
        return seen == squares

    def _picture(self):
        return self.document[0].render(scale=DOTS * _MM).to_pil().convert("L")

    @staticmethod
    def _ink(picture):
        return ImageOps.invert(picture).point(lambda level: 255 if level > 60 else 0).getbbox()


def printed(page, colour=True):
    """Print what ``page`` shows as its style sheets want it."""
    body = page.pdf(prefer_css_page_size=True, print_background=colour)
    return Paper(pypdfium2.PdfDocument(io.BytesIO(body)))

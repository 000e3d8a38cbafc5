"""Pictures travel in the smallest form a browser knows, in two sizes, with their measures, and always as JPEG too."""

import gc
import re

import pytest
from django.core.files.images import ImageFile
from PIL import Image

from core.models import CustomImage
from tests.factories.learning import BrandProjectPageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "canal.png"
    Image.new("RGB", (1600, 1000), "#17606b").save(path)
    with path.open("rb") as file:
        return CustomImage.objects.create(title="古运河", file=ImageFile(file, name="canal.png"))


# Wagtail leaves its temporary files to the collector.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_page_and_its_card_offer_avif_webp_and_jpeg(client, district, picture):
    page = BrandProjectPageFactory(parent=district.street, title="古运河讲堂", picture=picture)
    for address, widths in ((page.url, ("640w", "1280w")), ("/", ("320w", "640w"))):
        html = client.get(address).content.decode()
        tag = re.search(r"<picture>.*?</picture>", html, re.S).group()
        assert re.findall(r'type="image/(\w+)"', tag)[:2] == ["avif", "webp"]
        assert all(width in tag for width in widths)
        assert re.search(r'<img[^>]*\.jpg"', tag)
        assert re.search(r'width="\d+"[^>]*height="\d+"|height="\d+"[^>]*width="\d+"', tag)
        assert "sizes=" in tag
    gc.collect()  # here, not in another test

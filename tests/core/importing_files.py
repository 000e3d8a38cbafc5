"""What the import tests share: writing tables and photographing the database."""

import csv
import hashlib
import io
from pathlib import Path

from django.apps import apps
from django.core import serializers
from openpyxl import Workbook

#: Not content: sign-ins, and rows that Django makes for itself.
LEFT_OUT = {"sessions.Session", "contenttypes.ContentType", "auth.Permission"}


def snapshot():
    """Return {model: (rows, hash of every field of every row)} of the whole database."""
    photo = {}
    for model in apps.get_models():
        if model._meta.label in LEFT_OUT or not model._meta.managed:
            continue
        rows = serializers.serialize("json", model._base_manager.order_by("pk"))
        photo[model._meta.label] = (model._base_manager.count(), hashlib.sha256(rows.encode()).hexdigest())
    return photo


def csv_bytes(rows, encoding="utf-8"):
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)


def write_csv(folder, name, rows, encoding="utf-8"):
    path = Path(folder) / name
    path.write_bytes(csv_bytes(rows, encoding))
    return path


def write_xlsx(folder, name, rows):
    path = Path(folder) / name
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


STREET = ["code", "street", "host_school_2012", "lat_wgs84", "lon_wgs84", "coord_source", "coord_accuracy_m"]
COURSE = ["编号", "标题", "街道", "星期", "上课时间", "下课时间", "名额", "费用元", "学期", "开课日期", "课次数"]


def course(
    code="C1", title="书法", street="清名桥街道", days="", starts="", ends="", places="", fee="", first="", count=""
):
    """A row under the header COURSE."""
    return [code, title, street, days, starts, ends, places, fee, "", first, count]

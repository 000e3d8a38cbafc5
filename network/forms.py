"""The form of every centre page: a position pasted from any map becomes WGS-84 on the way in."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import BasePageForm
from core.geo import CoordinateSystem, to_wgs84

PAIR = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*[,，;；\s]\s*(-?\d+(?:\.\d+)?)\s*$")


class CentrePageForm(BasePageForm):
    position_input = forms.CharField(
        label=_("粘贴坐标"),
        required=False,
        max_length=60,
        help_text=_(
            "从地图软件“坐标拾取”里复制，纬度和经度谁在前都行，例如 120.3020, 31.5440。填了就会换算并覆盖下面的经纬度。"
        ),
    )
    position_system = forms.ChoiceField(
        label=_("坐标来自"),
        required=False,
        choices=CoordinateSystem.choices,
        initial=CoordinateSystem.WGS84,
        help_text=_("选对地图，位置才不会偏几百米；保存时换算成 WGS-84。"),
    )

    def clean_position_input(self):
        """Return (latitude, longitude) as typed, in the order that makes sense in China, or None."""
        text = self.cleaned_data["position_input"]
        if not text:
            return None
        pair = PAIR.match(text)
        if not pair:
            raise forms.ValidationError(_("看不懂这个坐标。请写成两个数字，中间用逗号，例如 120.3020, 31.5440。"))
        first, second = float(pair[1]), float(pair[2])
        lat, lon = (second, first) if first > second else (first, second)
        if not (3 <= lat <= 54 and 73 <= lon <= 136):
            raise forms.ValidationError(_("这个坐标不在中国境内，请检查有没有漏掉数字。"))
        return lat, lon

    def clean(self):
        cleaned = super().clean()
        if pair := cleaned.get("position_input"):
            system = cleaned.get("position_system") or CoordinateSystem.WGS84
            cleaned["latitude"], cleaned["longitude"] = (round(value, 6) for value in to_wgs84(*pair, system))
        elif (cleaned.get("latitude") is None) != (cleaned.get("longitude") is None):
            self.add_error("latitude", _("纬度和经度要么都填，要么都空着。"))
        return cleaned

"""Positions: WGS-84 inside, whatever people paste at the door, honest words on pages.

China's public maps shift coordinates: AMap and Tencent give GCJ-02 (≈ 484 m off in
Wuxi), Baidu gives BD-09 (≈ 1,140 m). Everything is stored in WGS-84 (architecture,
invariant 8); a wrong system moves 19–32 % of residents to the wrong centre (domain.md §4.6).
"""

import math

from django.db import models
from django.utils.translation import gettext_lazy as _

EARTH_RADIUS_M = 6_371_008.8
#: Krasovsky 1940, the ellipsoid of the GCJ-02 shift.
_A = 6_378_245.0
_EE = 0.006_693_421_622_965_943
_X_PI = math.pi * 3000.0 / 180.0

#: Worse than this and a page gives no metres (domain.md §6, model advice).
HONEST_ACCURACY_M = 300


class CoordinateSystem(models.TextChoices):
    WGS84 = "wgs84", _("WGS-84（手机定位、天地图）")
    GCJ02 = "gcj02", _("GCJ-02（高德、腾讯地图）")
    BD09 = "bd09", _("BD-09（百度地图）")


def _shift(lat, lon):
    x, y = lon - 105.0, lat - 35.0
    d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    d_lat += (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    d_lat += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    d_lat += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    d_lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    d_lon += (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    d_lon += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    d_lon += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    phi = math.radians(lat)
    magic = 1 - _EE * math.sin(phi) ** 2
    d_lat = math.degrees(d_lat / ((_A * (1 - _EE)) / (magic * math.sqrt(magic))))
    d_lon = math.degrees(d_lon / (_A / math.sqrt(magic) * math.cos(phi)))
    return d_lat, d_lon


def wgs84_to_gcj02(lat, lon):
    """Degrees in, degrees out."""
    d_lat, d_lon = _shift(lat, lon)
    return lat + d_lat, lon + d_lon


def gcj02_to_wgs84(lat, lon):
    """Invert the shift by fixed-point steps; round trip below a millimetre (domain.md §4.6)."""
    wgs_lat, wgs_lon = lat, lon
    for _step in range(6):
        shifted_lat, shifted_lon = wgs84_to_gcj02(wgs_lat, wgs_lon)
        wgs_lat += lat - shifted_lat
        wgs_lon += lon - shifted_lon
    return wgs_lat, wgs_lon


def gcj02_to_bd09(lat, lon):
    """Degrees in, degrees out."""
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _X_PI)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _X_PI)
    return radius * math.sin(angle) + 0.006, radius * math.cos(angle) + 0.0065


def bd09_to_gcj02(lat, lon):
    """Invert by fixed-point steps: the textbook inverse is off by about half a metre."""
    gcj_lat, gcj_lon = lat - 0.006, lon - 0.0065
    for _step in range(6):
        there_lat, there_lon = gcj02_to_bd09(gcj_lat, gcj_lon)
        gcj_lat += lat - there_lat
        gcj_lon += lon - there_lon
    return gcj_lat, gcj_lon


def to_wgs84(lat, lon, system):
    """Convert a position in ``system`` (a CoordinateSystem value) to WGS-84 degrees."""
    if system == CoordinateSystem.BD09:
        lat, lon = bd09_to_gcj02(lat, lon)
        system = CoordinateSystem.GCJ02
    if system == CoordinateSystem.GCJ02:
        lat, lon = gcj02_to_wgs84(lat, lon)
    return lat, lon


def distance_m(lat1, lon1, lat2, lon2):
    """Great-circle distance in metres between two positions in degrees (haversine)."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half = (
        math.sin((phi2 - phi1) / 2) ** 2
        + math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(half))


def distance_words(metres, accuracy_m=None):
    """Say a distance no more precisely than it is known: 约 350 米, 约 1.2 公里, 约 1 公里.

    ``accuracy_m`` is the worse of the two positions' accuracies; unknown counts as poor.
    """
    precise = accuracy_m is not None and accuracy_m <= HONEST_ACCURACY_M
    if precise and metres < 950:
        return _("约 %(metres)d 米") % {"metres": max(50, round(metres / 50) * 50)}
    if precise:
        return _("约 %(km).1f 公里") % {"km": metres / 1000}
    if metres < 1000:
        return _("约 1 公里内")
    return _("约 %(km)d 公里") % {"km": round(metres / 1000)}

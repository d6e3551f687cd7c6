"""Distances and drives, estimated."""

from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0
ROAD_FACTOR = 1.3  # roads are about a third longer than the straight line
SPEED_KMH = 40.0  # town and country mixed, parking included


def road_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres by road between two places, estimated."""
    return straight_km(one, other) * ROAD_FACTOR


def straight_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance of two (latitude, longitude) in degrees (haversine)."""
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(h)))


def drive_minutes(km: float) -> int:
    """Minutes a drive of so many road kilometres takes, at least one."""
    return max(1, round(km / SPEED_KMH * 60))

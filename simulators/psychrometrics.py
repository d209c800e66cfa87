"""Moist air: vapour pressure, dew point, humidity and mixing ratio, for numpy arrays.

Coefficients are those of the WMO (Guide to Instruments and Methods of Observation, Sonntag 1990), over liquid water,
-45 … 60 °C. Relative humidity is over liquid water even below 0 °C, as sensors report it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

PRESSURE_HPA = 1013.25
_A_HPA, _B, _C_K = 6.112, 17.62, 243.12
_RATIO = 0.622  # molar mass of water over that of dry air


def saturation_hpa(temp_c: ArrayLike) -> Array:
    """Saturation vapour pressure over water, hPa."""
    temp = np.asarray(temp_c, np.float64)
    return np.asarray(_A_HPA * np.exp(_B * temp / (_C_K + temp)))


def dew_point_c(temp_c: ArrayLike, rh_pct: ArrayLike) -> Array:
    """Dew point, °C; `rh_pct` must be above 0."""
    temp = np.asarray(temp_c, np.float64)
    gamma = np.log(np.asarray(rh_pct, np.float64) / 100) + _B * temp / (_C_K + temp)
    return np.asarray(_C_K * gamma / (_B - gamma))


def absolute_humidity_g_m3(temp_c: ArrayLike, rh_pct: ArrayLike) -> Array:
    """Water in a cubic metre of air, g."""
    temp = np.asarray(temp_c, np.float64)
    vapour = np.asarray(rh_pct, np.float64) / 100 * saturation_hpa(temp)
    return np.asarray(216.68 * vapour / (temp + 273.15))


def mixing_ratio(vapour_hpa: ArrayLike) -> Array:
    """Water per dry air at sea level, kg/kg."""
    vapour = np.asarray(vapour_hpa, np.float64)
    return np.asarray(_RATIO * vapour / (PRESSURE_HPA - vapour))


def vapour_hpa(mixing: ArrayLike) -> Array:
    """Vapour pressure at sea level of a mixing ratio, hPa: the inverse of `mixing_ratio`."""
    mixed = np.asarray(mixing, np.float64)
    return np.asarray(PRESSURE_HPA * mixed / (_RATIO + mixed))


def relative_humidity_pct(temp_c: ArrayLike, mixing: ArrayLike) -> Array:
    """Relative humidity of air with that mixing ratio, %; above 100 where the air is supersaturated."""
    return np.asarray(100 * vapour_hpa(mixing) / saturation_hpa(temp_c))

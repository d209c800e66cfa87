"""Moist air, columnar: saturation pressure, dew point, humidity at a surface.

Magnus formula with the constants of the WMO (WMO-No. 8, Guide to Instruments and Methods of Observation; Sonntag 1990)
over liquid water, -45 … 60 °C. Relative humidity is over liquid water even below 0 °C, as sensors report it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_A_HPA, _B, _C_K = 6.112, 17.62, 243.12
LEAST_RH_PCT = 1.0
"""Sensors are worth nothing below this, and 0 % has no dew point."""
MOST_RH_PCT = 100.0
"""Capacitive sensors that were wet say up to 105 %; air holds no more than this."""


def saturation_hpa(temp_c: Floats) -> Floats:
    """Saturation vapour pressure over liquid water, hPa; any shape."""
    return np.asarray(_A_HPA * np.exp(_B * temp_c / (_C_K + temp_c)))


def vapour_hpa(temp_c: Floats, rh_pct: Floats) -> Floats:
    """Vapour pressure of air, hPa; humidity is taken as what a sensor can mean (1 … 100 %)."""
    rh = np.clip(rh_pct, LEAST_RH_PCT, MOST_RH_PCT)
    return np.asarray(rh / 100.0 * saturation_hpa(temp_c))


def dew_point_c(temp_c: Floats, rh_pct: Floats) -> Floats:
    """Dew point, °C: where a surface in this air begins to get wet."""
    rh = np.clip(rh_pct, LEAST_RH_PCT, MOST_RH_PCT)
    gamma = np.log(rh / 100.0) + _B * temp_c / (_C_K + temp_c)
    return np.asarray(_C_K * gamma / (_B - gamma))


def surface_rh_pct(surface_c: Floats, temp_c: Floats, rh_pct: Floats) -> Floats:
    """Relative humidity that air has at a surface of another temperature, %; from 100 on the surface is wet."""
    return np.asarray(100.0 * vapour_hpa(temp_c, rh_pct) / saturation_hpa(surface_c))

"""Which of our languages an Accept-Language header asks for (RFC 9110, 12.5.4)."""

from __future__ import annotations

from texts import LANGUAGES, Language


def language(header: str) -> Language:
    """The one of our languages with the highest weight in `header`; English if none is named."""
    best: Language = "en"
    best_weight = 0.0
    for part in header[:500].split(","):
        name, _, params = part.strip().partition(";")
        weight = _weight(params)
        for ours in LANGUAGES:
            if name.lower().split("-")[0] == ours and weight > best_weight:
                best, best_weight = ours, weight
    return best


def _weight(params: str) -> float:
    """The q value of one part of the header: 1 if there is none, 0 if it cannot be read."""
    name, _, text = params.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0

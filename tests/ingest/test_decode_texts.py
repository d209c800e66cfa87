"""Every reason for refusal can be said in both languages."""

from __future__ import annotations

import pytest

from ingest.nouns import Reason
from texts import LANGUAGES, Language, catalogue, placeholders


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("reason", list(Reason))
def test_each_reason_says_what_is_wrong_and_what_to_do(reason: Reason, lang: Language) -> None:
    """A sentence and a remedy for each reason, which need no parameters."""
    for code in (f"reject.{reason}", f"reject.{reason}.fix"):
        sentence = catalogue(lang)[code]
        assert sentence.endswith((".", "。"))
        assert placeholders(sentence) == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_is_left_of_a_reason_that_is_gone(lang: Language) -> None:
    """The catalogue holds no rejection but those that exist."""
    codes = {code.removesuffix(".fix") for code in catalogue(lang) if code.startswith("reject.")}

    assert codes == {f"reject.{reason}" for reason in Reason}

"""How well the grammar reads our own corpus: floors for what was looked at and for what never was."""

import figure_phrases
import pytest

FLOORS = {"recall": 0.95, "precision": 0.97, "value": 0.95, "qualifier": 0.97, "unit": 0.96, "kind": 0.94}
FLOORS |= {"period": 0.94, "place": 0.92, "subject": 0.85}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("seen", [True, False], ids=["seen", "fresh"])
def test_the_corpus_is_read_above_its_floors(language, seen):
    corpus = [phrase for phrase in figure_phrases.phrases(language) if phrase.seen == seen]
    rates, wrong = figure_phrases.score(corpus)
    below = {name: rates[name] for name, floor in FLOORS.items() if rates[name] < floor}
    assert below == {}, "\n".join(wrong)


def test_the_corpus_is_large_and_more_french_than_english():
    french, english = (len(figure_phrases.phrases(language)) for language in ("fr", "en"))
    assert french + english >= 200
    assert french > english

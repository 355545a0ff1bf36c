"""How well the search answers patients' own words over the packs that are shipped."""

import json
import tomllib
from datetime import date
from pathlib import Path

import pytest

from bot.library import Library, check, load

ROOT = Path(__file__).parents[2] / "content_library"
QUESTIONS = tomllib.loads(Path(__file__).with_name("questions.toml").read_text(encoding="utf-8"))
MEDQUAD = Path(__file__).parents[3] / "shared/data/dev"


@pytest.fixture(scope="module")
def library() -> Library:
    return load(ROOT)


@pytest.fixture(scope="module")
def today(library: Library) -> date:
    """Return a day on which everything that is shipped is still served."""
    return min(item.review_by for item in library.condition("crohns").items)


def test_the_shipped_packs_are_without_error(library: Library, today: date) -> None:
    assert len(library.condition("crohns").items) >= 100
    assert [one for one in check(ROOT, today=today) if one.severity == "error"] == []


def test_every_right_answer_is_in_the_pack(library: Library) -> None:
    named = {
        best for part in QUESTIONS.values() for one in part["answered"] for best in one["best"]
    }
    assert len(named) >= 60
    assert [best for best in named if library.item("crohns", best) is None] == []


@pytest.mark.parametrize("part", ["tuned", "held", "fresh"])
def test_the_right_answer_comes_first_and_sure(library: Library, today: date, part: str) -> None:
    answered = QUESTIONS[part]["answered"]
    found = [library.search("crohns", one["ask"], today=today) for one in answered]
    right = [
        one.confident and one.hits[0].item.id in asked["best"]
        for one, asked in zip(found, answered, strict=True)
    ]
    assert len(right) >= 25
    assert sum(right) / len(right) >= 0.75


@pytest.mark.parametrize("part", ["tuned", "held", "fresh"])
def test_what_is_off_topic_gets_no_answer(library: Library, today: date, part: str) -> None:
    none = QUESTIONS[part]["none"]
    loud = [ask for ask in none if library.search("crohns", ask, today=today).confident]
    assert len(none) >= 25
    assert len(loud) / len(none) <= 0.05, loud


def test_fibre_in_a_flare_is_answered_first(library: Library, today: date) -> None:
    found = library.search("crohns", "can I eat fibre during a flare", today=today)
    assert found.confident
    assert found.hits[0].item.id == "ask-fibre-flare"


def test_a_dose_is_never_answered(library: Library, today: date) -> None:
    ask = "how many mg of prednisone should I take"
    assert not library.search("crohns", ask, today=today).confident


@pytest.mark.skipif(not MEDQUAD.exists(), reason="the question sets of others are not here")
def test_questions_about_another_illness_get_no_answer(library: Library, today: date) -> None:
    def share(name: str) -> float:
        lines = (MEDQUAD / name).read_text(encoding="utf-8").splitlines()
        asks = [json.loads(line)["question"] for line in lines]
        found = [library.search("crohns", ask, today=today) for ask in asks]
        return sum(one.confident for one in found) / len(found)

    assert share("qa_medquad_ibd.jsonl") >= 0.5
    assert share("qa_medquad_migraine.jsonl") <= 0.15

from pathlib import Path

import pytest

from bot import settings
from bot.errors import ConfigError


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    return path


def test_nothing_said_means_sensible_defaults() -> None:
    loaded = settings.load(None, {})
    assert loaded.site.address == "http://127.0.0.1:8080"


def test_the_environment_goes_over_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, '[site]\nport = 1\nname = "Clinic"\n')
    loaded = settings.load(path, {"ROUNDTABLE__SITE__PORT": "9000", "HOME": "/root"})
    assert (loaded.site.port, loaded.site.name) == (9000, "Clinic")


def test_a_public_address_has_no_slash_at_its_end(tmp_path: Path) -> None:
    path = write(tmp_path, '[site]\npublic_url = "https://groups.clinic.example/"\n')
    assert settings.load(path, {}).site.address == "https://groups.clinic.example"


def test_this_machine_needs_no_https(tmp_path: Path) -> None:
    path = write(tmp_path, '[site]\npublic_url = "http://localhost:8080"\n')
    assert settings.load(path, {}).site.address == "http://localhost:8080"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[site]\nport = 99999\n", ["[site] port", "65535"]),
        ("[site]\nprot = 1\n", ["[site] prot", "no such setting", "Did you mean port?"]),
        ("[sight]\nport = 1\n", ["[sight]", "Did you mean site?"]),
        ("[site]\nzzz = 1\n", ["Known are: name"]),
        ("[site\nport = 1\n", ["not valid TOML", "line 1"]),
        ('[site]\npublic_url = "clinic"\n', ["public_url", "https://"]),
        ('[site]\npublic_url = "http://clinic.example"\n', ["public_url", "can read along"]),
        ("site = 3\n", ["[site]"]),
    ],
)
def test_a_mistake_is_one_sentence_that_says_what_and_where(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        settings.load(path, {})
    sentence = str(caught.value)
    assert str(path) in sentence
    assert "\n" not in sentence
    for word in words:
        assert word in sentence


def test_a_missing_or_unreadable_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        settings.load(tmp_path / "none.toml", {})
    odd = tmp_path / "odd.toml"
    odd.write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="cannot be read"):
        settings.load(odd, {})


@pytest.mark.parametrize("name", ["ROUNDTABLE__PORT", "ROUNDTABLE__"])
def test_a_name_in_the_environment_must_say_its_section(name: str) -> None:
    with pytest.raises(ConfigError, match="SECTION__NAME"):
        settings.load(None, {name: "1"})


def test_a_section_that_is_a_value_cannot_be_laid_over(tmp_path: Path) -> None:
    path = write(tmp_path, "site = 3\n")
    with pytest.raises(ConfigError, match="SECTION__NAME"):
        settings.load(path, {"ROUNDTABLE__SITE__PORT": "1"})


@pytest.mark.parametrize(
    ("name", "known"),
    [("Europe/London", True), ("Mars/Base", False), ("", False), ("../etc", False), ("/x", False)],
)
def test_a_time_zone_is_known_by_name(name: str, known: bool) -> None:
    assert settings.is_zone(name) is known

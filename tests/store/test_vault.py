from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.store import vault

ONE = vault.from_text(vault.new_master())
OTHER = vault.from_text(vault.new_master())


@given(st.text())
def test_what_is_sealed_opens_again(words: str) -> None:
    sealed = ONE.seal("name", words)
    assert ONE.open("name", sealed) == words
    assert ONE.seal("name", words) != sealed


def test_another_key_or_another_kind_opens_nothing() -> None:
    sealed = ONE.seal("name", "Ana")
    for key, kind in ((OTHER, "name"), (ONE, "address")):
        with pytest.raises(ConfigError, match="does not open"):
            key.open(kind, sealed)


def test_a_changed_byte_is_noticed() -> None:
    sealed = bytearray(ONE.seal("name", "Ana"))
    sealed[-1] ^= 1
    with pytest.raises(ConfigError):
        ONE.open("name", bytes(sealed))


def test_a_persons_words_open_with_their_own_key_only() -> None:
    ana, ben = ONE.new_key(), ONE.new_key()
    sealed = ONE.seal_for(ana, "my reason")
    assert ONE.open_for(ana, sealed) == "my reason"
    with pytest.raises(ConfigError):
        ONE.open_for(ben, sealed)


def test_a_lookup_is_the_same_each_time_and_differs_by_kind_and_key() -> None:
    assert ONE.lookup("invite", "abc") == ONE.lookup("invite", "abc")
    assert ONE.lookup("invite", "abc") != ONE.lookup("link", "abc")
    assert ONE.lookup("invite", "abc") != OTHER.lookup("invite", "abc")
    assert "abc" not in ONE.lookup("invite", "abc")


@pytest.mark.parametrize("text", ["", "short", "*" * 44, "é", "A" * 40])
def test_a_key_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="key"):
        vault.from_text(text)


def test_a_key_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"
    vault.write_key(path)
    assert path.stat().st_mode & 0o077 == 0
    sealed = vault.from_file(path).seal("name", "Ana")
    assert vault.from_file(path).open("name", sealed) == "Ana"
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        vault.from_file(path)
    with pytest.raises(FileExistsError):
        vault.write_key(path)


def test_a_missing_or_unreadable_key_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="make one"):
        vault.from_file(tmp_path / "none")
    odd = tmp_path / "odd"
    odd.write_bytes(b"\xff\xfe")
    odd.chmod(0o600)
    with pytest.raises(ConfigError, match="cannot be read"):
        vault.from_file(odd)

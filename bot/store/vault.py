"""Sealing: what the database must not show is encrypted before it gets there.

Three things come from the one master key, each by HKDF under a name of its own:

    lookup(kind, text)      a keyed hash, to find a row by something that is not stored
    seal(kind, text)        AES-256-GCM under a key for that kind of thing
    seal_for(wrapped, text) AES-256-GCM under a person's own key, which is itself stored sealed;
                            destroying that one row makes all they wrote unreadable
"""

import base64
import binascii
import hashlib
import hmac
import os
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import ConfigError

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = b"\x01"


class Vault:
    """Seals and opens with one master key of 32 bytes."""

    def __init__(self, master: bytes) -> None:
        """Take the master key; raises ConfigError if it is not 32 bytes."""
        if len(master) != KEY_BYTES:
            message = f"the key must be {KEY_BYTES} bytes in base64; make one: roundtable keys new"
            raise ConfigError(message)
        self._master = master
        self._derived = lru_cache(maxsize=64)(self._derive)

    def _derive(self, name: str) -> bytes:
        return HKDF(SHA256(), KEY_BYTES, None, name.encode()).derive(self._master)

    def lookup(self, kind: str, text: str) -> str:
        """Return a keyed hash of the text (43 characters), the same each time."""
        digest = hmac.new(self._derived(f"lookup:{kind}"), text.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def seal(self, kind: str, text: str) -> bytes:
        """Return the text encrypted under the key of its kind."""
        return _seal(self._derived(f"seal:{kind}"), text.encode(), kind)

    def open(self, kind: str, sealed: bytes) -> str:
        """Return the text that `seal` hid; raises ConfigError if the key is another one."""
        return _open(self._derived(f"seal:{kind}"), sealed, kind).decode()

    def new_key(self) -> bytes:
        """Return a fresh key for one person, itself sealed, ready to store."""
        return _seal(self._derived("wrap"), os.urandom(KEY_BYTES), "wrap")

    def seal_for(self, wrapped: bytes, text: str) -> bytes:
        """Return the text encrypted under a person's own key."""
        return _seal(_open(self._derived("wrap"), wrapped, "wrap"), text.encode(), "person")

    def open_for(self, wrapped: bytes, sealed: bytes) -> str:
        """Return the text that `seal_for` hid."""
        key = _open(self._derived("wrap"), wrapped, "wrap")
        return _open(key, sealed, "person").decode()


def _seal(key: bytes, content: bytes, name: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, content, name.encode())


def _open(key: bytes, sealed: bytes, name: str) -> bytes:
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, name.encode())
    except InvalidTag:
        message = "the key does not open this database: it was made with another key"
        raise ConfigError(message) from None


def new_master() -> str:
    """Return a fresh master key as text."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


def from_text(text: str) -> Vault:
    """Return the vault of a key written as base64; raises ConfigError if it is none."""
    try:
        return Vault(base64.urlsafe_b64decode(text.strip().encode()))
    except (binascii.Error, ValueError):
        message = "[security] key: is not base64; make one: roundtable keys new"
        raise ConfigError(message) from None


def from_file(path: Path) -> Vault:
    """Return the vault of the key in a file that only its owner may read."""
    try:
        mode = path.stat().st_mode
        text = path.read_text("ascii")
    except FileNotFoundError:
        message = f"[security] key_file: there is no {path}; make one: roundtable keys new {path}"
        raise ConfigError(message) from None
    except (OSError, UnicodeDecodeError):
        message = f"[security] key_file: {path} cannot be read"
        raise ConfigError(message) from None
    if mode & 0o077:
        message = f"[security] key_file: others can read {path}; run: chmod 600 {path}"
        raise ConfigError(message)
    return from_text(text)


def write_key(path: Path) -> None:
    """Write a fresh master key to a new file that only its owner may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(new_master() + "\n")

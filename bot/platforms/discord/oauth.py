"""OAuth: what is asked of Discord about somebody who allowed it; no token is ever logged."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from typing import TypeVar
from urllib.parse import urlencode

import aiohttp
import structlog
from pydantic import BaseModel, ValidationError

from bot.settings import Discord

log = structlog.get_logger(__name__)

SCOPE = "identify guilds.join"
JOINS = "guilds.join"
PATIENCE = aiohttp.ClientTimeout(total=10)
AGENT = f"DiscordBot (roundtable, {version('roundtable')})"
LARGEST = 64 * 1024
OK, TOO_MANY, FAULT = 200, 429, 500


Known = TypeVar("Known", bound=BaseModel)


class Refused(Exception):
    """Discord said no, or something that makes no sense."""


class Down(Exception):
    """Discord could not be reached, or was not well."""


class _Token(BaseModel):
    access_token: str
    expires_in: int
    scope: str = ""


class _User(BaseModel):
    id: int


class _Problem(BaseModel):
    error: str = ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What somebody allowed: the token that proves it, for how long, and whether to let them in."""

    token: str
    lifetime: timedelta
    joins: bool


def new_secret() -> str:
    """Return a fresh secret that nobody can guess; fit to be a PKCE verifier (RFC 7636)."""
    return secrets.token_urlsafe(32)


def challenge(verifier: str) -> str:
    """Return what is told of a verifier before it is needed: its hash (S256)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class OAuth:
    """Discord's pages and endpoints for OAuth2, where the settings say that they are."""

    settings: Discord

    def address(self, state: str, verifier: str, back: str) -> str:
        """Return the page on which Discord asks somebody whether they allow it."""
        asked = {
            "response_type": "code",
            "client_id": self.settings.application_id,
            "scope": SCOPE,
            "state": state,
            "redirect_uri": back,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"{self.settings.authorize_url}?{urlencode(asked)}"

    async def exchange(self, code: str, verifier: str, back: str) -> Allowed:
        """Return what somebody allowed, for the code that they came back with."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
        }
        got = _read(_Token, await self._ask("POST", "/oauth2/token", self._us(), form))
        lifetime = timedelta(seconds=got.expires_in)
        return Allowed(got.access_token, lifetime, JOINS in got.scope.split())

    async def who(self, token: str) -> int:
        """Return the number of the person whose token it is."""
        return _read(_User, await self._ask("GET", "/users/@me", f"Bearer {token}")).id

    async def revoke(self, token: str) -> None:
        """Make a token, and all that belongs to the same permission, useless."""
        form = {"token": token, "token_type_hint": "access_token"}
        await self._ask("POST", "/oauth2/token/revoke", self._us(), form)

    def _us(self) -> str:
        return aiohttp.encode_basic_auth(self.settings.application_id, self.settings.client_secret)

    async def _ask(
        self, method: str, path: str, authorization: str, form: Mapping[str, str] | None = None
    ) -> bytes:
        """Ask Discord and return its answer; what else can come of it is one of two errors."""
        headers = {"Authorization": authorization, "User-Agent": AGENT}
        url = self.settings.api_url + path
        try:
            async with (
                aiohttp.ClientSession(timeout=PATIENCE, headers=headers) as session,
                session.request(method, url, data=form, allow_redirects=False) as answer,
            ):
                said = await answer.content.read(LARGEST)
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise Down from None
        if answer.status == OK:
            return said
        if answer.status == TOO_MANY or answer.status >= FAULT:
            raise Down
        log.warning("discord refused", path=path, status=answer.status, why=_reason(said))
        raise Refused


def _read(kind: type[Known], said: bytes) -> Known:
    try:
        return kind.model_validate_json(said)
    except ValidationError:
        raise Refused from None


def _reason(said: bytes) -> str:
    """Return the one word in which OAuth2 says what is wrong, such as `invalid_client`."""
    try:
        word = _Problem.model_validate_json(said).error
    except ValidationError:
        return ""
    return word if word.isascii() and word.replace("_", "").isalpha() else ""

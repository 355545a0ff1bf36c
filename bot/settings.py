"""The operator's settings: a TOML file, and `ROUNDTABLE__SECTION__NAME` in the environment over it.

A mistake gets one sentence that says what and where, and the bot does not start.
"""

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.errors import ConfigError

PREFIX = "ROUNDTABLE__"
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


class Section(BaseModel):
    """One table of the settings file; a name it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _checked_url(value: str) -> str:
    if value and not value.startswith(("http://", "https://")):
        raise ValueError("must begin with https:// (or http:// on this machine only)")
    if value.startswith("http://") and urlsplit(value).hostname not in THIS_MACHINE:
        raise ValueError("must begin with https://: over http:// others can read along")
    return value.rstrip("/")


class Site(Section):
    """The clinic's own web page."""

    name: str = Field("Roundtable", max_length=60, description="Shown to members, not strangers")
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on")
    public_url: str = Field("", description="How browsers reach it, such as https://groups.clinic")
    behind_proxy: bool = Field(
        default=False, description="Trust X-Forwarded-For from the proxy on this machine"
    )

    @field_validator("public_url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        return _checked_url(value)

    @property
    def address(self) -> str:
        """Return the address that links are made of, without a slash at its end."""
        return self.public_url or f"http://{self.host}:{self.port}"


class Telegram(Section):
    """The bot on Telegram; without a token there is none."""

    token: str = Field("", description="The token that BotFather gave you", repr=False)
    api_url: str = Field(
        "https://api.telegram.org/bot", description="The Bot API server, without the token"
    )
    file_url: str = Field(
        "https://api.telegram.org/file/bot", description="Where that server keeps files"
    )
    mode: Literal["polling", "webhook"] = Field(
        "polling", description="polling asks Telegram for news; with webhook Telegram calls us"
    )
    webhook_url: str = Field("", description="Our address as Telegram reaches it (webhook only)")
    webhook_secret: str = Field(
        "", description="What Telegram must say when it calls (webhook only)", repr=False
    )

    @field_validator("token")
    @classmethod
    def _is_token(cls, value: str) -> str:
        if value and not re.fullmatch(r"\d+:[\w-]{20,}", value):
            raise ValueError("must be a token as BotFather gives it, such as 123456:ABC…")
        return value

    @field_validator("api_url", "file_url", "webhook_url")
    @classmethod
    def _is_server(cls, value: str) -> str:
        return _checked_url(value)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        """Refuse a webhook that anybody could call, or that Telegram could not reach."""
        if self.mode == "webhook" and not re.fullmatch(r"[\w-]{16,256}", self.webhook_secret):
            raise ValueError(
                "webhook_secret must be 16 to 256 letters, digits, _ or -: "
                "without it anybody could pretend to be Telegram"
            )
        if self.mode == "webhook" and not self.webhook_url:
            raise ValueError("webhook_url is missing: mode webhook needs it")
        return self


class Discord(Section):
    """The bot on Discord; without a token there is none."""

    token: str = Field("", description="The bot's token from the developer portal", repr=False)
    api_url: str = Field("https://discord.com/api/v10", description="Discord's API")
    gateway_url: str = Field(
        "", description="Discord's gateway; empty asks the API for it", pattern=r"^(wss?://.+)?$"
    )
    application_id: str = Field(
        "", description="The application's number from the developer portal", pattern=r"^\d*$"
    )
    client_secret: str = Field(
        "", description="The application's secret: lets people join by the web page", repr=False
    )
    content_mode: bool = Field(
        default=False,
        description="Let the bot read what members write in rooms; think twice (docs/discord.md)",
    )
    shards: int = Field(0, ge=0, description="Connections to the gateway; 0 asks Discord")

    @field_validator("token")
    @classmethod
    def _is_token(cls, value: str) -> str:
        if value and not re.fullmatch(r"[\w.-]{24,}", value):
            raise ValueError("must be a token as the developer portal gives it, without “Bot ”")
        return value

    @field_validator("api_url")
    @classmethod
    def _is_server(cls, value: str) -> str:
        return _checked_url(value)

    @field_validator("gateway_url")
    @classmethod
    def _is_gateway(cls, value: str) -> str:
        if value.startswith("ws://") and urlsplit(value).hostname not in THIS_MACHINE:
            raise ValueError("must begin with wss://: over ws:// others can read along")
        return value

    @property
    def authorize_url(self) -> str:
        """Return the page on which Discord asks people whether they want to join."""
        return re.sub(r"/api(/v\d+)?$", "", self.api_url) + "/oauth2/authorize"

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        """Refuse a secret without the number that it belongs to."""
        if self.client_secret and not self.application_id:
            raise ValueError("application_id is missing: client_secret needs it")
        return self


class DatabaseSettings(Section):
    """Where the rows are kept."""

    path: Path = Field(Path("data/roundtable.db"), description="The SQLite file")


class Security(Section):
    """The master key, which is never kept in the database or in the folder beside it."""

    key: str = Field("", description="The key itself, from the environment only", repr=False)
    key_file: Path | None = Field(None, description="A file that holds the key")


class Content(Section):
    """The reviewed content."""

    path: Path = Field(Path("content_library"), description="The folder of content packs")


class Invites(Section):
    """How invites behave when nobody says otherwise."""

    days: int = Field(7, ge=1, le=365, description="Days until an invite expires")
    wrong_codes: int = Field(10, ge=1, description="Wrong codes from one address until slowed")
    wrong_minutes: int = Field(15, ge=1, description="Minutes over which wrong codes are counted")


class Tips(Section):
    """How scheduled tips behave."""

    late_minutes: int = Field(120, ge=1, description="A tip later than this is skipped")


class Booking(Section):
    """How native slots behave."""

    hold_minutes: int = Field(10, ge=1, le=120, description="Minutes a chosen time is kept")
    reminder_hours: int = Field(24, ge=1, le=168, description="Hours before, a reminder is sent")


class Retention(Section):
    """How long things are kept, in days."""

    lines: int = Field(365, ge=1, description="Messages in the clinic's own rooms")
    outbox: int = Field(30, ge=1, description="Records of what was sent, without its words")
    events: int = Field(30, ge=1, description="Ids of events already answered")


class Log(Section):
    """What the program writes about itself: no text of people, no ids of people."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class Settings(Section):
    """All settings, each with a sensible default."""

    site: Site = Site()
    telegram: Telegram = Telegram()
    discord: Discord = Discord()
    database: DatabaseSettings = DatabaseSettings()
    security: Security = Security()
    content: Content = Content()
    invites: Invites = Invites()
    tips: Tips = Tips()
    booking: Booking = Booking()
    retention: Retention = Retention()
    log: Log = Log()


def load(path: Path | None, environ: dict[str, str] | None = None) -> Settings:
    """Read the settings from a file (if one is given) and the environment.

    Raises ConfigError with one sentence that says what is wrong and where.
    """
    values = _read(path) if path else {}
    _overlay(values, dict(os.environ) if environ is None else environ)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigError(_sentence(error, path)) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        message = f"{path}: there is no such file. Copy config.example.toml there and change it."
        raise ConfigError(message) from None
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read: {error}"
        raise ConfigError(message) from None
    except tomllib.TOMLDecodeError as error:
        message = f"{path}: is not valid TOML: {error}"
        raise ConfigError(message) from None


def _overlay(values: dict[str, Any], environ: dict[str, str]) -> None:
    """Lay `ROUNDTABLE__SITE__PORT=80` over the file's values."""
    for name, value in environ.items():
        if not name.startswith(PREFIX):
            continue
        section, _, key = name.removeprefix(PREFIX).lower().partition("__")
        table = values.setdefault(section, {})
        if not key or not isinstance(table, dict):
            message = f"{name}: the name must be {PREFIX}SECTION__NAME, such as {PREFIX}SITE__PORT"
            raise ConfigError(message)
        table[key] = value


def _sentence(error: ValidationError, path: Path | None) -> str:
    """Turn the first of pydantic's complaints into one plain sentence."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = [str(part) for part in first["loc"]]
    source = str(path) if path else "settings"
    place = f"[{where[0]}] {'.'.join(where[1:])}".strip()
    if first["type"] == "extra_forbidden":
        return f"{source}: {place}: there is no such setting.{_meant(where)}"
    reason = first["msg"].removeprefix("Value error, ")
    return f"{source}: {place}: {reason[:1].lower()}{reason[1:]}."


def _meant(where: list[str]) -> str:
    fields = Settings.model_fields
    if len(where) > 1:
        section = fields[where[0]].annotation
        fields = section.model_fields if section else {}
    close = difflib.get_close_matches(where[-1], fields, n=1)
    return f" Did you mean {close[0]}?" if close else f" Known are: {', '.join(fields)}."


def is_zone(name: str) -> bool:
    """Tell whether a name is a time zone such as `Europe/London`."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return bool(name) and not name.startswith("posix")

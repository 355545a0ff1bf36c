"""What the server answers when it will not do what was asked, in Telegram's own words."""

from typing import Any


class ApiError(Exception):
    """An answer with `"ok": false`."""

    def __init__(self, code: int, text: str, **parameters: Any) -> None:  # noqa: ANN401
        super().__init__(text)
        self.code = code
        self.text = text
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """Return the answer as Telegram writes it."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.text}
        return body | ({"parameters": self.parameters} if self.parameters else {})


class Violation(ApiError):
    """A request that the schema or a limit known beforehand forbids: no bot should send it."""


def bad(text: str) -> ApiError:
    """Refuse for the state that things are in."""
    return ApiError(400, f"Bad Request: {text}")


def broken(text: str) -> Violation:
    """Refuse what no state of things would allow."""
    return Violation(400, f"Bad Request: {text}")


def forbidden(text: str) -> ApiError:
    """Refuse because the bot has no access."""
    return ApiError(403, f"Forbidden: {text}")


def too_many(seconds: int) -> ApiError:
    """Refuse because of the rate."""
    text = f"Too Many Requests: retry after {seconds}"
    return ApiError(429, text, retry_after=seconds)


class CannotEnter(Exception):
    """A person followed an invite link in vain; the text says why."""


class MayNot(Exception):
    """A person tried what their own Telegram would not let them do."""

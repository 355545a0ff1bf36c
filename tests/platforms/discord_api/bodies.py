"""What a request carries: JSON, a form, or a form with files as Discord takes them."""

import io
import json
from typing import Any, NamedTuple

from aiohttp import web
from simcord.backend import errors


class Upload(NamedTuple):
    """A file as simcord's routes want it."""

    fp: io.BytesIO
    filename: str
    description: str | None


async def read(request: web.BaseRequest) -> tuple[Any, list[Upload]]:
    """Return the body (None if there is none) and the files."""
    if not request.can_read_body:
        return None, []
    kind = request.content_type
    if kind == "multipart/form-data":
        return _form(dict(await request.post()))
    if kind == "application/x-www-form-urlencoded":
        return dict(await request.post()), []
    raw = await request.read()
    try:
        return (json.loads(raw) if raw else None), []
    except ValueError:
        raise errors.BackendError(400, 50109, "The request body contains invalid JSON.") from None


def _form(parts: dict[str, Any]) -> tuple[Any, list[Upload]]:
    packed = parts.pop("payload_json", None)
    body: Any = {name: value for name, value in parts.items() if isinstance(value, str)}
    if packed is not None:
        body = json.loads(packed if isinstance(packed, str) else bytes(packed))
    data = body.get("data") if isinstance(body, dict) and "type" in body else body
    told = (data or {}).get("attachments") or []
    words = {str(one.get("id")): one.get("description") for one in told}
    files = []
    for name, value in sorted(parts.items()):
        if isinstance(value, web.FileField):
            number = name.removeprefix("files[").rstrip("]")
            content = io.BytesIO(value.file.read())
            files.append(Upload(content, value.filename, words.get(number)))
    return body, files

"""Files, sent and fetched."""

from dataclasses import dataclass
from typing import Any

from tests.platforms.telegram_api.errors import bad, broken
from tests.platforms.telegram_api.markup import units, words
from tests.platforms.telegram_api.methods.sending import deliver, place
from tests.platforms.telegram_api.world import Stored, World

LARGEST_FETCHED = 20 * 1024 * 1024
LARGEST_SENT = 50 * 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """A file that came with a request."""

    name: str
    type: str
    content: bytes


def keep(world: World, upload: Upload, kind: str, size: int | None = None) -> Stored:
    """Store a file."""
    number = world.number()
    ending = upload.name.rpartition(".")[2] if "." in upload.name else "bin"
    stored = Stored(
        id=f"BQACAgIAAxkBAAIB{number:06d}",
        path=f"{kind}s/file_{number}.{ending}",
        name=upload.name,
        type=upload.type,
        content=upload.content,
        size=len(upload.content) if size is None else size,
        kind=kind,
    )
    world.files[stored.id] = stored
    return stored


def describe(stored: Stored) -> dict[str, Any]:
    """Return what all kinds of files tell of themselves."""
    return {
        "file_id": stored.id,
        "file_unique_id": f"AgAD{stored.id[-6:]}",
        "file_size": stored.size,
    }


def document(stored: Stored) -> dict[str, Any]:
    """Return the part of a Message that holds a document."""
    made = describe(stored) | {"file_name": stored.name, "mime_type": stored.type}
    return {"document": made}


def photo(stored: Stored) -> dict[str, Any]:
    """Return the part of a Message that holds a picture."""
    return {"photo": [describe(stored) | {"width": 640, "height": 480}]}


def _content(world: World, params: dict[str, Any], kind: str) -> Stored:
    given = params[kind]
    if isinstance(given, str) and given.startswith("attach://"):
        given = params.get(given.removeprefix("attach://"))
    if isinstance(given, Upload):
        if not given.content:
            raise broken("file must be non-empty")
        if len(given.content) > LARGEST_SENT:
            raise broken("file is too big")
        return keep(world, given, kind)
    if not isinstance(given, str) or given not in world.files:
        raise bad("wrong file identifier/HTTP URL specified")
    return world.files[given]


def _send(world: World, params: dict[str, Any], kind: str) -> object:
    chat = place(world, params, f"can_send_{kind}s")
    caption, entities = words(params, "caption")
    if units(caption) > 1024:
        raise broken("message caption is too long")
    stored = _content(world, params, kind)
    body = document(stored) if kind == "document" else photo(stored)
    body |= {"caption": caption} if caption else {}
    body |= {"caption_entities": entities} if entities else {}
    return deliver(world, chat, params, body, str(params.get("caption") or ""), stored.id).data


def send_document(world: World, params: dict[str, Any]) -> object:
    """Hand over a file."""
    return _send(world, params, "document")


def send_photo(world: World, params: dict[str, Any]) -> object:
    """Hand over a picture."""
    return _send(world, params, "photo")


def get_file(world: World, params: dict[str, Any]) -> object:
    """Say where a file can be fetched."""
    stored = world.files.get(str(params["file_id"]))
    if stored is None:
        raise bad("invalid file_id")
    if stored.size > LARGEST_FETCHED:
        raise bad("file is too big")
    return describe(stored) | {"file_path": stored.path}

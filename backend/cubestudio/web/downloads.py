"""Responses with bytes that people or their code stored: files of steps and models, logs, uploads.

They come from the console's origin, where a page, script or style of a stranger would act as the person who
opens it. So every such response is made here. Its media type is one that no browser executes, whatever the
file claims to be; it is a download; and if a browser shows it nevertheless, it does so in a sandbox with an
origin of its own."""

import mimetypes
from collections.abc import AsyncIterable, Mapping
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

BINARY = "application/octet-stream"
TEXT = "text/plain; charset=utf-8"
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
"""Pictures without a script. SVG is none of them: it is a document."""
TEXTUAL = frozenset(
    {"application/json", "application/yaml", "application/x-yaml", "application/toml", "application/x-ndjson"}
)
HEADERS = {
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
}


def harmless(media_type: str) -> str:
    """Return the media type to send for a file of the given one, which may be any text."""
    plain = media_type.partition(";")[0].strip().lower()
    if plain in IMAGES:
        return plain
    textual = (
        plain.startswith("text/")
        or plain in TEXTUAL
        or plain.endswith(("+json", "+xml", "/xml", "javascript"))
    )
    return TEXT if textual else BINARY


def response(
    body: bytes | AsyncIterable[bytes],
    path: str,
    media_type: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the response with a stored file, or its beginning. `path`: under whose last part a browser saves
    it; `media_type`: what it is said to be, default: by its name; `headers`: further ones."""
    kind = harmless(media_type if media_type is not None else mimetypes.guess_type(path)[0] or "")
    name = quote(path.rpartition("/")[2].encode(errors="replace"), safe="")
    told = {**(headers or {}), **HEADERS, "content-disposition": f"attachment; filename*=UTF-8''{name}"}
    return (
        Response(body, media_type=kind, headers=told)
        if isinstance(body, bytes)
        else StreamingResponse(body, media_type=kind, headers=told)
    )

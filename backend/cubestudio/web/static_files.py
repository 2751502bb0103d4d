"""The files of the console, in the smallest form that a browser takes. They were compressed when they were
built, not for each reader; those whose names change with their content are asked for once in a year, the
others are asked after each time and sent when they changed."""

import mimetypes
import os
import re
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from cubestudio.web.negotiation import qualities

FORMS = {"br": ".br", "gzip": ".gz"}
"""How a file may be compressed, the smallest first, and what its name ends with then."""
_HASHED = re.compile(r".*-[A-Za-z0-9_-]{8}\.[a-z0-9]+")


def accepted(header: str) -> set[str]:
    """Return the encodings in an Accept-Encoding header, without those that it refuses (`;q=0`)."""
    return {encoding for encoding, quality in qualities(header).items() if quality > 0}


class Assets(StaticFiles):
    """The files of a folder. Names that end in a hash of eight characters never get another content."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        asked = Headers(scope=scope)
        name = str(full_path)
        headers = {
            "cache-control": "public, max-age=31536000, immutable"
            if _HASHED.fullmatch(Path(name).name)
            else "no-cache",
            "vary": "accept-encoding",
        }
        media = mimetypes.guess_type(name)[0] or "application/octet-stream"
        wanted = accepted(asked.get("accept-encoding", ""))
        for encoding, ending in FORMS.items():
            form = Path(f"{full_path}{ending}")
            if encoding in wanted and form.exists():
                name, stat_result, headers["content-encoding"] = str(form), form.stat(), encoding
                break
        response = FileResponse(name, status_code, headers, media, stat_result=stat_result)
        if self.is_not_modified(response.headers, asked):
            return NotModifiedResponse(response.headers)
        return response

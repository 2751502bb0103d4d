"""The built console: one page for every path that is nothing else."""

import html
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from cubestudio.app import App
from cubestudio.web.auth import viewer_of
from cubestudio.web.errors import page
from cubestudio.web.static_files import Assets

STATIC = Path(__file__).parents[1] / "static"
"""The folder of the built console."""


class Console:
    """The handlers of the console's pages."""

    def __init__(self, app: App):
        self._app = app
        self._files = Assets(directory=STATIC, check_dir=False)

    async def index(self, request: Request) -> Response:
        """Return the console, or what to do where it was not built."""
        if (STATIC / "index.html").exists():
            return await self._files.get_response("index.html", request.scope)
        viewer = await viewer_of(self._app, request)
        if viewer is None:
            return page(
                "Cube Studio",
                "<p>Nobody is signed in. Open the sign-in link that the platform printed at its "
                "start, or make one with <code>cubestudio token --link</code>.</p>",
            )
        return page(
            "Cube Studio",
            f"<p>Signed in as <b>{html.escape(viewer.name)}</b>.</p><p><a href='/graphql'>GraphQL "
            "explorer</a> · <a href='/metrics'>metrics</a></p><p>This installation has no web "
            "console yet; scripts use <code>cubestudio</code> and the API.</p>",
        )

    async def explorer(self, request: Request) -> Response:
        """Return the GraphQL explorer."""
        if await viewer_of(self._app, request) is None:
            return page(
                "Sign in first",
                "<p>The explorer is for people who are signed in. Open the sign-in link that the "
                "platform printed at its start, or make one with <code>cubestudio token "
                "--link</code>.</p>",
                401,
            )
        if not (STATIC / "graphiql.html").exists():
            return page(
                "GraphQL",
                "<p>The explorer was not built into this installation (<code>make web</code> builds "
                "it). The API is here: POST to <code>/graphql</code>.</p>",
            )
        return await self._files.get_response("graphiql.html", request.scope)

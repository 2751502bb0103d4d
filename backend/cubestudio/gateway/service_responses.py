"""Responses of the gateway to requests for services."""

import orjson

from cubestudio.gateway.request import DirectResponse, ProxyRequest, page
from cubestudio.services.endpoint import Endpoint
from cubestudio.services.model import Access


def refusal(status: int, message: str, headers: list[tuple[str, str]] | None = None) -> DirectResponse:
    """Return an error in JSON."""
    return DirectResponse(status, orjson.dumps({"error": message}), "application/json", headers)


class RevisionUnavailable(DirectResponse):
    """The response when a revision was chosen and did not answer. `seconds`: how long it was waited for."""

    def __init__(
        self, revision: int, status: int, message: str, retry: int | None = None, seconds: float = 0.0
    ):
        error = refusal(status, message, [("retry-after", str(retry))] if retry else None)
        super().__init__(error.status, error.body, error.media_type, error.headers)
        self.revision, self.seconds = revision, seconds


def missing() -> DirectResponse:
    """Return the response for a service that does not exist, or that the caller may not know of."""
    return refusal(404, "There is no such service, or it is not open to you.")


def without_access(endpoint: Endpoint, request: ProxyRequest) -> DirectResponse:
    """Return the response to a caller without access, who does not learn whether the service exists unless it
    accepts keys."""
    if endpoint.access == Access.KEY:
        message = "Send a key of the service as Authorization: Bearer <key>."
        return refusal(401, message, [("www-authenticate", "Bearer")])
    if request.document:
        return page(
            404, "There is no such service", "<p>Or it is not open to you. Open it from Cube Studio.</p>"
        )
    return missing()

"""Settings that bound what one user or one request can take."""

from pydantic import BaseModel, Field, IPvAnyNetwork


class Limits(BaseModel):
    """Limits of requests"""

    rate_limit: int = Field(6000, ge=1, description="Requests per minute with one session or token.")
    rate_limit_anonymous: int = Field(
        600, ge=1, description="Requests per minute from one address without a session or token."
    )
    rate_limit_sign_in: int = Field(60, ge=1, description="Sign-in attempts per minute from one address.")
    max_connections: int = Field(
        64,
        ge=1,
        description="WebSockets, event streams, terminals and SSH connections that one user can have open in "
        "one process.",
    )
    max_connections_per_address: int = Field(
        1024, ge=1, description="The same for one address, before the user is known."
    )
    max_subscriptions: int = Field(
        256, ge=1, description="GraphQL subscriptions that one user can have open in one process."
    )
    max_request_bytes: int = Field(32 * 2**20, ge=2**16, description="The largest request body, in bytes.")
    max_query_depth: int = Field(16, ge=4, description="The deepest selection of a GraphQL operation.")
    max_query_tokens: int = Field(4000, ge=100, description="The most tokens of a GraphQL document.")
    max_query_aliases: int = Field(30, ge=1, description="The most aliases in a GraphQL document.")
    max_page_size: int = Field(200, ge=1, description="The most items of one page of a list.")
    allowed_private_networks: tuple[IPvAnyNetwork, ...] = Field(
        (),
        description="Private networks to which the platform may connect on behalf of users, such as the "
        'network of an image registry. Example: ["10.1.0.0/16"].',
    )

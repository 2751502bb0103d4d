"""Sign-in by OpenID Connect: code flow with PKCE and a nonce, by authlib. Who somebody is comes back as claims."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth

from cubestudio.core.config import Provider
from cubestudio.core.errors import NotFound, SignedOut, Unavailable

AGAIN = "Begin again from the sign-in page."


class Providers:
    """All that are configured. What a sign-in under way needs to remember is in the request's own session."""

    def __init__(self, providers: Sequence[Provider]):
        self._known = {provider.name: provider for provider in providers}
        self._oauth = OAuth()
        for provider in providers:
            self._oauth.register(
                provider.name, server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
                client_id=provider.client_id, client_secret=provider.client_secret or None,
                client_kwargs={"scope": provider.scope, "code_challenge_method": "S256", "timeout": 10},
            )  # fmt: skip

    def named(self, name: str) -> Provider:
        if name not in self._known:
            raise NotFound("There is no such way to sign in.", field="provider")
        return self._known[name]

    async def begin(self, request: Any, name: str, back: str) -> Any:
        """A redirect to the provider; `back` is where it sends the browser afterwards."""
        provider = self.named(name)
        try:
            return await getattr(self._oauth, name).authorize_redirect(request, back)
        except (httpx2.HTTPError, OSError, ValueError, KeyError, RuntimeError) as error:
            raise Unavailable(f"{provider.title or name} does not answer now.") from error

    async def finish(self, request: Any, name: str) -> Mapping[str, Any]:
        """The claims of whoever came back; SignedOut when it was not begun here, is too old, was used already, or was refused."""
        provider = self.named(name)
        client = getattr(self._oauth, name)
        try:
            token = await client.authorize_access_token(request)
            claims = dict(token.get("userinfo") or {})
            if "email" not in claims and token.get("access_token"):
                more = dict(await client.userinfo(token=token))
                claims = more | claims if more.get("sub") == claims.get("sub") else claims
            return claims
        except OAuthError as error:
            raise SignedOut(f"{provider.title or name} did not let you in: {error.description or error.error}.", hint=AGAIN) from error
        except (httpx2.HTTPError, OSError) as error:
            raise Unavailable(f"{provider.title or name} does not answer now.") from error
        except (ValueError, KeyError, RuntimeError) as error:
            raise SignedOut(f"{provider.title or name} answered with something that is not valid.", hint=AGAIN) from error

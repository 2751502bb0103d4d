"""Sign-in by OpenID Connect: code flow with PKCE and a nonce, by authlib; and by what is alike enough. Who
somebody is comes back as claims."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2
from starlette.responses import RedirectResponse

from cubestudio.core import clock, messages
from cubestudio.core.auth import plain
from cubestudio.core.errors import NotFound, SignedOut, Unavailable
from cubestudio.core.settings.sign_in import Provider

PATIENCE = 600
"""Seconds within which a sign-in comes back."""


class Providers:
    """All that are configured. What a sign-in under way needs to remember is in the request's own session."""

    def __init__(self, providers: Sequence[Provider]):
        self._known = {provider.name: provider for provider in providers}
        if not (connected := [each for each in providers if not each.plain]):
            return
        from authlib.integrations.starlette_client import OAuth

        self._oauth = OAuth()
        for provider in connected:
            self._oauth.register(
                provider.name,
                server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
                client_id=provider.client_id,
                client_secret=provider.client_secret or None,
                client_kwargs={
                    "scope": provider.scope,
                    "code_challenge_method": "S256",
                    "timeout": 10,
                    "follow_redirects": False,
                },
            )

    def named(self, name: str) -> Provider:
        if name not in self._known:
            raise NotFound(messages.SIGN_IN_PROVIDER_NOT_FOUND(), field="provider")
        return self._known[name]

    async def begin(self, request: Any, name: str, back: str) -> Any:
        """A redirect to the provider; `back` is where it sends the browser afterwards."""
        provider = self.named(name)
        if provider.plain:
            state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
            request.session[f"plain-{name}"] = {
                "state": state,
                "verifier": verifier,
                "back": back,
                "at": clock.now().timestamp(),
            }
            challenge = (
                base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
            )
            return RedirectResponse(plain.way(provider, back, state, challenge), 302)
        try:
            return await getattr(self._oauth, name).authorize_redirect(request, back)
        except (httpx2.HTTPError, OSError, ValueError, KeyError, RuntimeError) as error:
            raise Unavailable(messages.PROVIDER_NOT_ANSWERING(provider=provider.title or name)) from error

    async def finish(self, request: Any, name: str) -> Mapping[str, Any]:
        """The claims of whoever came back; SignedOut when it was not begun here, is too old, was used
        already, or was refused."""
        provider = self.named(name)
        if provider.plain:
            return await self._plain(request, provider)
        from authlib.integrations.base_client import OAuthError

        client = getattr(self._oauth, name)
        try:
            token = await client.authorize_access_token(request)
            claims = dict(token.get("userinfo") or {})
            if "email" not in claims and token.get("access_token"):
                more = dict(await client.userinfo(token=token))
                claims = more | claims if more.get("sub") == claims.get("sub") else claims
            return claims
        except OAuthError as error:
            raise SignedOut(
                messages.PROVIDER_REFUSED(
                    provider=provider.title or name, problem=error.description or error.error
                )
            ) from error
        except (httpx2.HTTPError, OSError) as error:
            raise Unavailable(messages.PROVIDER_NOT_ANSWERING(provider=provider.title or name)) from error
        except (ValueError, KeyError, RuntimeError) as error:
            raise SignedOut(messages.PROVIDER_ANSWER_INVALID(provider=provider.title or name)) from error

    async def _plain(self, request: Any, provider: Provider) -> Mapping[str, Any]:
        """The claims of whoever came back from a service with an OAuth 2 of its own."""
        title = provider.title or provider.name
        held = request.session.pop(f"plain-{provider.name}", None) or {}
        state, code = (
            request.query_params.get("state", ""),
            request.query_params.get("code") or request.query_params.get("authCode") or "",
        )
        if (
            not held
            or not hmac.compare_digest(str(held.get("state", "")), state)
            or clock.now().timestamp() - held["at"] > PATIENCE
        ):
            raise SignedOut(messages.SIGN_IN_TOO_OLD(provider=title))
        if not code:
            words = (
                request.query_params.get("error_description")
                or request.query_params.get("error")
                or "it sent no code"
            )
            raise SignedOut(messages.PROVIDER_REFUSED(provider=title, problem=words[:200]))
        try:
            return await plain.claims(provider, code, held["back"], held["verifier"])
        except plain.Unwilling as error:
            raise SignedOut(messages.PROVIDER_REFUSED(provider=title, problem=error)) from error
        except (httpx2.HTTPError, OSError) as error:
            raise Unavailable(messages.PROVIDER_NOT_ANSWERING(provider=title)) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SignedOut(messages.PROVIDER_ANSWER_INVALID(provider=title)) from error

"""Whether a provider of sign-in answers as it should."""

from typing import Any

import httpx2

from cubestudio.core.auth import plain
from cubestudio.core.settings.sign_in import Provider


async def check(provider: Provider) -> list[tuple[str, str | None]]:
    """What was looked at of a provider as it answers now, each with what is wrong or None."""
    found: list[tuple[str, str | None]] = []
    async with httpx2.AsyncClient(timeout=10, follow_redirects=False) as http:

        async def ask(url: str) -> tuple[httpx2.Response | None, str | None]:
            try:
                return await http.get(url, headers={"accept": "application/json"}), None
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                return None, f"{url} does not answer: {type(error).__name__}"

        async def get(url: str) -> tuple[Any, str | None]:
            answer, problem = await ask(url)
            if answer is None:
                return None, problem
            if answer.status_code >= 400:
                return None, f"{url} answers with {answer.status_code}"
            try:
                return answer.json(), None
            except ValueError:
                return None, f"{url} answers with something else than JSON"

        if provider.plain:
            places = (("sign-in page", provider.issuer), ("API", provider.api or plain.APIS[provider.kind]))
            return [(what, (await ask(url))[1]) for what, url in places]
        root = provider.issuer.rstrip("/")
        told, problem = await get(f"{root}/.well-known/openid-configuration")
        told = told if isinstance(told, dict) else {}
        found.append(("discovery document", problem))
        if problem is None:
            said = str(told.get("issuer", ""))
            found.append(
                (
                    "issuer",
                    None
                    if said.rstrip("/") == root
                    else f"it calls itself {said[:200] or 'nothing'}, not {root}",
                )
            )
            lacks = [
                each
                for each in ("authorization_endpoint", "token_endpoint", "jwks_uri")
                if not told.get(each)
            ]
            found.append(("endpoints", f"it names no {', '.join(lacks)}" if lacks else None))
            ways = told.get("code_challenge_methods_supported")
            found.append(("PKCE", None if ways is None or "S256" in ways else "it does not take S256"))
            scopes = told.get("scopes_supported")
            odd = [each for each in provider.scope.split() if scopes is not None and each not in scopes]
            found.append(("scopes", f"it does not know {', '.join(odd)}" if odd else None))
            if told.get("jwks_uri"):
                keys, problem = await get(str(told["jwks_uri"]))
                empty = problem is None and not (isinstance(keys, dict) and keys.get("keys"))
                found.append(("keys", "it publishes none" if empty else problem))
    return found

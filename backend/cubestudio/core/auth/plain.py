"""Sign-in by services that speak an OAuth 2 of their own: where a browser is sent, and how a code becomes
claims.

The claims are those of OpenID Connect: sub, name, preferred_username, email, email_verified, and groups under
the provider's `groups_claim`. An address counts as verified where the service says that it is (GitHub), or
where it is the organisation's own (Feishu's enterprise address)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx2

from cubestudio.core.settings.sign_in import Provider

SECONDS = 10
APIS = {
    "github": "https://api.github.com",
    "feishu": "https://open.feishu.cn",
    "dingtalk": "https://api.dingtalk.com",
    "wecom": "https://qyapi.weixin.qq.com",
}


class Unwilling(Exception):
    """It does not say who somebody is; the text says why."""


def way(provider: Provider, back: str, state: str, challenge: str) -> str:
    """Where a browser is sent; `challenge`: of PKCE, for those that know it."""
    root = provider.issuer.rstrip("/")
    common = {"redirect_uri": back, "state": state}
    pkce = {"code_challenge": challenge, "code_challenge_method": "S256"}
    match provider.kind:
        case "github":
            scope = "read:user user:email" + (" read:org" if provider.groups_claim else "")
            return f"{root}/login/oauth/authorize?" + urlencode(
                {"client_id": provider.client_id, "scope": scope, **common, **pkce}
            )
        case "feishu":
            return f"{root}/open-apis/authen/v1/authorize?" + urlencode(
                {"client_id": provider.client_id, "response_type": "code", **common, **pkce}
            )
        case "dingtalk":
            told = {
                "client_id": provider.client_id,
                "response_type": "code",
                "scope": "openid",
                "prompt": "consent",
            }
            return f"{root}/oauth2/auth?" + urlencode({**told, **common})
    told = {"login_type": "CorpApp", "appid": provider.client_id, "agentid": provider.agent}
    return f"{root}/wwlogin/sso/login?" + urlencode({**told, **common})


async def claims(provider: Provider, code: str, back: str, verifier: str) -> dict[str, Any]:
    """Who came back with a code. Raises Unwilling, and httpx2.HTTPError when it does not answer."""
    async with httpx2.AsyncClient(timeout=SECONDS, follow_redirects=False) as http:
        return await {"github": _github, "feishu": _feishu, "dingtalk": _dingtalk, "wecom": _wecom}[
            provider.kind
        ](http, provider, (provider.api or APIS[provider.kind]).rstrip("/"), code, back, verifier)


async def _said(answer: httpx2.Response) -> Any:
    """The JSON of an answer, if it is one."""
    try:
        told = answer.json()
    except ValueError:
        told = None
    if answer.status_code >= 500:
        answer.raise_for_status()
    if answer.status_code >= 400 or told is None:
        words = (
            told.get("message") or told.get("error_description") or told.get("error")
            if isinstance(told, Mapping)
            else None
        )
        raise Unwilling(str(words or f"it answered with {answer.status_code}")[:200])
    return told


async def _github(
    http: httpx2.AsyncClient, provider: Provider, api: str, code: str, back: str, verifier: str
) -> dict[str, Any]:
    form = {
        "client_id": provider.client_id,
        "client_secret": provider.client_secret,
        "code": code,
        "redirect_uri": back,
        "code_verifier": verifier,
    }
    where = f"{provider.issuer.rstrip('/')}/login/oauth/access_token"
    told = await _said(await http.post(where, data=form, headers={"accept": "application/json"}))
    if not told.get("access_token"):
        raise Unwilling(str(told.get("error_description") or "it gave no token")[:200])
    headers = {"authorization": f"Bearer {told['access_token']}", "accept": "application/vnd.github+json"}
    who = await _said(await http.get(f"{api}/user", headers=headers))
    mails = await _said(await http.get(f"{api}/user/emails", headers=headers))
    first = next((each for each in mails if each.get("primary") and each.get("verified")), None)
    told = {"sub": str(who["id"]), "preferred_username": who["login"], "name": who.get("name")}
    if first:
        told |= {"email": first["email"], "email_verified": True}
    if provider.groups_claim:
        organisations = await _said(await http.get(f"{api}/user/orgs?per_page=100", headers=headers))
        told[provider.groups_claim] = [each["login"] for each in organisations]
    return told


async def _feishu(
    http: httpx2.AsyncClient, provider: Provider, api: str, code: str, back: str, verifier: str
) -> dict[str, Any]:
    body = {
        "grant_type": "authorization_code",
        "client_id": provider.client_id,
        "client_secret": provider.client_secret,
        "code": code,
        "redirect_uri": back,
        "code_verifier": verifier,
    }
    told = await _said(await http.post(f"{api}/open-apis/authen/v2/oauth/token", json=body))
    if told.get("code") or not told.get("access_token"):
        raise Unwilling(str(told.get("error_description") or told.get("msg") or "it gave no token")[:200])
    headers = {"authorization": f"Bearer {told['access_token']}"}
    answer = await _said(await http.get(f"{api}/open-apis/authen/v1/user_info", headers=headers))
    who = answer.get("data") or {}
    if answer.get("code") or not who.get("union_id"):
        raise Unwilling(str(answer.get("msg") or "it did not say who it is")[:200])
    own = who.get("enterprise_email")
    mail = (
        {"email": own, "email_verified": True} if own else {"email": who["email"]} if who.get("email") else {}
    )
    return {
        "sub": who["union_id"],
        "name": who.get("name"),
        "preferred_username": who.get("en_name") or who.get("name"),
        **mail,
    }


async def _dingtalk(
    http: httpx2.AsyncClient, provider: Provider, api: str, code: str, back: str, verifier: str
) -> dict[str, Any]:
    body = {
        "clientId": provider.client_id,
        "clientSecret": provider.client_secret,
        "code": code,
        "grantType": "authorization_code",
    }
    told = await _said(await http.post(f"{api}/v1.0/oauth2/userAccessToken", json=body))
    if not told.get("accessToken"):
        raise Unwilling("it gave no token")
    who = await _said(
        await http.get(
            f"{api}/v1.0/contact/users/me", headers={"x-acs-dingtalk-access-token": told["accessToken"]}
        )
    )
    if not who.get("unionId"):
        raise Unwilling("it did not say who it is")
    mail = {"email": who["email"]} if who.get("email") else {}
    return {"sub": who["unionId"], "name": who.get("nick"), "preferred_username": who.get("nick"), **mail}


async def _wecom(
    http: httpx2.AsyncClient, provider: Provider, api: str, code: str, back: str, verifier: str
) -> dict[str, Any]:
    asked = {"corpid": provider.client_id, "corpsecret": provider.client_secret}
    told = await _said(await http.get(f"{api}/cgi-bin/gettoken", params=asked))
    if told.get("errcode") or not told.get("access_token"):
        raise Unwilling(str(told.get("errmsg") or "it gave no token")[:200])
    who = await _said(
        await http.get(
            f"{api}/cgi-bin/auth/getuserinfo", params={"access_token": told["access_token"], "code": code}
        )
    )
    if who.get("errcode") or not who.get("userid"):
        raise Unwilling(str(who.get("errmsg") or "this is nobody of the organisation")[:200])
    return {"sub": who["userid"], "preferred_username": who["userid"]}

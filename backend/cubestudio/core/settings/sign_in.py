"""Settings of sessions and identity providers."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

KNOWN_ISSUERS = {
    "google": "https://accounts.google.com",
    "gitlab": "https://gitlab.com",
    "github": "https://github.com",
    "feishu": "https://accounts.feishu.cn",
    "dingtalk": "https://login.dingtalk.com",
    "wecom": "https://login.work.weixin.qq.com",
}


class Provider(BaseModel):
    """An identity provider. `kind` oidc is any OpenID Connect provider with a discovery document below
    `issuer`; google, gitlab and keycloak are such providers too. github, feishu, dingtalk and wecom have
    OAuth 2 protocols of their own. `issuer` is the provider's URL; public services need none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,49}$", description="Name in URLs: unique and permanent.")
    title: str = Field("", max_length=100, description="The text of the button on the sign-in page.")
    kind: Literal["oidc", "google", "gitlab", "keycloak", "github", "feishu", "dingtalk", "wecom"] = Field(
        "oidc", description="The protocol or service."
    )
    issuer: str = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        validate_default=True,
        description="URL of the provider. Required for oidc and keycloak.",
    )
    api: str = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        description="URL of the provider's API, where it differs from that of the public service.",
    )
    agent: str = Field("", description="The AgentId of the application (WeCom only).")
    client_id: str = Field(description="The client ID that the provider issued.")
    client_secret: str = Field("", description="The client secret that the provider issued.")
    scope: str = Field("openid email profile", description="The scopes that are requested.")
    domains: tuple[str, ...] = Field(
        (), description="Only users with e-mail addresses in these domains can sign in. Empty: all users."
    )
    sign_up: Literal["open", "known"] = Field(
        "open",
        description="open: every user of the provider gets an account. known: only users whose verified "
        "e-mail "
        "address has an account or an invitation.",
    )
    groups_claim: str = Field(
        "groups",
        description="The claim that holds groups. Empty: groups are not requested, nor GitHub's "
        "organizations.",
    )
    groups: tuple[str, ...] = Field(
        (), description="Only members of these groups can sign in. Empty: all users."
    )
    admin_groups: tuple[str, ...] = Field(
        (),
        description="Members of these groups are administrators and others are not. Empty: the provider does "
        "not decide.",
    )

    @model_validator(mode="before")
    @classmethod
    def _public(cls, told: Any) -> Any:
        if isinstance(told, dict) and not told.get("issuer"):
            kind = told.get("kind", "oidc")
            if kind not in KNOWN_ISSUERS:
                raise ValueError(
                    f"A provider of kind {kind} needs an issuer: the URL of its discovery document."
                )
            told = {**told, "issuer": KNOWN_ISSUERS[kind]}
        return told

    @model_validator(mode="after")
    def _claim_named(self) -> Self:
        if (self.groups or self.admin_groups) and not self.groups_claim:
            raise ValueError("groups and admin_groups need groups_claim, the claim that holds groups.")
        return self

    @property
    def plain(self) -> bool:
        """Whether it speaks an OAuth 2 of its own and not OpenID Connect."""
        return self.kind in ("github", "feishu", "dingtalk", "wecom")


class SignIn(BaseModel):
    """Sign-in"""

    session_days: int = Field(14, ge=1, description="Days after which a session ends.")
    session_idle_hours: int = Field(72, ge=1, description="Hours after which an unused session ends.")
    sign_in_link_minutes: int = Field(
        60, ge=1, description="Minutes for which a one-time sign-in link is valid."
    )
    providers: tuple[Provider, ...] = Field(
        (),
        description="Identity providers: a list of objects, see [Identity providers](#identity-providers).",
    )

/** Nobody is signed in: the invitation whose link was opened, the providers of sign-in, what else to do, in words, and a field for the link. */
import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { Invitation, useInvitation } from "@/features/projects/invitation";
import { SignInProvidersDocument } from "@/gen/graphql";
import { choose } from "@/lib/i18n";
import ui from "@/ui/ui.module.css";
import { remember } from "./after";
import css from "./shell.module.css";

/** The invitation, and how somebody who has no account gets one. */
function Invited({ secret, providers }: { secret: string; providers: boolean }) {
  const { t } = useTranslation();
  return (
    <Invitation query={useInvitation(secret)}>
      {(shown) => (
        <>
          <h2 className={`${ui.flush} ${ui.fz15} ${ui.mt6}`}>
            {shown ? t("signin.acceptTitle") : t("signin.title")}
          </h2>
          {shown && (
            <p className={`${ui.flush} ${ui.muted}`}>
              {shown.signsUp && shown.email
                ? t("signin.newAccountEmail", { email: shown.email })
                : shown.signsUp
                  ? t("signin.newAccount")
                  : providers
                    ? t("signin.needAccount", { name: shown.author })
                    : t("signin.needLink", { name: shown.author })}
            </p>
          )}
        </>
      )}
    </Invitation>
  );
}

export function SignIn() {
  const { t, i18n } = useTranslation();
  const secret =
    location.pathname === "/join" ? (new URLSearchParams(location.search).get("invitation") ?? "") : null;
  const providers =
    useQuery({ queryKey: ["providers"], queryFn: () => ask(SignInProvidersDocument) }).data
      ?.signInProviders ?? [];
  const [link, setLink] = useState("");
  const [wrong, setWrong] = useState(false);
  const go = () => {
    const token = /(?:token=)?([\w.~-]{16,})\s*$/.exec(link.trim())?.[1];
    if (!token) return setWrong(true);
    remember();
    location.assign(`/auth/link?token=${encodeURIComponent(token)}`);
  };
  return (
    <main className={css.sign}>
      <span className={`${css.cube} ${css.large}`} />
      {secret === null ? (
        <h1 className={`${ui.flush} ${ui.fz20}`}>{t("signin.title")}</h1>
      ) : (
        <Invited secret={secret} providers={providers.length > 0} />
      )}
      {providers.map((each) => (
        <Button key={each.name} component="a" href={each.url} onClick={remember} variant="filled" size="md">
          {t("signin.withProvider", { name: each.title })}
        </Button>
      ))}
      {secret !== null && <p className={`${ui.flush} ${ui.muted}`}>{t("signin.pasteForInvitation")}</p>}
      {secret === null && <p className={`${ui.flush} ${ui.muted}`}>{t("signin.pasteLink")}</p>}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
        className={`${ui.stack} ${ui.gap10}`}
      >
        <TextInput
          label={t("signin.link")}
          value={link}
          onChange={(event) => {
            setLink(event.currentTarget.value);
            setWrong(false);
          }}
          error={wrong ? t("signin.linkInvalid") : undefined}
          placeholder="http://…/auth/link?token=…"
          autoFocus={secret === null}
        />
        <Button variant={providers.length ? "default" : "filled"} type="submit" disabled={!link.trim()}>
          {t("signin.submit")}
        </Button>
      </form>
      {secret === null && (
        <p className={`${ui.flush} ${ui.dim}`}>
          {t("signin.newLinkCommand")} <code>cubestudio token --link</code>
        </p>
      )}
      <p className={ui.flush}>
        <button
          type="button"
          className={`${ui.bare} ${ui.p0} ${ui.accent}`}
          onClick={() => void choose(i18n.language === "en" ? "zh" : "en")}
        >
          {i18n.language === "en" ? "中文" : "English"}
        </button>
      </p>
    </main>
  );
}

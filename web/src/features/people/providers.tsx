/** Ways to sign in beside the one-time link, as they are configured, and whether each answers as it should. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import {
  ProviderCheckDocument,
  type ProviderCheckQuery,
  ProvidersDocument,
  type ProvidersQuery,
} from "@/gen/graphql";
import { localised } from "@/lib/i18n";
import { useAttempt } from "@/ui/attempt";
import { Copy, css, Empty, Failure, Loading, Panel } from "@/ui/page";
import { State } from "@/ui/state";

export function Providers() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["providers-configured"], queryFn: () => ask(ProvidersDocument) });
  return (
    <Panel title={t("Ways to sign in")}>
      {query.error ? (
        <div className={css.p14}>
          <Failure error={query.error} retry={() => void query.refetch()} />
        </div>
      ) : query.isPending ? (
        <Loading rows={3} />
      ) : query.data.providers.length === 0 ? (
        <Empty title={t("Only by one-time links")}>
          {t(
            "An operator adds providers such as Google, GitHub, Keycloak or Feishu with the setting CUBE_PROVIDERS; they are shown and tried here.",
          )}
        </Empty>
      ) : (
        query.data.providers.map((each) => <One key={each.name} provider={each} />)
      )}
    </Panel>
  );
}

function One({ provider }: { provider: ProvidersQuery["providers"][number] }) {
  const { t } = useTranslation();
  const [seen, setSeen] = useState<ProviderCheckQuery["providerCheck"] | null>(null);
  const { busy, error, run } = useAttempt();
  const names: Record<string, string> = {
    "discovery document": t("discovery document"),
    issuer: t("issuer"),
    endpoints: t("endpoints"),
    PKCE: "PKCE",
    scopes: t("scopes"),
    keys: t("keys"),
    "sign-in page": t("sign-in page"),
    API: "API",
  };
  const rules = [
    provider.signUp === "open"
      ? t("whoever it lets in gets an account")
      : t("only those who have an account or were invited"),
    provider.domains.length > 0 && t("addresses in {{list}}", { list: provider.domains.join(", ") }),
    provider.groups.length > 0 && t("members of {{list}}", { list: provider.groups.join(", ") }),
    provider.adminGroups.length > 0 &&
      t("administrators: {{list}}", { list: provider.adminGroups.join(", ") }),
  ].filter(Boolean);
  return (
    <div className={`${css.row} ${css.wraps} ${css.top}`}>
      <div className={`${css.basis280} ${css.miw0} ${css.breaks}`}>
        <b>{provider.title}</b> <span className={css.dim}>{provider.kind}</span>
        <div className={css.mono}>{provider.issuer}</div>
        <div className={css.dim}>{rules.join("; ")}</div>
        <div className={css.dim}>
          {t("Sends browsers back to")} <code className={css.mono}>{provider.callback}</code>{" "}
          <Copy text={provider.callback} />
        </div>
        {seen && (
          <ul className={`${css.plainList} ${css.stack} ${css.gap4} ${css.mt8}`}>
            {seen.map((each) => (
              <li key={each.what}>
                <State state={each.problem ? "FAILED" : "SUCCEEDED"} as={names[each.what] ?? each.what} />{" "}
                {each.problem && <span>{localised(each.problem)}</span>}
              </li>
            ))}
          </ul>
        )}
        {Boolean(error) && <Failure error={error} />}
      </div>
      <Button
        size="compact-sm"
        loading={busy}
        onClick={() =>
          void run(async () =>
            setSeen((await ask(ProviderCheckDocument, { name: provider.name })).providerCheck),
          )
        }
        aria-label={t("Test {{name}}", { name: provider.title })}
      >
        {t("Test")}
      </Button>
    </div>
  );
}

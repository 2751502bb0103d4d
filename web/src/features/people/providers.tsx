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
    <Panel title={t("provider.title")}>
      {query.error ? (
        <div className={css.p14}>
          <Failure error={query.error} retry={() => void query.refetch()} />
        </div>
      ) : query.isPending ? (
        <Loading rows={3} />
      ) : query.data.identityProviders.length === 0 ? (
        <Empty title={t("provider.none")}>{t("provider.noneHint")}</Empty>
      ) : (
        query.data.identityProviders.map((each) => <One key={each.name} provider={each} />)
      )}
    </Panel>
  );
}

function One({ provider }: { provider: ProvidersQuery["identityProviders"][number] }) {
  const { t } = useTranslation();
  const [seen, setSeen] = useState<ProviderCheckQuery["checkIdentityProvider"] | null>(null);
  const { busy, error, run } = useAttempt();
  const names: Record<string, string> = {
    "discovery document": t("provider.discovery"),
    issuer: t("provider.issuer"),
    endpoints: t("provider.endpoints"),
    PKCE: "PKCE",
    scopes: t("provider.scopes"),
    keys: t("provider.keys"),
    "sign-in page": t("provider.signInPage"),
    API: "API",
  };
  const rules = [
    provider.signUp === "open" ? t("provider.open") : t("provider.invitedOnly"),
    provider.domains.length > 0 && t("provider.domains", { list: provider.domains.join(", ") }),
    provider.groups.length > 0 && t("provider.organizations", { list: provider.groups.join(", ") }),
    provider.adminGroups.length > 0 &&
      t("provider.administrators", { list: provider.adminGroups.join(", ") }),
  ].filter(Boolean);
  return (
    <div className={`${css.row} ${css.wraps} ${css.top}`}>
      <div className={`${css.basis280} ${css.miw0} ${css.breaks}`}>
        <b>{provider.title}</b> <span className={css.dim}>{provider.kind}</span>
        <div className={css.mono}>{provider.issuer}</div>
        <div className={css.dim}>{rules.join("; ")}</div>
        <div className={css.dim}>
          {t("provider.callback")} <code className={css.mono}>{provider.callback}</code>{" "}
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
            setSeen((await ask(ProviderCheckDocument, { name: provider.name })).checkIdentityProvider),
          )
        }
        aria-label={t("provider.test", { name: provider.title })}
      >
        {t("common.test")}
      </Button>
    </div>
  );
}

/** What a project may have at work at once, has, and what waits for room. */
import { Button, Progress } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { type AmountWholeFragment, ProjectQuotaDocument, type ProjectQuotaQuery } from "@/gen/graphql";
import { bytes } from "@/lib/format";
import { Ago, css, Failure, Loading, Panel } from "@/ui/page";
import { EditQuota } from "./edit";

const KEYS = ["cpu", "memory", "gpu", "pods", "notebooks", "storage"] as const;
type Key = string;
/** An amount by name; GPUs of one type as `gpu TYPE`. */
const parts = (amount: AmountWholeFragment): Record<Key, unknown> => ({
  ...Object.fromEntries(KEYS.map((key) => [key, amount[key]])),
  ...Object.fromEntries(amount.gpusByType.map(({ type, count }) => [`gpu ${type}`, count])),
});
type Holder = NonNullable<ProjectQuotaQuery["project"]>["quota"]["holders"][number];

export function useAmounts() {
  const { t } = useTranslation();
  const known: Record<Key, string> = {
    cpu: t("common.cpuCores"),
    memory: t("common.memory"),
    gpu: t("common.gpus"),
    pods: t("quota.pods"),
    notebooks: t("nav.notebooks"),
    storage: t("quota.storage"),
  };
  const named = (key: Key) => known[key] ?? t("quota.gpuType", { kind: key.slice("gpu ".length) });
  const said = (key: Key, value: number) =>
    key === "memory" || key === "storage" ? bytes(value) : String(Math.round(value * 100) / 100);
  const list = (amount: AmountWholeFragment) =>
    Object.entries(parts(amount))
      .filter(([, value]) => value)
      .map(([key, value]) => `${named(key)} ${said(key, Number(value))}`)
      .join(", ");
  return { named, said, list };
}

export function QuotaPanel({ project }: { project: string }) {
  const { t } = useTranslation();
  const { named, said } = useAmounts();
  const query = useQuery({
    queryKey: ["quota", project],
    queryFn: () => ask(ProjectQuotaDocument, { key: project }),
    refetchInterval: 10_000,
  });
  const [editing, setEditing] = useState(false);
  const quota = query.data?.project?.quota;
  const limits = quota ? parts(quota.limits) : {};
  const uses = quota ? parts(quota.used) : {};
  const limited = Object.keys(limits).filter((key) => limits[key] != null);
  const free = Object.keys(uses).filter((key) => limits[key] == null && Number(uses[key]));
  const waiting = quota?.holders.filter((each) => each.waits) ?? [];
  const holding = quota?.holders.filter((each) => !each.waits) ?? [];
  return (
    <Panel
      title={t("quota.quota")}
      aside={
        query.data?.viewer?.admin ? (
          <Button size="compact-sm" onClick={() => setEditing(true)}>
            {t("quota.set")}
          </Button>
        ) : undefined
      }
    >
      {query.error ? (
        <div className={css.p14}>
          <Failure error={query.error} retry={() => void query.refetch()} />
        </div>
      ) : !quota ? (
        <Loading rows={2} />
      ) : (
        <div className={`${css.stack} ${css.p14} ${css.gap12}`}>
          {limited.map((key) => {
            const used = Number(uses[key] ?? 0);
            const most = Number(limits[key]);
            const share = most ? Math.min(100, (used / most) * 100) : 100;
            return (
              <div key={key}>
                <div className={`${css.line} ${css.spread} ${css.gap12}`}>
                  <span>{named(key)}</span>
                  <span className={css.mono}>
                    {t("quota.usage", { used: said(key, used), most: said(key, most) })}
                  </span>
                </div>
                <Progress
                  value={share}
                  color={share >= 100 ? "orange" : undefined}
                  aria-label={named(key)}
                  size="sm"
                  mt={4}
                />
              </div>
            );
          })}
          {limited.length === 0 && <span className={css.dim}>{t("quota.noLimits")}</span>}
          {free.length > 0 && (
            <span className={css.dim}>
              {t("quota.unlimitedUse", {
                what: free.map((key) => `${named(key)} ${said(key, Number(uses[key]))}`).join(", "),
              })}
            </span>
          )}
          {limited.length > 0 && (
            <span className={css.dim}>
              {[
                quota.own ? t("quota.ownLimits") : t("quota.defaultLimits"),
                quota.queue ? t("quota.queues") : t("quota.refuses"),
              ].join(" ")}
            </span>
          )}
          {waiting.length > 0 && <Holders title={t("quota.queue")} rows={waiting} />}
          {holding.length > 0 && (
            <details open={holding.length <= 6}>
              <summary>{t("quota.active", { count: holding.length })}</summary>
              <Holders rows={holding} />
            </details>
          )}
        </div>
      )}
      {editing && quota && (
        <EditQuota
          target={{ project }}
          limits={quota.own ? quota.limits : null}
          queue={quota.queue}
          close={() => setEditing(false)}
        />
      )}
    </Panel>
  );
}

function Holders({ title, rows }: { title?: string; rows: Holder[] }) {
  const { t } = useTranslation();
  const { list } = useAmounts();
  const words: Record<string, string> = {
    run: t("kind.run"),
    notebook: t("kind.notebook"),
    service: t("kind.service"),
    build: t("quota.build"),
  };
  const name = (row: Holder) => {
    const label = words[row.kind] ?? row.kind;
    if (row.kind === "run")
      return (
        <Link to="/runs/$run" params={{ run: row.ownerId }} className={css.underlined}>
          {label}
        </Link>
      );
    if (row.kind === "notebook")
      return (
        <Link to="/notebooks/$notebook" params={{ notebook: row.ownerId }} className={css.underlined}>
          {label}
        </Link>
      );
    if (row.kind === "service")
      return (
        <Link to="/services/$service" params={{ service: row.ownerId }} className={css.underlined}>
          {label}
        </Link>
      );
    return label;
  };
  return (
    <div>
      {title && <b>{title}</b>}
      <ol className={`${css.flush} ${css.bullets} ${css.mt4}`}>
        {rows.slice(0, 30).map((row) => (
          <li key={row.ownerId + row.at}>
            {name(row)}{" "}
            <span className={css.dim}>
              {t("quota.of", { name: row.user.name })} <Ago at={row.at} /> · {list(row.amount)}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** What a project may have at work at once, has, and what waits for room. */
import { Button, Progress } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/app/client";
import { type AmountWholeFragment, ProjectQuotaDocument, type ProjectQuotaQuery } from "@/gen/graphql";
import { bytes } from "@/lib/format";
import { Ago, css, Failure, Loading, Panel } from "@/ui/page";
import { EditQuota } from "./edit";

const KEYS = ["cpu", "memory", "gpu", "pods", "notebooks"] as const;
type Key = (typeof KEYS)[number];
type Holder = NonNullable<ProjectQuotaQuery["project"]>["quota"]["holders"][number];

export function useAmounts() {
  const { t } = useTranslation();
  const names: Record<Key, string> = { cpu: t("CPU cores"), memory: t("Memory"), gpu: t("GPUs"), pods: t("Pods"), notebooks: t("Notebooks") };
  const said = (key: Key, value: number) => (key === "memory" ? bytes(value) : String(Math.round(value * 100) / 100));
  const list = (amount: AmountWholeFragment) => KEYS.filter((key) => amount[key]).map((key) => `${names[key]} ${said(key, Number(amount[key]))}`).join(", ");
  return { names, said, list };
}

export function QuotaPanel({ project }: { project: string }) {
  const { t } = useTranslation();
  const { names, said } = useAmounts();
  const query = useQuery({ queryKey: ["quota", project], queryFn: () => ask(ProjectQuotaDocument, { key: project }), refetchInterval: 10_000 });
  const [editing, setEditing] = useState(false);
  const quota = query.data?.project?.quota;
  const limited = quota ? KEYS.filter((key) => quota.limits[key] != null) : [];
  const free = quota ? KEYS.filter((key) => quota.limits[key] == null && quota.used[key]) : [];
  const waiting = quota?.holders.filter((each) => each.waits) ?? [];
  const holding = quota?.holders.filter((each) => !each.waits) ?? [];
  return (
    <Panel title={t("Quota")} aside={query.data?.viewer?.admin ? <Button size="compact-sm" onClick={() => setEditing(true)}>{t("Set limits")}</Button> : undefined}>
      {query.error ? <div style={{ padding: 14 }}><Failure error={query.error} retry={() => void query.refetch()} /></div> : !quota ? <Loading rows={2} /> : (
        <div style={{ padding: 14, display: "grid", gap: 12 }}>
          {limited.map((key) => {
            const used = Number(quota.used[key]);
            const most = Number(quota.limits[key]);
            const share = most ? Math.min(100, (used / most) * 100) : 100;
            return (
              <div key={key}>
                <div style={{ display: "flex", justifyContent: "space-between", gap: 12 }}><span>{names[key]}</span><span className={css.mono}>{t("{{used}} of {{most}}", { used: said(key, used), most: said(key, most) })}</span></div>
                <Progress value={share} color={share >= 100 ? "orange" : undefined} aria-label={names[key]} size="sm" mt={4} />
              </div>
            );
          })}
          {limited.length === 0 && <span className={css.dim}>{t("This project has no limits.")}</span>}
          {free.length > 0 && <span className={css.dim}>{t("In use without a limit: {{what}}", { what: free.map((key) => `${names[key]} ${said(key, Number(quota.used[key]))}`).join(", ") })}</span>}
          {limited.length > 0 && <span className={css.dim}>{[quota.own ? t("Its own limits.") : t("The limits of every project."), quota.queue ? t("What does not fit waits for its turn.") : t("What does not fit is refused.")].join(" ")}</span>}
          {waiting.length > 0 && <Holders title={t("Waiting, in order")} rows={waiting} />}
          {holding.length > 0 && <details open={holding.length <= 6}><summary>{t("At work ({{count}})", { count: holding.length })}</summary><Holders rows={holding} /></details>}
        </div>
      )}
      {editing && quota && <EditQuota target={{ project }} limits={quota.own ? quota.limits : null} queue={quota.queue} close={() => setEditing(false)} />}
    </Panel>
  );
}

function Holders({ title, rows }: { title?: string; rows: Holder[] }) {
  const { t } = useTranslation();
  const { list } = useAmounts();
  const words: Record<string, string> = { run: t("Run"), notebook: t("Notebook"), service: t("Service"), build: t("Build") };
  const name = (row: Holder) => {
    const label = words[row.kind] ?? row.kind;
    if (row.kind === "run") return <Link to="/runs/$run" params={{ run: row.ownerId }} style={{ textDecoration: "underline" }}>{label}</Link>;
    if (row.kind === "notebook") return <Link to="/notebooks/$notebook" params={{ notebook: row.ownerId }} style={{ textDecoration: "underline" }}>{label}</Link>;
    if (row.kind === "service") return <Link to="/services/$service" params={{ service: row.ownerId }} style={{ textDecoration: "underline" }}>{label}</Link>;
    return label;
  };
  return (
    <div>
      {title && <b>{title}</b>}
      <ol style={{ margin: "4px 0 0", paddingLeft: 20 }}>
        {rows.slice(0, 30).map((row) => <li key={row.ownerId + row.at}>{name(row)} <span className={css.dim}>{t("of {{name}}", { name: row.user.name })} <Ago at={row.at} /> · {list(row.amount)}</span></li>)}
      </ol>
    </div>
  );
}

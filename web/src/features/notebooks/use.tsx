/** Whether a notebook is in use: in a few words, as a table of the signs, and as the card of why it was stopped. */

import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { NotebookRowFragment } from "@/gen/graphql";
import { localised } from "@/lib/i18n";
import { useNow } from "@/ui/now";
import { Ago, css, Notice, Panel } from "@/ui/page";
import { type Evidence, type Look, type Signal, useNotebookActions } from "./notebook";

const time = (at: string, language: string) =>
  new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });

/** In use, or idle since when and until when it may be. */
export function Use({ notebook }: { notebook: NotebookRowFragment }) {
  const { t, i18n } = useTranslation();
  const look = notebook.activity as Look;
  if (notebook.state !== "RUNNING" || !look.at) return <span className={css.dim}>–</span>;
  if (!look.since) return <span>{t("notebook.inUse")}</span>;
  return (
    <span className={look.due ? css.wait : ""}>
      {t("notebook.idleSince")} <Ago at={look.since} />
      {look.due && look.stopAt
        ? ` · ${t("notebook.stopsAt", { time: time(look.stopAt, i18n.language) })}`
        : ""}
    </span>
  );
}

/** The warning before it is stopped, with the way to keep it. */
export function Warning({ notebook }: { notebook: NotebookRowFragment }) {
  const { t, i18n } = useTranslation();
  const { keep } = useNotebookActions();
  const look = notebook.activity as Look;
  const now = useNow();
  if (notebook.state !== "RUNNING") return null;
  if (notebook.extendedUntil && Date.parse(notebook.extendedUntil) > now && !look.due) return null;
  if (!look.due || !look.stopAt) return null;
  return (
    <Notice
      tone="waitful"
      action={
        notebook.viewerMayOpen === "EDIT" ? (
          <Button onClick={() => void keep(notebook.id)}>{t("notebook.extend")}</Button>
        ) : undefined
      }
    >
      <b>{t("notebook.idle.now")}</b>
      <div>{t("notebook.idle.stopsAt", { time: time(look.stopAt, i18n.language) })}</div>
    </Notice>
  );
}

function Signals({ signals }: { signals: Signal[] }) {
  const { t } = useTranslation();
  const names: Record<string, string> = {
    kernels: t("notebook.activity.kernels"),
    terminals: t("notebook.activity.terminals"),
    cpu: t("common.cpu"),
    gpu: t("common.gpu"),
    edits: t("notebook.activity.edits"),
    connections: t("notebook.activity.pages"),
    unknown: t("notebook.activity.unknown"),
  };
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            <th>{t("notebook.activity.signal")}</th>
            <th>{t("notebook.activity.current")}</th>
            <th>{t("notebook.activity.lastSeen")}</th>
          </tr>
        </thead>
        <tbody>
          {signals.map((signal) => (
            <tr key={signal.name}>
              <td className={css.fw550}>{names[signal.name] ?? signal.name}</td>
              <td className={css.normal}>
                {signal.active ? <b>{localised(signal.detail)}</b> : localised(signal.detail)}
                {!signal.counts && <span className={css.dim}> · {t("notebook.activity.ignored")}</span>}
              </td>
              <td>{signal.active ? t("notebook.activity.now") : <Ago at={signal.last} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Activity({
  notebook,
  policy,
}: {
  notebook: NotebookRowFragment;
  policy: { idleMinutes: number; gpuIdleMinutes: number };
}) {
  const { t } = useTranslation();
  const look = notebook.activity as Look;
  const minutes = notebook.gpu > 0 && policy.gpuIdleMinutes ? policy.gpuIdleMinutes : policy.idleMinutes;
  return (
    <Panel title={t("notebook.activity.title")} aside={<Use notebook={notebook} />}>
      {look.signals ? (
        <Signals signals={look.signals} />
      ) : (
        <div className={`${css.dim} ${css.p14}`}>{t("notebook.activity.none")}</div>
      )}
      <div className={`${css.dim} ${css.pRow}`}>
        {minutes ? t("notebook.idle.policy", { count: minutes }) : t("notebook.idle.off")}
        {notebook.extendedUntil && (
          <>
            {" "}
            {t("notebook.idle.extendedUntil")} <Ago at={notebook.extendedUntil} />.
          </>
        )}
      </div>
    </Panel>
  );
}

/** What was seen when it was stopped for being idle. */
export function Card({ evidence }: { evidence: Evidence }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("notebook.idle.stopped")}>
      <div className={css.pRow}>
        {t("notebook.idle.stoppedSince")}{" "}
        <b>
          <Ago at={evidence.since} />
        </b>
        .{" "}
        {evidence.gpuHours > 0 && (
          <>
            {t("notebook.idle.gpuHours", {
              n: evidence.gpuHours,
            })}{" "}
          </>
        )}
        {t("notebook.idle.stoppedHint")}
      </div>
      <Signals signals={evidence.signals} />
    </Panel>
  );
}

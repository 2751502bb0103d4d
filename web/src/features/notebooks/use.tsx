/** Whether a notebook is in use: in a few words, as a table of the signs, and as the card of why it was stopped. */

import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type {
  NotebookRowFragment,
  NotebookSignalName,
  NotebookSignalRowFragment,
  NotebookWholeFragment,
} from "@/gen/graphql";
import { localised } from "@/lib/i18n";
import { useNow } from "@/ui/now";
import { Ago, css, Notice, Panel } from "@/ui/page";
import { useNotebookActions } from "./notebook";

const time = (at: string, language: string) =>
  new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });

/** In use, or idle since when and until when it may be. */
export function Use({ notebook }: { notebook: NotebookRowFragment }) {
  const { t, i18n } = useTranslation();
  const check = notebook.activity;
  if (notebook.state !== "RUNNING" || !check) return <span className={css.dim}>–</span>;
  if (!check.idleSince) return <span>{t("notebook.inUse")}</span>;
  return (
    <span className={check.due ? css.wait : ""}>
      {t("notebook.idleSince")} <Ago at={check.idleSince} />
      {check.due && check.stopAt
        ? ` · ${t("notebook.stopsAt", { time: time(check.stopAt, i18n.language) })}`
        : ""}
    </span>
  );
}

/** The warning before it is stopped, with the way to keep it. */
export function Warning({ notebook }: { notebook: NotebookRowFragment }) {
  const { t, i18n } = useTranslation();
  const { keep } = useNotebookActions();
  const check = notebook.activity;
  const now = useNow();
  if (notebook.state !== "RUNNING") return null;
  if (notebook.extendedUntil && Date.parse(notebook.extendedUntil) > now && !check?.due) return null;
  if (!check?.due || !check.stopAt) return null;
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
      <div>{t("notebook.idle.stopsAt", { time: time(check.stopAt, i18n.language) })}</div>
    </Notice>
  );
}

function Signals({ signals }: { signals: NotebookSignalRowFragment[] }) {
  const { t } = useTranslation();
  const names: Record<NotebookSignalName, string> = {
    KERNELS: t("notebook.activity.kernels"),
    TERMINALS: t("notebook.activity.terminals"),
    CPU: t("common.cpu"),
    GPU: t("common.gpu"),
    EDITS: t("notebook.activity.edits"),
    CONNECTIONS: t("notebook.activity.pages"),
    UNKNOWN: t("notebook.activity.unknown"),
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
              <td className={css.fw550}>{names[signal.name]}</td>
              <td className={css.normal}>
                {signal.active ? <b>{localised(signal.detail)}</b> : localised(signal.detail)}
                {!signal.counts && <span className={css.dim}> · {t("notebook.activity.ignored")}</span>}
              </td>
              <td>{signal.active ? t("notebook.activity.now") : <Ago at={signal.lastActiveAt} />}</td>
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
  notebook: NotebookWholeFragment;
  policy: { idleMinutes: number; gpuIdleMinutes: number };
}) {
  const { t } = useTranslation();
  const check = notebook.activity;
  const minutes =
    notebook.spec.resources.gpu > 0 && policy.gpuIdleMinutes ? policy.gpuIdleMinutes : policy.idleMinutes;
  return (
    <Panel title={t("notebook.activity.title")} aside={<Use notebook={notebook} />}>
      {check ? (
        <Signals signals={check.signals} />
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
export function IdleStop({ stop }: { stop: NonNullable<NotebookWholeFragment["idleStop"]> }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("notebook.idle.stopped")}>
      <div className={css.pRow}>
        {t("notebook.idle.stoppedSince")}{" "}
        <b>
          <Ago at={stop.idleSince} />
        </b>
        .{" "}
        {stop.gpuHours > 0 && (
          <>
            {t("notebook.idle.gpuHours", {
              n: stop.gpuHours,
            })}{" "}
          </>
        )}
        {t("notebook.idle.stoppedHint")}
      </div>
      <Signals signals={stop.signals} />
    </Panel>
  );
}

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
  if (!look.since) return <span>{t("in use")}</span>;
  return (
    <span className={look.due ? css.wait : ""}>
      {t("idle since")} <Ago at={look.since} />
      {look.due && look.stopAt
        ? ` · ${t("stops at {{time}}", { time: time(look.stopAt, i18n.language) })}`
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
  if (notebook.keepUntil && Date.parse(notebook.keepUntil) > now && !look.due) return null;
  if (!look.due || !look.stopAt) return null;
  return (
    <Notice
      tone="waitful"
      action={
        notebook.viewerMayOpen === "EDIT" ? (
          <Button onClick={() => void keep(notebook.id)}>{t("Keep for 2 h")}</Button>
        ) : undefined
      }
    >
      <b>{t("Nothing goes on in it")}</b>
      <div>
        {t("It will be stopped at {{time}}; its files are kept.", { time: time(look.stopAt, i18n.language) })}
      </div>
    </Notice>
  );
}

function Signals({ signals }: { signals: Signal[] }) {
  const { t } = useTranslation();
  const names: Record<string, string> = {
    kernels: t("Kernels"),
    terminals: t("Terminals"),
    cpu: t("CPU"),
    gpu: t("GPU"),
    edits: t("Edits"),
    connections: t("Open pages"),
    unknown: t("Unknown"),
  };
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            <th>{t("Sign")}</th>
            <th>{t("Now")}</th>
            <th>{t("Last seen")}</th>
          </tr>
        </thead>
        <tbody>
          {signals.map((signal) => (
            <tr key={signal.name}>
              <td className={css.fw550}>{names[signal.name] ?? signal.name}</td>
              <td className={css.normal}>
                {signal.active ? <b>{localised(signal.detail)}</b> : localised(signal.detail)}
                {!signal.counts && <span className={css.dim}> · {t("does not count")}</span>}
              </td>
              <td>{signal.active ? t("now") : <Ago at={signal.last} />}</td>
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
    <Panel title={t("Activity")} aside={<Use notebook={notebook} />}>
      {look.signals ? (
        <Signals signals={look.signals} />
      ) : (
        <div className={`${css.dim} ${css.p14}`}>
          {t("The first look comes within a minute after it is open.")}
        </div>
      )}
      <div className={`${css.dim} ${css.pRow}`}>
        {minutes
          ? t(
              "Stopped after {{count}} minutes in which nothing goes on; a cell that runs, a job in a terminal and a busy processor or card count, however silent.",
              { count: minutes },
            )
          : t("The project lets idle notebooks run.")}
        {notebook.keepUntil && (
          <>
            {" "}
            {t("Kept until")} <Ago at={notebook.keepUntil} />.
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
    <Panel title={t("Why it was stopped")}>
      <div className={css.pRow}>
        {t("Nothing had gone on in it since")}{" "}
        <b>
          <Ago at={evidence.since} />
        </b>
        .{" "}
        {evidence.gpuHours > 0 && (
          <>
            {t("Meanwhile it held cards for {{n}} hours that nobody else could use.", {
              n: evidence.gpuHours,
            })}{" "}
          </>
        )}
        {t("Its files are kept; start it to go on.")}
      </div>
      <Signals signals={evidence.signals} />
    </Panel>
  );
}

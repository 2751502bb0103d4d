/** The schedules of a pipeline: when each runs next, what came of its last moments, and changing it. */
import { Button, Menu, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/app/cache";
import { act, ask } from "@/app/client";
import { localised } from "@/app/i18n";
import { DeleteScheduleDocument, PauseScheduleDocument, type ScheduleRowFragment, SchedulesDocument } from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { Ago, css, Empty, Failure, Loading, Panel } from "@/ui/page";
import { StateIcon, useWord } from "@/ui/state";
import { complain, say } from "@/ui/toast";
import { type Definition, ScheduleForm } from "./form";

const fresh = () => cache.invalidateQueries({ queryKey: ["schedules"] });

/** A moment in a schedule's own time zone. */
export const moment = (at: string, zone: string, language: string) => new Date(at).toLocaleString(language, { timeZone: zone, weekday: "short", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });

export function Schedules({ pipeline, canRun }: { pipeline: string; canRun: boolean }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["schedules", pipeline], queryFn: () => ask(SchedulesDocument, { pipeline }) });
  const [asking, setAsking] = useState<{ form: ScheduleRowFragment | null } | { end: ScheduleRowFragment } | null>(null);
  const rows = query.data?.schedules.nodes ?? [];
  const make = <Button variant="filled" disabled={!canRun} onClick={() => setAsking({ form: null })}>{t("New schedule")}</Button>;
  return (
    <>
      <Panel title={t("Schedules")} aside={rows.length > 0 && make}>
        {query.error ? <div style={{ padding: 14 }}><Failure error={query.error} retry={() => void query.refetch()} /></div> : query.isPending ? <Loading rows={3} /> : rows.length === 0 ? (
          <Empty title={t("It runs only when somebody starts it")} action={make}>{t("A schedule runs it at the times you say, also for times at which the platform was off, and tells each run which time is its own.")}</Empty>
        ) : (
          <div className={css.scroll}>
            <table className={css.table}>
              <thead><tr><th>{t("Name")}</th><th className={css.hideSmall}>{t("When")}</th><th className={css.hideSmall}>{t("Next")}</th><th>{t("Last times")}</th><th className={css.hideSmall}>{t("In the name of")}</th><th>{t("On")}</th><th><span className={css.sr}>{t("Actions")}</span></th></tr></thead>
              <tbody>
                {rows.map((row) => {
                  return (
                    <tr key={row.id}>
                      <td><b>{row.name}</b><Small row={row} /></td>
                      <td className={css.hideSmall}><When row={row} /></td>
                      <td className={css.hideSmall}><Next row={row} /></td>
                      <td><Ticks row={row} /></td>
                      <td className={css.hideSmall}>{row.author.name}</td>
                      <td><Switch size="xs" aria-label={t("{{name}} is on", { name: row.name })} checked={!row.paused} disabled={!row.viewerCanChange} onChange={() => void turn(row)} /></td>
                      <td>
                        <Menu position="bottom-end">
                          <Menu.Target><Button size="compact-sm" variant="subtle" aria-label={t("More about {{name}}", { name: row.name })} disabled={!row.viewerCanChange}>…</Button></Menu.Target>
                          <Menu.Dropdown>
                            <Menu.Item onClick={() => setAsking({ form: row })}>{t("Change…")}</Menu.Item>
                            <Menu.Item color="red" onClick={() => setAsking({ end: row })}>{t("Delete…")}</Menu.Item>
                          </Menu.Dropdown>
                        </Menu>
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
      {asking && "form" in asking && query.data?.pipeline && <ScheduleForm pipeline={query.data.pipeline} schedule={asking.form} close={() => setAsking(null)} done={() => void fresh()} />}
      {asking && "end" in asking && <Delete row={asking.end} close={() => setAsking(null)} />}
    </>
  );
}

/** When a schedule runs next, in its own time zone. */
export function Next({ row }: { row: ScheduleRowFragment }) {
  const { t, i18n } = useTranslation();
  const zone = (row.definition as Definition).timezone ?? "UTC";
  if (row.paused) return <span className={css.dim}>{t("paused")}</span>;
  if (!row.nextAt) return <span className={css.dim}>{t("over")}</span>;
  return <span title={row.upcoming.map((at) => moment(at, zone, i18n.language)).join("\n")}>{moment(row.nextAt, zone, i18n.language)}</span>;
}

/** The expression and its time zone. */
export function When({ row }: { row: ScheduleRowFragment }) {
  const told = row.definition as Definition;
  return <><code className={css.mono}>{told.cron}</code><div className={css.dim} style={{ maxWidth: 160, overflow: "hidden", textOverflow: "ellipsis" }} title={told.timezone ?? "UTC"}>{told.timezone ?? "UTC"}</div></>;
}

/** When it runs, below its name where there is no room for columns. */
export function Small({ row }: { row: ScheduleRowFragment }) {
  return <div className={`${css.onlySmall} ${css.dim}`}><div className={css.ellipsis}><Next row={row} /></div><When row={row} /></div>;
}

export async function turn(row: ScheduleRowFragment): Promise<void> {
  try {
    await act(PauseScheduleDocument, { id: row.id, paused: !row.paused });
    void fresh();
  } catch (error) {
    complain(error);
  }
}

/** What came of the last moments, oldest first; each leads to its run. */
export function Ticks({ row }: { row: ScheduleRowFragment }) {
  const { t, i18n } = useTranslation();
  const word = useWord();
  const zone = (row.definition as Definition).timezone ?? "UTC";
  if (!row.ticks.length) return <span className={css.dim}>{t("none yet")}</span>;
  const latest = row.ticks[0]!;
  return (
    <span style={{ display: "grid", gap: 2 }}>
      <span style={{ display: "inline-flex", gap: 2, alignItems: "center" }}>
        {row.ticks.slice(0, 12).reverse().map((tick, index, all) => {
        const state = tick.state === "STARTED" ? (tick.runState ?? "UNKNOWN") : tick.state === "WAITING" ? "QUEUED" : tick.state;
        const label = [moment(tick.at, zone, i18n.language), tick.runNumber == null ? "" : `#${tick.runNumber}`, word(state), tick.explanation ? localised(tick.explanation) : ""].filter(Boolean).join(" · ");
        const icon = <StateIcon state={state} label={label} />;
        const old = index < all.length - 5 ? css.hideSmall : "";
        return tick.runId ? <Link key={tick.at} to="/runs/$run" params={{ run: tick.runId }} title={label} className={old}>{icon}</Link> : <span key={tick.at} title={label} className={old}>{icon}</span>;
      })}
      <span className={`${css.dim} ${css.hideSmall}`} style={{ marginLeft: 4 }}><Ago at={latest.at} /></span>
      </span>
      {latest.state === "FAILED" && latest.explanation && <span style={{ color: "var(--bad)", whiteSpace: "normal" }}>{localised(latest.explanation)}</span>}
    </span>
  );
}

function Delete({ row, close }: { row: ScheduleRowFragment; close: () => void }) {
  const { t } = useTranslation();
  const { busy, error, run } = useAttempt();
  const end = () => run(async () => {
    await act(DeleteScheduleDocument, { id: row.id });
    say(t("{{name}} is deleted.", { name: row.name }));
    void fresh();
    close();
  });
  return <Dialog title={t("Delete {{name}}", { name: row.name })} close={close} busy={busy} go={() => void end()} label={t("Delete for good")} error={error} danger><span>{t("The pipeline no longer runs at its times. Runs that it started stay.")}</span></Dialog>;
}

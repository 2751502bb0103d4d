/** Schedules in a table: when each runs next and what came of its last moments. */
import { Switch } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act } from "@/api/client";
import { PauseScheduleDocument, ResumeScheduleDocument, type ScheduleRowFragment } from "@/gen/graphql";
import { moment } from "@/lib/format";
import { localised } from "@/lib/i18n";
import { Ago, css } from "@/ui/page";
import { StateIcon, useWord } from "@/ui/state";
import { complain } from "@/ui/toast";

export const fresh = () => cache.invalidateQueries({ queryKey: ["schedules"] });

/** `pipeline`: what stands in a column of that name; `actions`: what can be done with a schedule. Either is left out where it is not given. */
export function ScheduleTable<Row extends ScheduleRowFragment>({
  rows,
  name,
  pipeline,
  actions,
}: {
  rows: Row[];
  name: (row: Row) => ReactNode;
  pipeline?: (row: Row) => ReactNode;
  actions?: (row: Row) => ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            <th>{t("common.name")}</th>
            {pipeline && <th className={css.hideSmall}>{t("kind.pipeline")}</th>}
            <th className={css.hideSmall}>{t("schedule.cron")}</th>
            <th className={css.hideSmall}>{t("schedule.nextRun")}</th>
            <th>{t("schedule.lastRuns")}</th>
            <th className={css.hideSmall}>{t("schedule.owner")}</th>
            <th>{t("schedule.enabled")}</th>
            {actions && (
              <th>
                <span className={css.sr}>{t("common.actions")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} data-row tabIndex={-1}>
              <td>
                {name(row)}
                <Small row={row} />
              </td>
              {pipeline && <td className={css.hideSmall}>{pipeline(row)}</td>}
              <td className={css.hideSmall}>
                <When row={row} />
              </td>
              <td className={css.hideSmall}>
                <Next row={row} />
              </td>
              <td>
                <Ticks row={row} />
              </td>
              <td className={css.hideSmall}>{row.runAs.name}</td>
              <td>
                <Switch
                  size="xs"
                  aria-label={t("schedule.enabledName", { name: row.name })}
                  checked={!row.paused}
                  disabled={!row.viewerCanChange}
                  onChange={() => void turn(row)}
                />
              </td>
              {actions && <td>{actions(row)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** When a schedule runs next, in its own time zone. */
function Next({ row }: { row: ScheduleRowFragment }) {
  const { t, i18n } = useTranslation();
  const zone = row.spec.timezone;
  if (row.paused) return <span className={css.dim}>{t("schedule.paused")}</span>;
  if (!row.nextAt) return <span className={css.dim}>{t("schedule.over")}</span>;
  return (
    <span title={row.upcoming.map((at) => moment(at, zone, i18n.language)).join("\n")}>
      {moment(row.nextAt, zone, i18n.language)}
    </span>
  );
}

/** The expression and its time zone. */
function When({ row }: { row: ScheduleRowFragment }) {
  return (
    <>
      <code className={css.mono}>{row.spec.cron}</code>
      <div className={`${css.dim} ${css.cut} ${css.maw160}`} title={row.spec.timezone}>
        {row.spec.timezone}
      </div>
    </>
  );
}

/** When it runs, below its name where there is no room for columns. */
function Small({ row }: { row: ScheduleRowFragment }) {
  return (
    <div className={`${css.onlySmall} ${css.dim}`}>
      <div className={css.ellipsis}>
        <Next row={row} />
      </div>
      <When row={row} />
    </div>
  );
}

async function turn(row: ScheduleRowFragment): Promise<void> {
  try {
    if (row.paused) await act(ResumeScheduleDocument, { id: row.id });
    else await act(PauseScheduleDocument, { id: row.id });
    void fresh();
  } catch (error) {
    complain(error);
  }
}

/** What came of the last moments, oldest first; each leads to its run. */
function Ticks({ row }: { row: ScheduleRowFragment }) {
  const { t, i18n } = useTranslation();
  const word = useWord();
  const zone = row.spec.timezone;
  if (!row.ticks.length) return <span className={css.dim}>{t("common.noneYet")}</span>;
  const latest = row.ticks[0]!;
  return (
    <span className={`${css.stack} ${css.gap2}`}>
      <span className={`${css.inline} ${css.gap2} ${css.middle}`}>
        {row.ticks
          .slice(0, 12)
          .reverse()
          .map((tick, index, all) => {
            const state =
              tick.state === "STARTED"
                ? (tick.runState ?? "UNKNOWN")
                : tick.state === "WAITING"
                  ? "QUEUED"
                  : tick.state;
            const label = [
              moment(tick.at, zone, i18n.language),
              tick.runNumber == null ? "" : `#${tick.runNumber}`,
              word(state),
              tick.message ? localised(tick.message) : "",
            ]
              .filter(Boolean)
              .join(" · ");
            // biome-ignore lint/correctness/useJsxKeyInIterable: the element around it has the key.
            const icon = <StateIcon state={state} label={label} />;
            const old = index < all.length - 5 ? css.hideSmall : "";
            return tick.runId ? (
              <Link key={tick.at} to="/runs/$run" params={{ run: tick.runId }} title={label} className={old}>
                {icon}
              </Link>
            ) : (
              <span key={tick.at} title={label} className={old}>
                {icon}
              </span>
            );
          })}
        <span className={`${css.dim} ${css.hideSmall} ${css.ml4}`}>
          <Ago at={latest.at} />
        </span>
      </span>
      {latest.state === "FAILED" && latest.message && (
        <span className={`${css.bad} ${css.normal}`}>{localised(latest.message)}</span>
      )}
    </span>
  );
}

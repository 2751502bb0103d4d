/** How the search went: each trial's value in the order of beginning, and the best so far; of learning curves, one line a trial. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { number } from "@/lib/format";
import { aligned, type Packed } from "@/lib/series";
import { Plot } from "@/ui/plot";
import ui from "@/ui/ui.module.css";
import css from "./searches.module.css";
import type { Objective } from "./spec";
import { bestSoFar, type Trial, value } from "./trials";

export function History({ trials, objective }: { trials: Trial[]; objective: Objective }) {
  const { t } = useTranslation();
  const series = useMemo(
    () => [
      { label: objective.metric, values: trials.map(value), colour: "var(--accent)", dots: true },
      {
        label: t("search.bestSoFar"),
        values: bestSoFar(trials, objective.direction),
        colour: "var(--ok)",
        steps: true,
      },
    ],
    [trials, objective, t],
  );
  return (
    <Plot
      title={t("search.metricByTrial", { metric: objective.metric })}
      x={trials.map((trial) => trial.number)}
      along={t("search.trialAxis")}
      series={series}
      format={number}
      height={220}
    />
  );
}

const MOST = 24;

/** The newest curves; those that were pruned are in another colour. */
export function Curves({
  curves,
  trials,
  metric,
}: {
  curves: Record<string, [number, Packed][]>;
  trials: Trial[];
  metric: string;
}) {
  const { t } = useTranslation();
  const shown = trials.filter((trial) => curves[trial.number]).slice(-MOST);
  const { x, series } = aligned(
    shown.map((trial) => ({
      label: `#${trial.number}`,
      points: curves[trial.number]!.map(([step, value]) => [step, value, 0]),
    })),
  );
  const colour = (state: string) =>
    state === "Pruned" || state === "Failed"
      ? "var(--bad)"
      : state === "Running"
        ? "var(--run)"
        : "var(--ok)";
  if (x.length < 2) return null;
  return (
    <Plot
      title={t("search.intermediate", { metric, count: shown.length })}
      x={x}
      series={series.map((line, index) => ({ ...line, colour: colour(shown[index]!.state) }))}
      format={number}
      height={220}
    />
  );
}

/** How much each parameter mattered. */
export function Importance({ importance }: { importance: Record<string, number> }) {
  const { t } = useTranslation();
  const rows = Object.entries(importance).sort((a, b) => b[1] - a[1]);
  if (rows.length === 0) return <span className={ui.dim}>{t("search.importanceHint")}</span>;
  return (
    <div className={`${ui.stack} ${ui.gap6}`}>
      {rows.map(([name, share]) => (
        <div key={name} className={css.share}>
          <span className={ui.cut} title={name}>
            {name}
          </span>
          <span className={css.shareTrack}>
            <i className={css.shareBar} style={{ width: `${Math.max(share * 100, 1)}%` }} />
          </span>
          <span className={`${ui.right} ${ui.digits} ${ui.muted}`}>{Math.round(share * 100)}%</span>
        </div>
      ))}
    </div>
  );
}

/** The last runs as bars: height is duration, colour is state. A run that took results from before says nothing of the duration and stays low. */
import { useTranslation } from "react-i18next";
import { duration } from "@/lib/format";
import { tone, useWord } from "./state";
import css from "./ui.module.css";

export type Recent = [
  id: string,
  number: number,
  state: string,
  seconds: number | null,
  made: number,
  cached: number,
];

/** Seconds of the runs that ended well and did everything themselves, oldest first. */
export const lengths = (runs: Recent[]): number[] =>
  runs
    .filter(([, , state, seconds, , cached]) => state === "Succeeded" && seconds !== null && cached === 0)
    .map((run) => run[3]!);

/** What half of them took at most; undefined without any. */
export const usually = (runs: Recent[]): number | undefined => {
  const took = lengths(runs).sort((a, b) => a - b);
  return took[Math.floor((took.length - 1) / 2)];
};

export function Bars({ runs }: { runs: Recent[] }) {
  const word = useWord();
  const { t } = useTranslation();
  const longest = Math.max(...runs.map((run) => (run[5] ? 0 : (run[3] ?? 0))), 0.001);
  if (!runs.length) return <span className={css.dim}>{t("run.neverRan")}</span>;
  const said = ([, number, state, seconds, , cached]: Recent) =>
    `#${number} ${word(state)}${seconds == null ? "" : `, ${duration(seconds)}`}${cached ? `, ${t("run.cachedResults")}` : ""}`;
  return (
    <span className={css.bars} role="img" aria-label={runs.map(said).join("; ")}>
      {runs.map((run) => (
        <i
          key={run[0]}
          className={css[`b-${run[5] && run[2] === "Succeeded" ? "cached" : tone(run[2])}`]}
          title={said(run)}
          style={{ height: `${Math.min(100, Math.max(20, ((run[3] ?? longest / 2) / longest) * 100))}%` }}
        />
      ))}
    </span>
  );
}

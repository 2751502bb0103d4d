/** The last runs as bars: height is duration, colour is state. */
import { useTranslation } from "react-i18next";
import { duration } from "@/lib/format";
import { tone, useWord } from "./state";
import css from "./ui.module.css";

export type Recent = [id: string, number: number, state: string, seconds: number | null, made: number];

export function Bars({ runs }: { runs: Recent[] }) {
  const word = useWord();
  const { t } = useTranslation();
  const longest = Math.max(...runs.map((run) => run[3] ?? 0), 0.001);
  if (!runs.length) return <span className={css.dim}>{t("not run yet")}</span>;
  const said = ([, number, state, seconds]: Recent) => `#${number} ${word(state)}${seconds == null ? "" : `, ${duration(seconds)}`}`;
  return (
    <span className={css.bars} role="img" aria-label={runs.map(said).join("; ")}>
      {runs.map((run) => (
        <i key={run[0]} className={css[`b-${tone(run[2])}`]} title={said(run)} style={{ height: `${Math.max(20, ((run[3] ?? longest / 2) / longest) * 100)}%` }} />
      ))}
    </span>
  );
}

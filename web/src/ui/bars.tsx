/** The last runs as bars: height is duration, colour is state; each leads to its run. */
import { Link } from "@tanstack/react-router";
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
  return (
    <span className={css.bars}>
      {runs.map(([id, number, state, seconds]) => {
        const said = `#${number} ${word(state)}${seconds == null ? "" : `, ${duration(seconds)}`}`;
        return (
          <Link key={id} to="/runs/$run" params={{ run: id }} className={css[`b-${tone(state)}`]} title={said} aria-label={said}
            style={{ height: `${Math.max(20, ((seconds ?? longest / 2) / longest) * 100)}%` }} />
        );
      })}
    </span>
  );
}

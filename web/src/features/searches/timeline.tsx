/** When each trial ran, newest first: a bar from its beginning to its end, in the colour of its state. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { duration } from "@/lib/format";
import { useNow } from "@/ui/now";
import { css } from "@/ui/page";
import { tone, useWord } from "@/ui/state";
import own from "./searches.module.css";
import type { Trial } from "./trials";

const MOST = 100;
const COLOURS: Record<string, string> = {
  ok: "var(--ok)",
  bad: "var(--bad)",
  run: "var(--run)",
  wait: "var(--wait)",
  cached: "var(--cached)",
  idle: "var(--idle)",
};

export function Timeline({ trials }: { trials: Trial[] }) {
  const { t } = useTranslation();
  const word = useWord();
  const now = useNow(trials.some((trial) => !trial.ended));
  const rows = trials.slice(-MOST).reverse();
  const first = Math.min(...rows.map((trial) => trial.began));
  const last = Math.max(...rows.map((trial) => trial.ended ?? now), first + 1);
  const share = (moment: number) => ((moment - first) / (last - first)) * 100;
  return (
    <div className={css.p14}>
      <div className={`${css.dim} ${css.line} ${css.spread} ${css.fz12}`}>
        <span>0</span>
        <span>{duration((last - first) / 1000)}</span>
      </div>
      <div
        className={`${css.mah320} ${css.scrollsDown}`}
        tabIndex={0}
        role="list"
        aria-label={t("search.timeline")}
      >
        {rows.map((trial) => {
          const end = trial.ended ?? now;
          const said = `#${trial.number} ${word(trial.state)}, ${duration((end - trial.began) / 1000)}`;
          const bar = (
            <i
              title={said}
              className={own.trialBar}
              style={{
                left: `${share(trial.began)}%`,
                width: `max(3px, ${share(end) - share(trial.began)}%)`,
                background: COLOURS[tone(trial.state)] ?? "var(--idle)",
              }}
            />
          );
          return (
            <div key={trial.number} role="listitem" className={own.trialLine}>
              {trial.run ? (
                <Link
                  to="/runs/$run"
                  params={{ run: trial.run }}
                  aria-label={said}
                  className={`${css.block} ${css.lh24}`}
                >
                  #{trial.number}
                </Link>
              ) : (
                <span>#{trial.number}</span>
              )}
              <span className={own.trialTrack}>{bar}</span>
            </div>
          );
        })}
      </div>
      {trials.length > MOST && (
        <div className={`${css.dim} ${css.mt8}`}>
          {t("search.newestOf", { n: MOST, count: trials.length })}
        </div>
      )}
    </div>
  );
}

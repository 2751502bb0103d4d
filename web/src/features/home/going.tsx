/** What runs now: how far it is, and when it should end. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { HomeQuery } from "@/gen/graphql";
import { duration } from "@/lib/format";
import { useNow } from "@/ui/now";
import { css, Panel, Took } from "@/ui/page";
import { Counts, final, State, Strip } from "@/ui/state";

type Run = HomeQuery["going"]["nodes"][number];

/** Seconds until the run should end, by median and by nine of ten, in words. */
export function useLeft(): (expected: { median: string; p90: string } | null | undefined) => string {
  const { t } = useTranslation();
  const now = useNow();
  return (expected) => {
    if (!expected) return t("home.etaUnknown");
    const [median, p90] = [expected.median, expected.p90].map((at) =>
      Math.max((Date.parse(at) - now) / 1000, 0),
    ) as [number, number];
    if (p90 <= 0) return t("home.overdue");
    if (duration(median) === duration(p90)) return t("home.eta", { time: duration(p90) });
    return t("home.etaRange", { from: duration(median), to: duration(p90) });
  };
}

export function Going({ runs }: { runs: Run[] }) {
  const { t } = useTranslation();
  const left = useLeft();
  return (
    <Panel title={t("home.running")}>
      {runs.map((run) => {
        const all = run.counts.reduce((sum, { count }) => sum + count, 0);
        const done = run.counts.reduce((sum, { state, count }) => sum + (final(state) ? count : 0), 0);
        return (
          <div key={run.id} className={`${css.row} ${css.wraps}`}>
            <span className={css.miw92}>
              <State state={run.state} />
            </span>
            <div className={`${css.basis180} ${css.miw0}`}>
              <Link to="/runs/$run" params={{ run: run.id }} data-row className={`${css.fw600} ${css.ink}`}>
                {run.pipeline.name} #{run.number}
              </Link>
              <div className={css.dim}>
                {t("home.steps", { done, count: all })} · <Took from={run.startedAt} moving />
              </div>
            </div>
            <span className={`${css.upTo220} ${css.miw100}`}>
              {(run.packedStepStates as unknown[]).length ? (
                <Strip steps={run.packedStepStates as [string, string][]} />
              ) : (
                <Counts counts={run.counts} />
              )}
            </span>
            <span className={`${css.dim} ${css.miw120} ${css.right}`}>{left(run.expectedEnd)}</span>
          </div>
        );
      })}
    </Panel>
  );
}

/** The trials of a search, best first. */
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { brief, number } from "@/lib/format";
import { css, Took } from "@/ui/page";
import { State } from "@/ui/state";
import own from "./searches.module.css";
import type { Spec } from "./spec";
import { type Trial, value } from "./trials";

const ROW = 34;

/** Best first; thousands of rows, of which only those in sight are drawn. */
export function TrialTable({
  trials,
  spec,
  stop,
}: {
  trials: Trial[];
  spec: Spec;
  stop?: (number: number) => void;
}) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const sign = spec.objectives[0]!.direction === "MAXIMIZE" ? -1 : 1;
  const rows = useMemo(
    () =>
      [...trials].sort((a, b) => {
        const [x, y] = [value(a), value(b)];
        return x === null ? (y === null ? b.number - a.number : 1) : y === null ? -1 : sign * (x - y);
      }),
    [trials, sign],
  );
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 20,
  });
  const columns = `52px 118px repeat(${spec.objectives.length + spec.parameters.length}, minmax(84px, 1fr)) 80px 96px`;
  return (
    <div
      ref={box}
      className={`${css.mah420} ${css.scrolls}`}
      tabIndex={0}
      role="table"
      aria-label={t("search.trials")}
      aria-rowcount={rows.length}
    >
      <div role="row" className={own.trialHead} style={{ gridTemplateColumns: columns }}>
        {[
          "#",
          t("common.state"),
          ...spec.objectives.map((each) => each.metric),
          ...spec.parameters.map((each) => each.name),
          t("common.duration"),
        ].map((name, index) => (
          <span key={index} role="columnheader" className={css.ellipsis}>
            {name}
          </span>
        ))}
        {
          <span role="columnheader">
            <span className={css.sr}>{t("common.actions")}</span>
          </span>
        }
      </div>
      <div className={own.trialRows} style={{ height: list.getTotalSize() }} role="rowgroup">
        {list.getVirtualItems().map((item) => {
          const trial = rows[item.index]!;
          return (
            <div
              key={trial.number}
              role="row"
              className={own.trialRow}
              style={{ gridTemplateColumns: columns, height: ROW, transform: `translateY(${item.start}px)` }}
            >
              <span role="cell">
                {trial.run ? (
                  <Link to="/runs/$run" params={{ run: trial.run }}>
                    #{trial.number}
                  </Link>
                ) : (
                  `#${trial.number}`
                )}
              </span>
              <span role="cell" title={trial.reason ?? undefined}>
                <State state={trial.state} />
              </span>
              {spec.objectives.map((each, index) => (
                <span key={each.metric} role="cell" className={`${css.ellipsis} ${css.fw600}`}>
                  {trial.values ? number(trial.values[index]!) : "–"}
                </span>
              ))}
              {spec.parameters.map((each) => (
                <span
                  key={each.name}
                  role="cell"
                  className={css.ellipsis}
                  title={brief(trial.params[each.name])}
                >
                  {trial.params[each.name] === undefined
                    ? "–"
                    : typeof trial.params[each.name] === "number"
                      ? number(trial.params[each.name] as number)
                      : brief(trial.params[each.name])}
                </span>
              ))}
              <span role="cell" className={css.dim}>
                <Took
                  from={new Date(trial.began).toISOString()}
                  to={trial.ended ? new Date(trial.ended).toISOString() : null}
                  moving={!trial.ended}
                />
              </span>
              <span role="cell" className={css.right}>
                {trial.state === "Running" && stop && (
                  <Button
                    size="compact-xs"
                    onClick={() => stop(trial.number)}
                    aria-label={t("search.stopTrial", { n: trial.number })}
                  >
                    {t("common.stop")}
                  </Button>
                )}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

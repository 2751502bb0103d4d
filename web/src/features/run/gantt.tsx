/** When each step waited and ran, on one line of time. */
import { useTranslation } from "react-i18next";
import type { StepRowFragment } from "@/gen/graphql";
import { duration } from "@/lib/format";
import { useNow } from "@/ui/now";
import { css as ui } from "@/ui/page";
import { final, tone, useWord } from "@/ui/state";
import css from "./run.module.css";

export function Gantt({
  steps,
  from,
  to,
  usual,
  selected,
  select,
}: {
  steps: StepRowFragment[];
  from: string;
  to: string | null;
  /** Median seconds by step. */
  usual: Map<string, number>;
  selected: string | null;
  select: (name: string) => void;
}) {
  const { t } = useTranslation();
  const word = useWord();
  const now = useNow(to === null);
  const began = Date.parse(from);
  const last = Math.max(
    to ? Date.parse(to) : now,
    ...steps.map((step) => (step.finishedAt ? Date.parse(step.finishedAt) : 0)),
    began + 100,
  );
  const span = last - began;
  const ended = new Map(
    steps.map((step) => [step.name, step.finishedAt ? Date.parse(step.finishedAt) : null]),
  );
  const ready = (step: StepRowFragment) => {
    const ends = step.needs.map((need) => ended.get(need) ?? null);
    return ends.some((end) => end === null) ? null : Math.max(began, ...ends.map((end) => end!));
  };
  return (
    <div className={css.gantt} role="group" aria-label={t("run.timeline")}>
      {steps.map((step) => {
        const start = step.startedAt ? Date.parse(step.startedAt) : null;
        const end = step.finishedAt
          ? Date.parse(step.finishedAt)
          : start && !final(step.state)
            ? Math.max(now, start)
            : start;
        const took = start !== null && end !== null ? (end - start) / 1000 : null;
        const known = usual.get(step.name);
        const said = `${step.name}: ${word(step.state)}${took === null ? "" : `, ${duration(took)}`}${known === undefined ? "" : `, ${t("run.usually", { time: duration(known) })}`}`;
        return (
          <button
            key={step.id}
            type="button"
            className={css.bar}
            aria-pressed={step.name === selected}
            onClick={() => select(step.name)}
            title={said}
          >
            <span className={ui.ellipsis}>
              {step.name}
              <span className={ui.sr}> {word(step.state)}</span>
            </span>
            <span className={css.track}>
              {step.state !== "CACHED" && step.state !== "SKIPPED" && ready(step) !== null && (
                <i
                  className={`${css.waiting} ${ui["b-wait"]} ${ui.miw0}`}
                  style={{
                    left: `${(100 * (ready(step)! - began)) / span}%`,
                    width: `${(100 * Math.max((start ?? (step.finishedAt ? ready(step)! : now)) - ready(step)!, 0)) / span}%`,
                  }}
                />
              )}
              {start !== null && end !== null && step.state !== "CACHED" && (
                <i
                  className={ui[`b-${tone(step.state)}`]}
                  style={{
                    left: `${(100 * (start - began)) / span}%`,
                    width: `${(100 * (end - start)) / span}%`,
                  }}
                />
              )}
              {step.state === "CACHED" && <i className={`${ui["b-cached"]} ${css.instant}`} />}
            </span>
            <span className={`${ui.dim} ${ui.right} ${ui.digits}`}>
              {step.state === "CACHED" ? word("CACHED") : took === null ? word(step.state) : duration(took)}
            </span>
          </button>
        );
      })}
    </div>
  );
}

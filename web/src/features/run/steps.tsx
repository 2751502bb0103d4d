/** The steps as a table: the graph's twin for the keyboard, for readers, and for numbers. */

import { useTranslation } from "react-i18next";
import type { StepRowFragment } from "@/gen/graphql";
import { localised } from "@/lib/i18n";
import { css, Took } from "@/ui/page";
import { final, State } from "@/ui/state";

export function Steps({
  steps,
  selected,
  select,
}: {
  steps: StepRowFragment[];
  selected: string | null;
  select: (name: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th>{t("kind.step")}</th>
          <th>{t("common.state")}</th>
          <th>{t("common.reason")}</th>
          <th>{t("run.dependsOn")}</th>
          <th className={css.num}>{t("run.attempts")}</th>
          <th className={css.num}>{t("common.duration")}</th>
        </tr>
      </thead>
      <tbody>
        {steps.map((step) => (
          <tr
            key={step.id}
            aria-selected={step.name === selected}
            onClick={() => select(step.name)}
            className={css.pointer}
          >
            <td>
              <button type="button" data-row className={`${css.bare} ${css.fw600} ${css.ink} ${css.p0}`}>
                {step.name}
              </button>
            </td>
            <td>
              <State state={step.state} reason={step.reason} />
            </td>
            <td title={localised(step.explanation ?? step.cacheReason ?? undefined)}>
              {localised(step.explanation ?? (step.state === "CACHED" ? step.cacheReason : "") ?? "")}
            </td>
            <td className={css.dim}>{step.needs.join(", ")}</td>
            <td className={css.num}>{step.attempt || ""}</td>
            <td className={css.num}>
              <Took from={step.startedAt} to={step.finishedAt} moving={!final(step.state)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

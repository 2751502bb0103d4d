/** The way to something that answers: each real step, how long it took, and what is waited for now. */

import { IconCheck, IconLoader2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { StartStageName } from "@/gen/graphql";
import { localised } from "@/lib/i18n";
import { css, Notice, Panel, Took } from "./page";

interface Stage {
  name: StartStageName;
  at: string | null;
}

export function Way({
  stages,
  moving,
  explanation,
}: {
  stages: Stage[];
  moving: boolean;
  explanation: string | null;
}) {
  const { t } = useTranslation();
  const words: Record<StartStageName, [string, string]> = {
    REQUESTED: [t("workload.requested"), t("workload.scheduling")],
    SCHEDULED: [t("workload.scheduled"), t("workload.preparing")],
    STARTED: [t("workload.started"), t("workload.notReady")],
    READY: [t("workload.ready"), ""],
  };
  const reached = stages.filter((stage) => stage.at).length;
  return (
    <Panel title={moving ? t("workload.starting") : t("workload.timeline")}>
      <ol className={css.stages}>
        {stages.map((stage, index) => {
          const now = moving && index === reached;
          return (
            <li
              key={stage.name}
              className={`${css.line} ${css.gap10} ${css.middle} ${css.mih30} ${stage.at || now ? "" : css.faded}`}
              aria-current={now ? "step" : undefined}
            >
              <span
                className={`${css.icon} ${stage.at ? css.ok : now ? `${css.run} ${css.spin}` : css.idle}`}
              >
                {stage.at ? (
                  <IconCheck size={14} aria-hidden />
                ) : now ? (
                  <IconLoader2 size={14} aria-hidden />
                ) : (
                  <span className={css.w14} />
                )}
              </span>
              <span className={css.grow}>
                {now && index > 0 ? words[stages[index - 1]!.name][1] : words[stage.name][0]}
              </span>
              <span className={`${css.dim} ${css.digits}`}>
                {index > 0 && (stage.at || now) ? (
                  <Took from={stages[index - 1]!.at} to={stage.at} moving={now} />
                ) : (
                  ""
                )}
              </span>
            </li>
          );
        })}
      </ol>
      {moving && explanation && (
        <div className={css.pUnder}>
          <Notice tone="waitful">{localised(explanation)}</Notice>
        </div>
      )}
    </Panel>
  );
}

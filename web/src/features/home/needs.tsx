/** Runs that need somebody: mine that failed and were not mended, and those that wait for something. */

import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { HomeQuery } from "@/gen/graphql";
import { localised } from "@/lib/i18n";
import type { Recent } from "@/ui/bars";
import { Ago, css, Panel } from "@/ui/page";
import { State } from "@/ui/state";

interface Item {
  id: string;
  name: string;
  step: string | null;
  state: string;
  reason: string | null;
  why: string | null;
  at: string;
  failed: boolean;
}

const PATIENCE = 60_000;

/** The newest run of each pipeline if it failed, and steps that have been waiting for more than a minute. */
export function needs(data: HomeQuery, now = Date.now()): Item[] {
  const items: Item[] = [];
  for (const run of data.failed.nodes) {
    if ((run.pipeline.recentRuns as Recent[]).at(-1)?.[0] !== run.id) continue;
    const step = run.steps.find((each) => each.state === "FAILED") ?? null;
    items.push({
      id: run.id,
      name: `${run.pipeline.name} #${run.number}`,
      step: step?.name ?? null,
      state: "FAILED",
      reason: step?.reason ?? run.reason,
      why: step?.explanation ?? run.explanation,
      at: run.finishedAt ?? run.createdAt,
      failed: true,
    });
  }
  for (const run of data.going.nodes) {
    const step = run.steps.find((each) => each.state === "PENDING" && each.explanation);
    const old = now - Date.parse(run.createdAt) > PATIENCE;
    if (step && old)
      items.push({
        id: run.id,
        name: `${run.pipeline.name} #${run.number}`,
        step: step.name,
        state: "PENDING",
        reason: step.reason,
        why: step.explanation,
        at: run.createdAt,
        failed: false,
      });
  }
  return items;
}

export function Needs({ items }: { items: Item[] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("home.attention")}>
      {items.map((item) => (
        <div key={item.id} className={`${css.row} ${css.wraps}`}>
          <span className={css.miw92}>
            <State state={item.state} />
          </span>
          <div className={`${css.basis220} ${css.miw0}`}>
            <Link
              to="/runs/$run"
              params={{ run: item.id }}
              search={{ step: item.step ?? undefined }}
              data-row
              className={`${css.fw600} ${css.ink}`}
            >
              {item.name}
              {item.step ? ` · ${item.step}` : ""}
            </Link>
            <div className={`${css.muted} ${css.breaks}`}>
              {item.why ? localised(item.why) : (item.reason ?? t("home.noReason"))}{" "}
              <span className={css.dim}>
                <Ago at={item.at} />
              </span>
            </div>
          </div>
          <Link to="/runs/$run" params={{ run: item.id }} search={{ step: item.step ?? undefined }}>
            <Button component="span">{item.failed ? t("home.fix") : t("home.why")}</Button>
          </Link>
        </div>
      ))}
    </Panel>
  );
}

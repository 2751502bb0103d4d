/** Runs as rows: state, steps, who, when, how long; rows may be selected. */

import { Checkbox } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { RunRowFragment } from "@/gen/graphql";
import { localised } from "@/lib/i18n";
import { Ago, css, Took } from "@/ui/page";
import { Counts, final, State, Strip } from "@/ui/state";

export type Row = RunRowFragment & { params?: unknown; pipeline: { project?: { name: string } } };

export function RunTable({
  runs,
  selected,
  select,
  pipeline = true,
  project = false,
}: {
  runs: Row[];
  selected?: Set<string>;
  select?: (ids: Set<string>) => void;
  pipeline?: boolean;
  project?: boolean;
}) {
  const { t } = useTranslation();
  const go = useNavigate();
  const flip = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    select?.(next);
  };
  const all = selected !== undefined && runs.length > 0 && runs.every((run) => selected.has(run.id));
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            {select && (
              <th className={css.w34}>
                <Checkbox
                  size="xs"
                  aria-label={t("run.selectAll")}
                  checked={all}
                  onChange={() => select(all ? new Set() : new Set(runs.map((run) => run.id)))}
                />
              </th>
            )}
            <th>{t("kind.run")}</th>
            <th>{t("common.state")}</th>
            <th className={css.w26p}>{t("common.steps")}</th>
            {project && <th className={css.hideSmall}>{t("kind.project")}</th>}
            <th className={css.hideSmall}>{t("common.startedBy")}</th>
            <th>{t("common.started")}</th>
            <th className={css.num}>{t("common.duration")}</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr
              key={run.id}
              data-row
              tabIndex={-1}
              aria-selected={selected?.has(run.id)}
              onKeyDown={(event) => {
                if (event.target !== event.currentTarget) return;
                if (event.key === "Enter") void go({ to: "/runs/$run", params: { run: run.id } });
                if (event.key === "x" && select) flip(run.id);
              }}
            >
              {select && (
                <td>
                  <Checkbox
                    size="xs"
                    aria-label={t("run.select", { name: `${run.pipeline.name} #${run.number}` })}
                    checked={selected?.has(run.id) ?? false}
                    onChange={() => flip(run.id)}
                  />
                </td>
              )}
              <td>
                <Link
                  to="/runs/$run"
                  params={{ run: run.id }}
                  className={`${css.line} ${css.fw600} ${css.ink} ${css.gap5}`}
                >
                  {pipeline && <span className={css.ellipsis}>{run.pipeline.name}</span>}
                  <span className={css.dim}>#{run.number}</span>
                </Link>
              </td>
              <td title={localised(run.explanation ?? undefined)}>
                <State state={run.state} reason={run.reason} />
              </td>
              <td>
                {(run.packedStepStates as [string, string][]).length ? (
                  <Strip steps={run.packedStepStates as [string, string][]} />
                ) : (
                  <Counts counts={run.counts} />
                )}
              </td>
              {project && <td className={css.hideSmall}>{run.pipeline.project?.name}</td>}
              <td className={css.hideSmall}>{run.author.name}</td>
              <td>
                <Ago at={run.createdAt} />
              </td>
              <td className={css.num}>
                <Took from={run.startedAt} to={run.finishedAt} moving={!final(run.state)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

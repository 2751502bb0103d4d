/** The runs of mine that ended last. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { HomeQuery } from "@/gen/graphql";
import { Ago, css, Panel, Took } from "@/ui/page";
import { State } from "@/ui/state";

export function Last({
  runs,
  me,
  project,
}: {
  runs: HomeQuery["newest"]["nodes"];
  me: string;
  project: string | null;
}) {
  const { t } = useTranslation();
  return (
    <Panel
      title={t("My last runs")}
      aside={
        <Link to="/runs" search={{ project: project ?? undefined, author: me }}>
          {t("All my runs")}
        </Link>
      }
    >
      {runs.map((run) => (
        <div key={run.id} className={css.row}>
          <span style={{ minWidth: 92 }}>
            <State state={run.state} />
          </span>
          <div style={{ flex: 1, minWidth: 0 }}>
            <Link
              to="/runs/$run"
              params={{ run: run.id }}
              data-row
              className={css.ellipsis}
              style={{ display: "block", fontWeight: 600, color: "var(--ink)" }}
            >
              {run.pipeline.name} #{run.number}
            </Link>
            {!project && <div className={`${css.dim} ${css.ellipsis}`}>{run.pipeline.project.name}</div>}
          </div>
          <span className={`${css.dim} ${css.hideSmall}`} style={{ width: 64, textAlign: "right" }}>
            <Took from={run.startedAt} to={run.finishedAt} />
          </span>
          <span className={css.dim} style={{ minWidth: 80, textAlign: "right" }}>
            <Ago at={run.finishedAt ?? run.createdAt} />
          </span>
        </div>
      ))}
    </Panel>
  );
}

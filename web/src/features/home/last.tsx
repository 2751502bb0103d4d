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
      title={t("home.recentRuns")}
      aside={
        <Link to="/runs" search={{ project: project ?? undefined, author: me }}>
          {t("home.allMyRuns")}
        </Link>
      }
    >
      {runs.map((run) => (
        <div key={run.id} className={css.row}>
          <span className={css.miw92}>
            <State state={run.state} />
          </span>
          <div className={css.fill}>
            <Link
              to="/runs/$run"
              params={{ run: run.id }}
              data-row
              className={`${css.ellipsis} ${css.block} ${css.fw600} ${css.ink}`}
            >
              {run.pipeline.name} #{run.number}
            </Link>
            {!project && <div className={`${css.dim} ${css.ellipsis}`}>{run.pipeline.project.name}</div>}
          </div>
          <span className={`${css.dim} ${css.hideSmall} ${css.w64} ${css.right}`}>
            <Took from={run.startedAt} to={run.finishedAt} />
          </span>
          <span className={`${css.dim} ${css.miw80} ${css.right}`}>
            <Ago at={run.finishedAt ?? run.createdAt} />
          </span>
        </div>
      ))}
    </Panel>
  );
}

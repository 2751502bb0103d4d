/** Home: what needs me, what runs now, what I ran last, pipelines that changed last; for a new install the first steps. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { patient } from "@/api/patient";
import { useChosen } from "@/api/project";
import { useViewer } from "@/api/viewer";
import { First } from "@/features/home/first";
import { Going } from "@/features/home/going";
import own from "@/features/home/home.module.css";
import { Last } from "@/features/home/last";
import { Needs, needs } from "@/features/home/needs";
import { AnythingDocument, HomeDocument, type HomeQuery } from "@/gen/graphql";
import { duration } from "@/lib/format";
import { Bars, lengths, type Recent } from "@/ui/bars";
import { useTitle } from "@/ui/crumbs";
import { Ago, css, Empty, Loading, Panel } from "@/ui/page";
import { NotListed, Wider } from "@/ui/scoped";
import { final } from "@/ui/state";

const Start = lazy(() =>
  patient(() => import("@/features/runs/start")).then((module) => ({ default: module.Start })),
);

/** Whether there is nothing at all in any project of mine; undefined until it is known. It is asked only when Home has nothing to show. */
function useNothing(home: HomeQuery | undefined) {
  const empty =
    home !== undefined &&
    home.pipelines.nodes.length + home.newest.nodes.length + home.going.nodes.length === 0;
  const { data } = useQuery({
    queryKey: ["home", "anything"],
    queryFn: () => ask(AnythingDocument),
    enabled: empty,
  });
  if (!empty) return { nothing: false, projects: [] };
  const { projects, ...lists } = data ?? {};
  return {
    nothing: data && Object.values(lists).every((list) => list.nodes.length === 0),
    projects: projects?.nodes ?? [],
  };
}

export function Home() {
  const { t } = useTranslation();
  const me = useViewer().data?.viewer?.name ?? "";
  const project = useSearch({ from: "/" }).project ?? null;
  const may = useChosen()?.viewerCanRun ?? true;
  const home = useQuery({
    queryKey: ["home", me, project],
    queryFn: () => ask(HomeDocument, { me, project }),
    enabled: Boolean(me),
  });
  const { nothing, projects } = useNothing(home.data);
  const [start, setStart] = useState<string | null>(null);
  useTitle([{ label: t("nav.home") }]);
  const hour = new Date().getHours();
  const greeting = hour < 12 ? t("home.morning") : hour < 18 ? t("home.afternoon") : t("home.evening");
  if (home.error)
    return (
      <div className={css.body}>
        <Panel label={t("nav.home")}>
          <NotListed error={home.error} retry={() => void home.refetch()} />
        </Panel>
      </div>
    );
  if (!home.data || nothing === undefined)
    return (
      <div className={css.body}>
        <Panel label={t("nav.home")}>
          <Loading rows={8} />
        </Panel>
      </div>
    );
  const stuck = needs(home.data);
  const going = home.data.going.nodes;
  const shown = new Set(stuck.map((each) => each.id));
  const last = home.data.newest.nodes.filter((run) => final(run.state) && !shown.has(run.id)).slice(0, 6);
  const pipelines = home.data.pipelines.nodes;
  const fresh = (
    <Link to="/pipelines" search={{ project: project ?? undefined, new: "1" }}>
      <Button variant="filled" component="span">
        {t("pipeline.create")}
      </Button>
    </Link>
  );
  return (
    <div className={`${css.body} ${own.centre}`}>
      <div>
        <h1 className={`${css.flush} ${css.fz20}`}>{greeting}</h1>
        <div className={css.dim}>
          {stuck.length === 0 ? t("home.noAttention") : t("home.attentionCount", { count: stuck.length })}{" "}
          {going.length === 0 ? t("home.noRuns") : t("home.runCount", { count: going.length })}
        </div>
      </div>
      {nothing && <First projects={projects} />}
      {stuck.length > 0 && <Needs items={stuck} />}
      {going.length > 0 && <Going runs={going} />}
      {last.length > 0 && <Last runs={last} me={me} project={project} />}
      {!nothing && (
        <Panel title={t("nav.pipelines")} aside={may && pipelines.length > 0 && fresh}>
          {pipelines.length === 0 && (
            <Empty title={t("pipeline.empty.title")} action={<Wider>{may && fresh}</Wider>}>
              {t("pipeline.empty.text")}
            </Empty>
          )}
          {pipelines.map((pipeline) => {
            const recent = pipeline.recentRuns as Recent[];
            const took = lengths(recent);
            return (
              <div key={pipeline.id} className={css.row}>
                <div className={css.fill}>
                  <Link
                    to="/projects/$project/pipelines/$pipeline"
                    params={{ project: pipeline.project.name, pipeline: pipeline.name }}
                    data-row
                    className={`${css.ellipsis} ${css.block} ${css.fw600} ${css.ink}`}
                  >
                    {pipeline.name}
                  </Link>
                  <div className={`${css.dim} ${css.ellipsis}`}>
                    {project ? "" : `${pipeline.project.name} · `}v{pipeline.latest} ·{" "}
                    <Ago at={pipeline.changedAt} />
                  </div>
                </div>
                <span className={css.hideSmall}>
                  <Bars runs={recent} />
                </span>
                <span className={`${css.dim} ${css.hideSmall} ${css.w64} ${css.right}`}>
                  {took.length ? duration(took.at(-1)) : ""}
                </span>
                <Button
                  disabled={!pipeline.viewerCanRun}
                  aria-label={t("run.start", { name: pipeline.name })}
                  onClick={() => setStart(pipeline.id)}
                >
                  {t("kind.run")}
                </Button>
              </div>
            );
          })}
        </Panel>
      )}
      <Suspense fallback={null}>{start && <Start pipeline={start} close={() => setStart(null)} />}</Suspense>
    </div>
  );
}

/** One search, live: the best so far, how it went, which parameters mattered, every trial; stop some, extend, use the best. */
import { Button, Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { cache, put } from "@/api/cache";
import { act, ask } from "@/api/client";
import { patient } from "@/api/patient";
import { useRemember } from "@/api/project";
import { listen } from "@/api/socket";
import { RegisterModel } from "@/features/models/register";
import { Start } from "@/features/runs/start";
import { UseBest } from "@/features/searches/best";
import { DeleteSearch, ExtendSearch } from "@/features/searches/dialogs";
import { axesOf, type Brushes, Parallel, within } from "@/features/searches/parallel";
import own from "@/features/searches/searches.module.css";
import { flatten, pruners, samplers } from "@/features/searches/spec";
import { TrialTable } from "@/features/searches/table";
import { Timeline } from "@/features/searches/timeline";
import { unpack } from "@/features/searches/trials";
import {
  ExploreAroundTrialsDocument,
  PauseSearchDocument,
  ResumeSearchDocument,
  RetryTrialsDocument,
  SearchChangedDocument,
  SearchDeepDocument,
  SearchDocument,
  SearchEnginesDocument,
  type SearchQuery,
  StopSearchDocument,
  StopTrialsDocument,
} from "@/gen/graphql";
import { brief, number } from "@/lib/format";
import { Act, Choice, useBar } from "@/ui/act";
import { useTitle } from "@/ui/crumbs";
import { css, Empty, Failure, Head, Loading, Notice, Panel, Took } from "@/ui/page";
import { State } from "@/ui/state";
import { complain } from "@/ui/toast";

const History = lazy(() =>
  patient(() => import("@/features/searches/history")).then((module) => ({ default: module.History })),
);
const Curves = lazy(() =>
  patient(() => import("@/features/searches/history")).then((module) => ({ default: module.Curves })),
);
const Landscape = lazy(() =>
  patient(() => import("@/features/searches/landscape")).then((module) => ({ default: module.Landscape })),
);
const Importance = lazy(() =>
  patient(() => import("@/features/searches/history")).then((module) => ({ default: module.Importance })),
);

const MOST_AROUND = 50;
const MOST_AGAIN = 100;
const MOST_COMPARED = 10;
const going = (state: string) => ["RUNNING", "PAUSED", "STOPPING"].includes(state);

function useFound(id: string) {
  const query = useQuery({ queryKey: ["search", id], queryFn: () => ask(SearchDocument, { id }) });
  const open = query.data?.search ? going(query.data.search.state) : false;
  useEffect(() => {
    if (open)
      return listen(SearchChangedDocument, { id }, ({ searchChanged }) =>
        put<SearchQuery>(["search", id], { search: searchChanged.search }),
      );
  }, [id, open]);
  return query;
}

export function Search() {
  const { t } = useTranslation();
  const bar = useBar();
  const { search: id } = useParams({ from: "/searches/$search" });
  const go = useNavigate({ from: "/searches/$search" });
  const query = useFound(id);
  const found = query.data?.search;
  const trials = useMemo(() => (found ? unpack(found.trials) : []), [found]);
  const ended = trials.filter((trial) => trial.ended).length;
  const deep = useQuery({
    queryKey: ["search-deep", id, Math.floor(ended / Math.max(1, Math.ceil(ended / 20))), found?.state],
    queryFn: () => ask(SearchDeepDocument, { id }),
    enabled: Boolean(found),
    placeholderData: (old) => old,
  });
  const [brushes, setBrushes] = useState<Brushes>({});
  const engines = useQuery({
    queryKey: ["search-engines"],
    queryFn: () => ask(SearchEnginesDocument),
    staleTime: Infinity,
    enabled: Boolean(found?.engineRunId),
  });
  const titles = new Map(engines.data?.searchEngines.map((each) => [each.name, each.title]));
  const [dialog, setDialog] = useState<"extend" | "delete" | null>(null);
  useRemember(found?.project.name);
  useTitle([{ label: t("nav.searches"), to: "/searches" }, { label: found?.name ?? t("kind.search") }]);
  if (query.error)
    return (
      <div className={css.body}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  if (query.isPending) return <Loading rows={8} what={t("search.loading")} />;
  if (!found)
    return (
      <Empty whole title={t("search.notFound")} action={<Link to="/searches">{t("search.all")}</Link>}>
        {t("common.notFoundHint")}
      </Empty>
    );
  const spec = flatten(found.spec);
  const objective = spec.objectives[0]!;
  const best = found.bestTrial;
  const axes = axesOf(spec, trials);
  const brushed = Object.keys(brushes).length > 0;
  const shown = brushed ? within(axes, trials, brushes) : trials;
  const running = shown.filter((trial) => trial.state === "Running");
  const failed = shown.filter((trial) => trial.state === "Failed").slice(0, MOST_AGAIN);
  const compared = shown.flatMap((trial) => (trial.run ? [trial.run] : []));
  const told = deep.data?.search;
  const curves = (told?.intermediateValues ?? {}) as Record<string, [number, number][]>;
  const tell = async (work: Promise<unknown>) => {
    try {
      await work;
      void cache.invalidateQueries({ queryKey: ["search"] });
    } catch (error) {
      complain(error);
    }
  };
  return (
    <>
      <Head
        title={found.name}
        state={<State state={found.state} />}
        actions={
          <>
            {found.state === "RUNNING" && (
              <Act
                why={bar(found.viewerCanUpdate)}
                onClick={() => void tell(act(PauseSearchDocument, { id }))}
              >
                {t("search.pause")}
              </Act>
            )}
            {found.state === "PAUSED" && (
              <Act
                why={bar(found.viewerCanUpdate)}
                onClick={() => void tell(act(ResumeSearchDocument, { id }))}
              >
                {t("search.resume")}
              </Act>
            )}
            {going(found.state) && (
              <Act
                why={bar(found.viewerCanUpdate) || (found.state === "STOPPING" && t("common.beingStopped"))}
                onClick={() => void tell(act(StopSearchDocument, { id }))}
              >
                {t("common.stop")}
              </Act>
            )}
            {!found.engineRunId && (
              <Act why={bar(found.viewerCanUpdate)} onClick={() => setDialog("extend")}>
                {t("search.moreTrialsMenu")}
              </Act>
            )}
            {best && found.viewerCanUpdate ? (
              <UseBest
                found={found}
                best={best}
                start={(pipeline, params, close) => (
                  <Start pipeline={pipeline} params={params} close={close} />
                )}
                register={(run, step, close) => (
                  <RegisterModel
                    run={run}
                    step={step.name}
                    item={step.item}
                    project={found.project.name}
                    name={found.pipelineName}
                    files={step.artifacts}
                    deploy
                    close={close}
                  />
                )}
              />
            ) : (
              <Act variant="filled" why={bar(found.viewerCanUpdate) || t("search.noBest")} onClick={() => {}}>
                {t("search.useBest")}
              </Act>
            )}
            <Menu position="bottom-end">
              <Menu.Target>
                <Button aria-label={t("common.more")}>…</Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Choice
                  color="red"
                  why={bar(found.viewerCanUpdate) || (going(found.state) && t("common.stopFirst"))}
                  onClick={() => setDialog("delete")}
                >
                  {t("common.deleteMenu")}
                </Choice>
              </Menu.Dropdown>
            </Menu>
          </>
        }
        facts={
          <>
            <span>
              {t("kind.pipeline")}{" "}
              <Link
                to="/projects/$project/pipelines/$pipeline"
                params={{ project: found.project.name, pipeline: found.pipelineName }}
                className={`${css.fw600} ${css.underlined}`}
              >
                {found.pipelineName}
              </Link>{" "}
              v{found.pipelineVersion}
            </span>
            <span>
              {t("search.trials")}{" "}
              <b>
                {ended}/{spec.trials}
              </b>
            </span>
            <span>
              {t("search.algorithm")} <b>{spec.engine?.algorithm ?? samplers(t)[spec.sampler.name]}</b>
            </span>
            {found.engineRunId && (
              <span>
                {t("search.engine")}{" "}
                <Link
                  to="/runs/$run"
                  params={{ run: found.engineRunId }}
                  className={`${css.fw600} ${css.underlined}`}
                >
                  {titles.get(spec.engine!.name) ?? spec.engine!.name}
                </Link>
              </span>
            )}
            {spec.pruner && (
              <span>
                {t("search.pruner")} <b>{pruners(t)[spec.pruner.name]}</b>
              </span>
            )}
            <span>
              {t("common.duration")}{" "}
              <b>
                <Took from={found.createdAt} to={found.endedAt} moving={going(found.state)} />
              </b>
            </span>
            <span>
              {t("common.startedBy")} <b>{found.author.name}</b>
            </span>
          </>
        }
      />
      <div className={css.body}>
        {found.explanation && (
          <Notice tone={found.state === "FAILED" ? "bad" : "calm"}>{found.explanation}</Notice>
        )}
        {trials.length === 0 ? (
          <Panel label={t("search.trials")}>
            <Empty title={t("search.noTrials")}>
              {found.engineRunId ? t("search.engineStarting") : t("search.trialsStarting")}
            </Empty>
          </Panel>
        ) : (
          <>
            <div className={`${css.gap16} ${css.columns380}`}>
              <Panel
                title={spec.objectives.length > 1 ? t("search.multiObjective") : t("search.best")}
                aside={
                  best ? (
                    best.runId ? (
                      <Link
                        to="/runs/$run"
                        params={{ run: best.runId }}
                        className={`${css.fw600} ${css.underlined}`}
                      >
                        {t("search.trial", { n: best.number })}
                      </Link>
                    ) : (
                      <span className={css.dim}>{t("search.trial", { n: best.number })}</span>
                    )
                  ) : undefined
                }
              >
                <div className={`${css.stack} ${css.p14} ${css.gap8}`}>
                  {best && (
                    <div className={own.figure}>
                      {number(best.value)}{" "}
                      <span className={`${css.dim} ${css.fz13} ${css.fw500}`}>
                        {objective.metric},{" "}
                        {objective.direction === "MAXIMIZE" ? t("search.maximize") : t("search.minimize")}
                      </span>
                    </div>
                  )}
                  {best &&
                    Object.entries(best.params as Record<string, unknown>).map(([name, now]) => (
                      <div key={name} className={`${css.line} ${css.gap10}`}>
                        <span className={`${css.dim} ${css.miw100}`}>{name}</span>
                        <b className={css.breaks}>{typeof now === "number" ? number(now) : brief(now)}</b>
                      </div>
                    ))}
                  {!best && spec.objectives.length === 1 && (
                    <span className={css.dim}>{t("search.noneSucceeded")}</span>
                  )}
                  {spec.objectives.length > 1 && (
                    <span>
                      {t("search.paretoCount", {
                        count: told?.paretoFront.length ?? 0,
                      })}
                      : {told?.paretoFront.map((n) => `#${n}`).join(", ")}
                    </span>
                  )}
                </div>
              </Panel>
              <Panel title={t("search.importance")}>
                <div className={css.p14}>
                  <Suspense fallback={<Loading rows={3} />}>
                    <Importance importance={(told?.parameterImportance ?? {}) as Record<string, number>} />
                  </Suspense>
                </div>
              </Panel>
            </div>
            <Panel title={t("search.history")}>
              <div className={`${css.p14} ${css.gap20} ${css.columns420}`}>
                <Suspense fallback={<Loading rows={5} />}>
                  <History trials={trials} objective={objective} />
                  {Object.keys(curves).length > 0 && (
                    <Curves curves={curves} trials={trials} metric={objective.metric} />
                  )}
                </Suspense>
              </div>
            </Panel>
            <Panel
              title={t("common.parameters")}
              aside={
                brushed ? (
                  <>
                    <span className={css.dim}>{t("search.selectedCount", { count: shown.length })}</span>
                    <Button size="compact-sm" onClick={() => setBrushes({})}>
                      {t("search.selectAll")}
                    </Button>
                  </>
                ) : (
                  <span className={css.dim}>{t("search.brushHint")}</span>
                )
              }
            >
              <Parallel spec={spec} trials={trials} brushes={brushes} setBrushes={setBrushes} />
            </Panel>
            <Panel title={t("search.slicePlot")}>
              <div className={css.p14}>
                <Suspense fallback={<Loading rows={5} />}>
                  <Landscape
                    spec={spec}
                    trials={shown}
                    importance={(told?.parameterImportance ?? {}) as Record<string, number>}
                  />
                </Suspense>
              </div>
            </Panel>
            <Panel title={t("search.timeline")}>
              <Timeline trials={shown} />
            </Panel>
            <Panel
              title={brushed ? t("search.selectedTrials") : t("search.trials")}
              aside={
                <>
                  {brushed && shown.length > 0 && shown.length <= MOST_AROUND && (
                    <Act
                      size="compact-sm"
                      why={bar(found.viewerCanUpdate)}
                      onClick={() =>
                        void tell(
                          act(ExploreAroundTrialsDocument, {
                            id,
                            numbers: shown.map((trial) => trial.number),
                            count: 3,
                          }),
                        )
                      }
                    >
                      {t("search.exploreAround")}
                    </Act>
                  )}
                  {failed.length > 0 && (
                    <Act
                      size="compact-sm"
                      why={bar(found.viewerCanUpdate)}
                      onClick={() =>
                        void tell(
                          act(RetryTrialsDocument, {
                            id,
                            numbers: failed.map((trial) => trial.number),
                          }),
                        )
                      }
                    >
                      {t("search.retryFailed", { count: failed.length })}
                    </Act>
                  )}
                  {brushed && compared.length >= 2 && compared.length <= MOST_COMPARED && (
                    <Button size="compact-sm" component={Link} to={`/compare?runs=${compared.join(",")}`}>
                      {t("common.compare")}
                    </Button>
                  )}
                  {brushed && running.length > 0 && (
                    <Act
                      size="compact-sm"
                      color="red"
                      variant="light"
                      why={bar(found.viewerCanUpdate)}
                      onClick={() =>
                        void tell(
                          act(StopTrialsDocument, { id, numbers: running.map((trial) => trial.number) }),
                        )
                      }
                    >
                      {t("search.stopCount", { count: running.length })}
                    </Act>
                  )}
                </>
              }
            >
              <TrialTable
                trials={shown}
                spec={spec}
                stop={
                  found.viewerCanUpdate
                    ? (n) => void tell(act(StopTrialsDocument, { id, numbers: [n] }))
                    : undefined
                }
              />
            </Panel>
          </>
        )}
      </div>
      {dialog === "extend" && <ExtendSearch found={found} close={() => setDialog(null)} />}
      {dialog === "delete" && (
        <DeleteSearch found={found} close={() => setDialog(null)} then={() => void go({ to: "/searches" })} />
      )}
    </>
  );
}

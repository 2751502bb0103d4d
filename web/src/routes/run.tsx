/** One run: live graph, timeline, table; the selected step at the right. */

import { Button, Menu, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { cache, put } from "@/api/cache";
import { act, ask } from "@/api/client";
import { patient } from "@/api/patient";
import { useRemember } from "@/api/project";
import { listen } from "@/api/socket";
import { type Health, useHealth } from "@/features/clusters/health";
import { layoutOf } from "@/features/editor/state";
import { useLeft } from "@/features/home/going";
import { RegisterModel } from "@/features/models/register";
import { Fan } from "@/features/run/fan";
import { Gantt } from "@/features/run/gantt";
import { Inspector } from "@/features/run/inspector";
import css from "@/features/run/run.module.css";
import { CopyAs } from "@/features/run/script";
import { Steps } from "@/features/run/steps";
import { useRunActions } from "@/features/runs/actions";
import { DeleteRuns } from "@/features/runs/delete";
import { Start } from "@/features/runs/start";
import {
  CreateNotebookFromStepDocument,
  RunChangedDocument,
  RunDocument,
  type RunQuery,
  RunUsageDocument,
} from "@/gen/graphql";
import { duration } from "@/lib/format";
import { localised } from "@/lib/i18n";
import { shortcut } from "@/lib/shortcuts";
import { tabOf } from "@/lib/tab";
import { Act } from "@/ui/act";
import { useTitle } from "@/ui/crumbs";
import { Ago, Empty, Failure, Head, Loading, Notice, Took } from "@/ui/page";
import { Counts, final, State, Strip } from "@/ui/state";
import { complain } from "@/ui/toast";
import ui from "@/ui/ui.module.css";

const Dag = lazy(() =>
  patient(() => import("@/features/run/dag")).then((module) => ({ default: module.Dag })),
);

/** The run, kept right by its subscription until it has ended. */
function useRun(id: string) {
  const query = useQuery({ queryKey: ["run", id], queryFn: () => ask(RunDocument, { id }) });
  const open = query.data?.run ? !final(query.data.run.state) : false;
  useEffect(() => {
    if (!open) return;
    const variables: { id: string; since?: string | null } = { id };
    let soon: ReturnType<typeof setTimeout> | undefined;
    const stop = listen(RunChangedDocument, variables, ({ runChanged }) => {
      variables.since = runChanged.cursor;
      put<RunQuery>(["run", id], (old) =>
        old?.run ? { run: { ...old.run, ...runChanged.run, pipeline: old.run.pipeline } } : old,
      );
      // Items of fan-outs and what steps left are looked at again, once in a while.
      soon ??= setTimeout(() => {
        soon = undefined;
        for (const key of ["fan", "step", "metrics"]) void cache.invalidateQueries({ queryKey: [key] });
      }, 1500);
    });
    return () => {
      stop();
      clearTimeout(soon);
      for (const key of ["fan", "step", "metrics"]) void cache.invalidateQueries({ queryKey: [key] });
    };
  }, [id, open]);
  return query;
}

function useUsage(id: string, open: boolean) {
  const [use, setUse] = useState<Record<string, [number, number, number]>>({});
  useEffect(() => {
    if (!open) return;
    const stop = listen(RunUsageDocument, { id }, ({ runUsage }) => setUse(runUsage.pods as typeof use));
    return () => {
      stop();
      setUse({});
    };
  }, [id, open]);
  return use;
}

export function Run() {
  const { t } = useTranslation();
  const { run: id } = useParams({ from: "/runs/$run" });
  const search = useSearch({ from: "/runs/$run" });
  const go = useNavigate({ from: "/runs/$run" });
  const query = useRun(id);
  const run = query.data?.run;
  const left = useLeft();
  const { cancel, move, pin, retry, proceed } = useRunActions();
  const [dialog, setDialog] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const enter = async (name: string, item: number | null) => {
    try {
      const made = await act(CreateNotebookFromStepDocument, { run: id, step: name, item });
      await go({ to: "/notebooks/$notebook", params: { notebook: made.id } });
    } catch (error) {
      complain(error);
    }
  };
  const [registering, setRegistering] = useState<{
    step: string;
    item: number | null;
    files: { path: string; size: number }[];
  } | null>(null);
  const use = useUsage(id, run ? !final(run.state) : false);
  const health = useHealth(run ? !final(run.state) : false);
  useRemember(run?.pipeline.project.name);
  useTitle(
    run
      ? [
          { label: run.pipeline.project.name, to: `/pipelines?project=${run.pipeline.project.name}` },
          {
            label: run.pipeline.name,
            to: `/projects/${run.pipeline.project.name}/pipelines/${run.pipeline.name}`,
          },
          { label: `${run.pipeline.name} #${run.number}` },
        ]
      : [{ label: t("kind.run") }],
  );
  const select = (step: string | null) =>
    void go({
      search: (now) => ({ view: now.view, step: step ?? undefined, tab: step ? now.tab : undefined }),
      replace: true,
    });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key === "Escape" && search.step && document.querySelector("[role=dialog]") === null)
        select(null);
      if (!shortcut(event)) return;
      if (event.key === "r") setDialog(true);
      if (event.key === "e" && run)
        void go({
          to: "/projects/$project/pipelines/$pipeline",
          params: { project: run.pipeline.project.name, pipeline: run.pipeline.name },
          search: { tab: "edit", step: search.step },
        });
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  });
  if (query.error)
    return (
      <div className={ui.p20}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  if (query.isPending) return <Loading rows={8} what={t("run.loading")} />;
  if (!run)
    return (
      <Empty whole title={t("run.notFound")} action={<Link to="/runs">{t("run.all")}</Link>}>
        {t("run.notFoundHint")}
      </Empty>
    );
  const project = run.pipeline.project.name;
  const view = tabOf(search.view, ["graph", "table", "time"], "graph");
  const step = run.steps.find((each) => each.name === search.step) ?? null;
  const failed = run.steps.find((each) => each.state === "FAILED");
  const over = final(run.state);
  const all = run.steps.length;
  const done = run.steps.filter((each) => final(each.state)).length;
  const bad = run.steps.filter((each) => each.state === "FAILED").length;
  const newer = run.pipeline.latest > run.version.number;
  const elsewhere =
    over && run.viewerCanRetry && run.state !== "SUCCEEDED"
      ? run.pipeline.project.clusters.filter((each) => each !== run.cluster)
      : [];
  const waiting =
    !over &&
    run.viewerCanCancel &&
    run.state !== "CANCELLING" &&
    run.steps.every((each) => ["QUEUED", "PENDING", "CACHED"].includes(each.state));
  const targets = waiting ? run.pipeline.project.clusters.filter((each) => each !== run.cluster) : [];
  const usual = new Map(run.pipeline.stepDurations.map((each) => [each.step, each.medianSeconds]));
  const mend = () =>
    void go({
      to: "/projects/$project/pipelines/$pipeline",
      params: { project, pipeline: run.pipeline.name },
      search: { tab: "edit", step: failed?.name, fix: run.id },
    });
  return (
    <>
      <Head
        title={
          <>
            {run.pipeline.name} <span className={`${ui.dim} ${ui.fw500}`}>#{run.number}</span>
          </>
        }
        state={<State state={run.state} reason={run.reason} />}
        actions={
          <>
            {run.viewerCanCancel && !over && (
              <Act
                why={run.state === "CANCELLING" && t("common.beingStopped")}
                onClick={() => void cancel([run.id])}
              >
                {t("common.cancel")}
              </Act>
            )}
            <Button onClick={() => setDialog(true)}>{t("run.again")}</Button>
            {over && run.viewerCanRetry && bad > 0 && (
              <Button onClick={() => void retry(run.id)} title={t("run.retryHint")}>
                {t("run.retry")}
              </Button>
            )}
            {over &&
              run.viewerCanRetry &&
              bad > 0 &&
              (newer ? (
                <Button
                  variant="filled"
                  onClick={() => void proceed(run.id)}
                  title={t("run.newerVersion", { n: run.pipeline.latest })}
                >
                  {t("run.continueWith", { n: run.pipeline.latest })}
                </Button>
              ) : (
                <Button variant="filled" onClick={mend}>
                  {t("run.fixAndContinue")}
                </Button>
              ))}
            <Menu position="bottom-end">
              <Menu.Target>
                <Button aria-label={t("common.more")}>…</Button>
              </Menu.Target>
              <Menu.Dropdown>
                {elsewhere.map((cluster) => (
                  <Menu.Item
                    key={cluster}
                    onClick={() => void (newer ? proceed(run.id, cluster) : retry(run.id, cluster))}
                  >
                    {newer
                      ? t("run.continueOn", { n: run.pipeline.latest, cluster })
                      : t("run.retryOn", { cluster })}
                  </Menu.Item>
                ))}
                {targets.map((cluster) => (
                  <Menu.Item key={cluster} onClick={() => void move(run.id, cluster)}>
                    {t("run.moveTo", { cluster })}
                  </Menu.Item>
                ))}
                {elsewhere.length + targets.length > 0 && <Menu.Divider />}
                <CopyAs run={run.id} pipeline={run.pipeline.name} project={project} params={run.params} />
                {run.retryOf && <Menu.Divider />}
                {run.retryOf && (
                  <Menu.Item
                    onClick={() => void go({ to: "/compare", search: { runs: `${run.id},${run.retryOf}` } })}
                  >
                    {t("run.compareWithOriginal")}
                  </Menu.Item>
                )}
                {run.viewerCanPin && <Menu.Divider />}
                {run.viewerCanPin && (
                  <Menu.Item onClick={() => void pin(run.id, !run.pinned)}>
                    {run.pinned ? t("run.unpin") : t("run.pin")}
                  </Menu.Item>
                )}
                {run.viewerCanDelete && (
                  <Menu.Item color="red" onClick={() => setDeleting(true)}>
                    {t("common.deleteMenu")}
                  </Menu.Item>
                )}
              </Menu.Dropdown>
            </Menu>
          </>
        }
        facts={
          <>
            <span>
              {t("common.version")}{" "}
              <Link
                to="/projects/$project/pipelines/$pipeline"
                params={{ project, pipeline: run.pipeline.name }}
                search={{ tab: "versions", right: String(run.version.number) }}
              >
                <b>v{run.version.number}</b>
              </Link>
            </span>
            <span
              title={
                run.skippedClusters
                  .map((each) =>
                    t("run.notOnCluster", {
                      cluster: each.cluster,
                      reason: localised(each.reason),
                    }),
                  )
                  .join("\n") || undefined
              }
            >
              {t("kind.cluster")} <b>{run.placed ? run.cluster : t("run.firstCluster")}</b>
              {run.skippedClusters.length > 0 && (
                <>
                  {" "}
                  (
                  {t("run.notOnClusters", {
                    clusters: run.skippedClusters.map((each) => each.cluster).join(", "),
                  })}
                  )
                </>
              )}
            </span>
            <span>
              {t("common.startedBy")} <b>{run.author.name}</b>, <Ago at={run.createdAt} />
            </span>
            {run.pinned && <b title={t("run.pinnedHint")}>{t("run.pinned")}</b>}
            {run.startedAt && (
              <span>
                {over ? t("common.duration") : t("run.runningFor")}{" "}
                <b>
                  <Took from={run.startedAt} to={run.finishedAt} moving={!over} />
                </b>
              </span>
            )}
            {!over && <span>{left(run.expectedEnd)}</span>}
            <span>
              {t("home.steps", { done, count: all })}
              {bad ? `, ${t("common.failedCount", { count: bad })}` : ""}
            </span>
            {Object.entries(run.params as object)
              .slice(0, 4)
              .map(([name, value]) => (
                <span key={name} title={JSON.stringify(value)}>
                  {name}{" "}
                  <b>
                    {JSON.stringify(value).length > 28
                      ? `${JSON.stringify(value).slice(0, 27)}…`
                      : JSON.stringify(value)}
                  </b>
                </span>
              ))}
            {run.retryOf && (
              <Link to="/runs/$run" params={{ run: run.retryOf }}>
                {t("run.continuesEarlier")}
              </Link>
            )}
          </>
        }
      >
        <div className={ui.mt10}>
          {(run.packedStepStates as unknown[]).length ? (
            <Strip steps={run.packedStepStates as [string, string][]} />
          ) : (
            <Counts counts={run.counts} />
          )}
        </div>
        {!over && health && (
          <Unknown health={health.find((each) => each.name === run.cluster)} name={run.cluster} />
        )}
        {run.explanation && run.state === "QUEUED" && (
          <div className={ui.mt10}>
            <Notice
              tone="waitful"
              action={
                targets.length === 1 && (
                  <Button size="compact-sm" onClick={() => void move(run.id, targets[0]!)}>
                    {t("run.moveTo", { cluster: targets[0] })}
                  </Button>
                )
              }
            >
              {localised(run.explanation)}
            </Notice>
          </div>
        )}
        {run.explanation && run.state === "FAILED" && !step && (
          <div className={ui.mt10}>
            <Notice
              tone="bad"
              action={
                failed && (
                  <Button size="compact-sm" onClick={() => select(failed.name)}>
                    {t("run.showStep")}
                  </Button>
                )
              }
            >
              {localised(failed?.explanation ?? run.explanation)}
            </Notice>
          </div>
        )}
      </Head>
      <div className={`${css.work} ${step ? "" : css.alone}`}>
        <div className={css.left}>
          <div className={css.views}>
            <SegmentedControl
              size="xs"
              value={view}
              onChange={(next) =>
                void go({
                  search: (now) => ({ ...now, view: next === "graph" ? undefined : next }),
                  replace: true,
                })
              }
              aria-label={t("run.view")}
              data={[
                { value: "graph", label: t("run.graph") },
                { value: "table", label: t("run.table") },
                { value: "time", label: t("run.timeline") },
              ]}
            />
          </div>
          <div className={css.stage}>
            {view === "table" ? (
              <Steps steps={run.steps} selected={search.step ?? null} select={select} />
            ) : view === "time" ? null : (
              <Suspense fallback={<Loading rows={4} />}>
                <Dag
                  key={id}
                  steps={run.steps}
                  placed={layoutOf(run.pipeline.layout)}
                  selected={search.step ?? null}
                  select={select}
                  use={use}
                />
              </Suspense>
            )}
            {view === "time" && run.startedAt && (
              <Gantt
                steps={run.steps}
                from={run.startedAt}
                to={run.finishedAt}
                usual={usual}
                selected={search.step ?? null}
                select={select}
              />
            )}
            {view === "time" && !run.startedAt && <Empty title={t("run.noTimeline")} />}
          </div>
          {view === "graph" && run.startedAt && run.steps.length <= 60 && (
            <Gantt
              steps={run.steps}
              from={run.startedAt}
              to={run.finishedAt}
              usual={usual}
              selected={search.step ?? null}
              select={select}
            />
          )}
        </div>
        {step && (
          <Inspector
            key={step.id}
            run={run}
            step={step}
            close={() => select(null)}
            fan={step.itemCount ? <Fan step={step} /> : null}
            usual={usual.has(step.name) ? duration(usual.get(step.name)) : null}
            register={
              run.viewerCanCancel || run.viewerCanRetry
                ? (item, files) => setRegistering({ step: step.name, item, files })
                : null
            }
            open={run.viewerCanCancel || run.viewerCanRetry ? (item) => enter(step.name, item) : null}
          />
        )}
      </div>
      {registering && (
        <RegisterModel
          run={run.id}
          project={project}
          name={run.pipeline.name}
          {...registering}
          close={() => setRegistering(null)}
        />
      )}
      {deleting && (
        <DeleteRuns
          runs={[run]}
          close={() => setDeleting(false)}
          done={() => void go({ to: "/runs", search: { project } })}
        />
      )}
      {dialog && (
        <Start
          pipeline={run.pipelineId}
          params={run.params as Record<string, unknown>}
          close={() => setDialog(false)}
        />
      )}
    </>
  );
}

/** The cluster does not answer: what is shown is what was seen last, and nothing has failed because of it. */
function Unknown({ health, name }: { health?: Health; name: string }) {
  const { t } = useTranslation();
  if (health?.reachable) return null;
  return (
    <div className={ui.mt10}>
      <Notice tone="waitful">
        <b>{health ? t("run.clusterNotResponding", { name }) : t("run.clusterMissing", { name })}</b>
        {health && (
          <>
            , <Ago at={health.since} />
          </>
        )}
        . {t("run.clusterDownHint")}
        {health?.problem && <div className={ui.muted}>{health.problem}</div>}
      </Notice>
    </div>
  );
}

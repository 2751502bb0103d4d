/** One pipeline: its runs, its editor, its versions. */

import { Button, Menu, Tabs } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useRouter, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { nextPage } from "@/api/connection";
import { patient } from "@/api/patient";
import { useRemember } from "@/api/project";
import { CopyPipeline, DeletePipeline, download } from "@/features/pipelines/dialogs";
import { Versions } from "@/features/pipelines/versions";
import { CopyAs } from "@/features/run/script";
import { Start } from "@/features/runs/start";
import { RunTable } from "@/features/runs/table";
import { PipelinePageDocument, PipelineRunsDocument } from "@/gen/graphql";
import { duration } from "@/lib/format";
import { shortcut } from "@/lib/shortcuts";
import { tabOf } from "@/lib/tab";
import { Act, Choice, useBar } from "@/ui/act";
import { Bars, type Recent, usually } from "@/ui/bars";
import { useTitle } from "@/ui/crumbs";
import { Ago, css, Empty, Failure, Head, Loading, Panel } from "@/ui/page";

const Schedules = lazy(() =>
  patient(() => import("@/features/schedules/list")).then((module) => ({ default: module.Schedules })),
);
const Editor = lazy(() =>
  patient(() => import("@/features/editor/editor")).then((module) => ({ default: module.Editor })),
);

export function Pipeline() {
  const { t } = useTranslation();
  const bar = useBar();
  const { project, pipeline: name } = useParams({ from: "/projects/$project/pipelines/$pipeline" });
  const search = useSearch({ from: "/projects/$project/pipelines/$pipeline" });
  const go = useNavigate({ from: "/projects/$project/pipelines/$pipeline" });
  const router = useRouter();
  // The editor may come up while another page is being opened: it then changes no address.
  const here = () => router.latestLocation.pathname === `/projects/${project}/pipelines/${name}`;
  const query = useQuery({
    queryKey: ["pipeline", project, name],
    queryFn: () => ask(PipelinePageDocument, { project, name }),
  });
  const [dialog, setDialog] = useState<"copy" | "delete" | null>(null);
  const [number, setNumber] = useState<number | null>(null);
  useRemember(project);
  useTitle([
    { label: project, to: `/projects/${project}` },
    { label: t("nav.pipelines"), to: `/pipelines?project=${project}` },
    { label: name },
  ]);
  const pipeline = query.data?.project?.pipeline;
  const starting = search.start === "1";
  const start = (open: boolean) =>
    void go({ search: (now) => ({ ...now, start: open ? "1" : undefined }), replace: true });
  const show = (tab: string) => void go({ search: { tab: tab === "runs" ? undefined : tab } });
  const adopted = useCallback(
    () => void go({ search: (now) => ({ ...now, image: undefined }), replace: true }),
    [go],
  );
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!shortcut(event) || !pipeline) return;
      if (event.key === "e") show("edit");
      if (event.key === "r" && pipeline.viewerCanRun) start(true);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  });
  if (query.error)
    return (
      <div className={css.body}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  if (query.isPending) return <Loading rows={8} what={t("pipeline.loading")} />;
  if (!pipeline)
    return (
      <Empty
        whole
        title={t("pipeline.notFound")}
        action={
          <Link to="/pipelines" search={{ project }}>
            {t("pipeline.all")}
          </Link>
        }
      >
        {t("common.notFoundHint")}
      </Empty>
    );
  const tab = tabOf(
    search.tab,
    ["runs", "edit", "versions", "schedules"],
    pipeline.runCount === 0 ? "edit" : "runs",
  );
  const recent = pipeline.recentRuns as Recent[];
  const usual = usually(recent);
  return (
    <>
      <Head
        title={pipeline.name}
        actions={
          <>
            <Act
              variant={tab === "edit" ? "default" : "filled"}
              why={bar(pipeline.viewerCanRun)}
              onClick={() => start(true)}
            >
              {t("kind.run")}
            </Act>
            <Menu position="bottom-end">
              <Menu.Target>
                <Button aria-label={t("common.more")}>…</Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => void download(pipeline.id, pipeline.name)}>
                  {t("common.exportYaml")}
                </Menu.Item>
                <CopyAs pipeline={pipeline.name} project={project} />
                <Choice why={bar(pipeline.viewerCanRun)} onClick={() => setDialog("copy")}>
                  {t("common.copyMenu")}
                </Choice>
                <Menu.Divider />
                <Choice color="red" why={bar(pipeline.viewerCanRun)} onClick={() => setDialog("delete")}>
                  {t("common.deleteMenu")}
                </Choice>
              </Menu.Dropdown>
            </Menu>
          </>
        }
        facts={
          <>
            <span>
              {t("common.version")} <b>{pipeline.latest}</b>
              {pipeline.version && (
                <>
                  , {pipeline.version.author.name}, <Ago at={pipeline.version.createdAt} />
                </>
              )}
            </span>
            <span>
              {t("nav.runs")} <b>{pipeline.runCount}</b>
            </span>
            {usual !== undefined && (
              <span>
                {t("common.typicalDuration")} <b>{duration(usual)}</b>
              </span>
            )}
            {pipeline.description && (
              <span title={pipeline.description} className={`${css.ellipsis} ${css.maw420}`}>
                {pipeline.description}
              </span>
            )}
          </>
        }
      />
      <Tabs
        value={tab}
        onChange={(next) => show(next ?? "runs")}
        keepMounted={false}
        bg="var(--panel)"
        px={12}
      >
        <Tabs.List>
          <Tabs.Tab value="runs">{t("nav.runs")}</Tabs.Tab>
          <Tabs.Tab value="edit">{pipeline.draft ? t("pipeline.editDraft") : t("common.edit")}</Tabs.Tab>
          <Tabs.Tab value="versions">{t("common.versions")}</Tabs.Tab>
          <Tabs.Tab value="schedules">{t("nav.schedules")}</Tabs.Tab>
        </Tabs.List>
      </Tabs>
      {tab === "runs" && (
        <div className={css.body}>
          <RunList
            id={pipeline.id}
            recent={recent}
            start={pipeline.viewerCanRun ? () => start(true) : undefined}
          />
        </div>
      )}
      {tab === "edit" && (
        <Suspense fallback={<Loading rows={6} what={t("pipeline.loadingEditor")} />}>
          <Editor
            key={pipeline.id}
            project={project}
            pipeline={pipeline}
            step={search.step}
            fix={search.fix}
            image={search.image}
            adopted={adopted}
            select={(step) => {
              if (here())
                void go({
                  search: (now) => ({ ...now, tab: "edit", step: step ?? undefined }),
                  replace: true,
                });
            }}
          />
        </Suspense>
      )}
      {tab === "versions" && (
        <div className={css.body}>
          <Versions
            project={project}
            pipeline={pipeline}
            left={Number(search.left ?? Math.max(Number(search.right ?? pipeline.latest) - 1, 1))}
            right={Number(search.right ?? pipeline.latest)}
            set={(left, right) =>
              void go({
                search: (now) => ({ ...now, left: String(left), right: String(right) }),
                replace: true,
              })
            }
            start={setNumber}
          />
        </div>
      )}
      {tab === "schedules" && (
        <div className={css.body}>
          <Suspense fallback={<Loading rows={4} />}>
            <Schedules pipeline={pipeline.id} canRun={pipeline.viewerCanRun} />
          </Suspense>
        </div>
      )}
      {starting && <Start pipeline={pipeline.id} close={() => start(false)} />}
      {number !== null && <Start pipeline={pipeline.id} number={number} close={() => setNumber(null)} />}
      {dialog === "copy" && (
        <CopyPipeline project={project} pipeline={pipeline} close={() => setDialog(null)} />
      )}
      {dialog === "delete" && (
        <DeletePipeline
          pipeline={pipeline}
          close={() => setDialog(null)}
          then={() => void go({ to: "/pipelines", search: { project } })}
        />
      )}
    </>
  );
}

function RunList({ id, recent, start }: { id: string; recent: Recent[]; start?: () => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const [selected, setSelected] = useState(new Set<string>());
  const runs = useInfiniteQuery({
    queryKey: ["pipeline-runs", id],
    queryFn: ({ pageParam }) => ask(PipelineRunsDocument, { id, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => nextPage(page.pipeline?.runs),
  });
  const nodes = runs.data?.pages.flatMap((page) => page.pipeline?.runs.nodes ?? []) ?? [];
  if (runs.error) return <Failure error={runs.error} retry={() => void runs.refetch()} />;
  if (runs.isPending)
    return (
      <Panel label={t("nav.runs")}>
        <Loading />
      </Panel>
    );
  if (!nodes.length)
    return (
      <Panel label={t("nav.runs")}>
        <Empty
          title={t("pipeline.noRuns")}
          action={
            start && (
              <Button variant="filled" onClick={start}>
                {t("kind.run")}
              </Button>
            )
          }
        >
          {t("pipeline.noRunsHint")}
        </Empty>
      </Panel>
    );
  return (
    <>
      <Panel
        title={t("nav.runs")}
        aside={
          <>
            <Bars runs={recent} />
            <Button
              size="compact-sm"
              disabled={selected.size < 2 || selected.size > 10}
              title={t("pipeline.compareHint")}
              onClick={() => void go({ to: "/compare", search: { runs: [...selected].join(",") } })}
            >
              {t("common.compare")}
            </Button>
          </>
        }
      >
        <RunTable runs={nodes} pipeline={false} selected={selected} select={setSelected} />
      </Panel>
      {runs.hasNextPage && (
        <Button
          className={css.selfCenter}
          loading={runs.isFetchingNextPage}
          onClick={() => void runs.fetchNextPage()}
        >
          {t("pipeline.olderRuns")}
        </Button>
      )}
    </>
  );
}

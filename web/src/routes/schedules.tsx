/** The schedules of all my projects: what runs by itself, when next, and what came of its last moments. */
import { Button, Select } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ask } from "@/app/client";
import { useTitle } from "@/app/crumbs";
import { useProjects } from "@/app/project";
import { NewSchedule } from "@/features/schedules/new";
import { ScheduleTable } from "@/features/schedules/table";
import { AllSchedulesDocument } from "@/gen/graphql";
import { css, Empty, Failure, Head, Loading, Panel } from "@/ui/page";

export function Schedules() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/schedules" });
  const go = useNavigate({ from: "/schedules" });
  const projects = useProjects().data?.projects.nodes ?? [];
  useTitle([{ label: t("Schedules") }]);
  const project = search.project ?? null;
  const making = (open: boolean) => void go({ search: (now) => ({ ...now, new: open ? "1" : undefined }), replace: true });
  const list = useInfiniteQuery({
    queryKey: ["schedules", "all", project],
    queryFn: ({ pageParam }) => ask(AllSchedulesDocument, { project, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.schedules.cursor,
  });
  const rows = list.data?.pages.flatMap((page) => page.schedules.nodes) ?? [];
  return (
    <>
      <Head title={t("Schedules")} actions={rows.length > 0 && <Button variant="filled" onClick={() => making(true)}>{t("New schedule")}</Button>}>
        <div style={{ marginTop: 12 }}><Select aria-label={t("Project")} placeholder={t("Project")} data={projects.map((each) => each.name)} value={project} onChange={(next) => void go({ search: { project: next ?? undefined }, replace: true })} clearable searchable w={160} /></div>
      </Head>
      <div className={css.body}>
        <Panel label={t("Schedules")}>
          {list.error ? <div style={{ padding: 14 }}><Failure error={list.error} retry={() => void list.refetch()} /></div> : list.isPending ? <Loading rows={6} /> : rows.length === 0 ? (
            <Empty title={t("Nothing runs by itself")} action={<Button variant="filled" onClick={() => making(true)}>{t("New schedule")}</Button>}>{t("A schedule runs a pipeline at the times you say, also for times at which the platform was off.")}</Empty>
          ) : (
            <ScheduleTable
              rows={rows}
              name={(row) => (
                <>
                  <Link to="/projects/$project/pipelines/$pipeline" params={{ project: row.pipeline.project.name, pipeline: row.pipeline.name }} search={{ tab: "schedules" }} style={{ fontWeight: 600, color: "var(--ink)" }}>{row.name}</Link>
                  <div className={`${css.onlySmall} ${css.dim} ${css.ellipsis}`}>{row.pipeline.name}</div>
                </>
              )}
              pipeline={(row) => <>{row.pipeline.name}<div className={css.dim}>{row.pipeline.project.name}</div></>}
            />
          )}
        </Panel>
        {list.hasNextPage && <Button style={{ justifySelf: "center" }} loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("Show more")}</Button>}
      </div>
      {search.new && <NewSchedule given={search.project} close={() => making(false)} />}
    </>
  );
}

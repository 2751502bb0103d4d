/** The schedules of the chosen project or of all mine: what runs by itself, when next, and what came of its last moments. */

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { nextPage } from "@/api/connection";
import { NewSchedule } from "@/features/schedules/new";
import { ScheduleTable } from "@/features/schedules/table";
import { AllSchedulesDocument } from "@/gen/graphql";
import { useTitle } from "@/ui/crumbs";
import { css, Empty, Head, Loading, Panel } from "@/ui/page";
import { Made, NotListed, Wider } from "@/ui/scoped";

export function Schedules() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/schedules" });
  const go = useNavigate({ from: "/schedules" });
  useTitle([{ label: t("nav.schedules") }]);
  const project = search.project ?? null;
  const making = (open: boolean) =>
    void go({ search: (now) => ({ ...now, new: open ? "1" : undefined }), replace: true });
  const list = useInfiniteQuery({
    queryKey: ["schedules", "all", project],
    queryFn: ({ pageParam }) => ask(AllSchedulesDocument, { project, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => nextPage(page.schedules),
  });
  const rows = list.data?.pages.flatMap((page) => page.schedules.nodes) ?? [];
  return (
    <>
      <Head
        title={t("nav.schedules")}
        actions={rows.length > 0 && <Made go={() => making(true)}>{t("schedule.create")}</Made>}
      />
      <div className={css.body}>
        <Panel label={t("nav.schedules")}>
          {list.error ? (
            <NotListed error={list.error} retry={() => void list.refetch()} />
          ) : list.isPending ? (
            <Loading rows={6} />
          ) : rows.length === 0 ? (
            <Empty
              title={t("schedule.empty.title")}
              action={
                <Wider>
                  <Made go={() => making(true)}>{t("schedule.create")}</Made>
                </Wider>
              }
            >
              {t("schedule.empty.text")}
            </Empty>
          ) : (
            <ScheduleTable
              rows={rows}
              name={(row) => (
                <>
                  <Link
                    to="/projects/$project/pipelines/$pipeline"
                    params={{ project: row.pipeline.project.name, pipeline: row.pipeline.name }}
                    search={{ tab: "schedules" }}
                    className={`${css.fw600} ${css.ink}`}
                  >
                    {row.name}
                  </Link>
                  <div className={`${css.onlySmall} ${css.dim} ${css.ellipsis}`}>{row.pipeline.name}</div>
                </>
              )}
              pipeline={(row) => (
                <>
                  {row.pipeline.name}
                  {!project && <div className={css.dim}>{row.pipeline.project.name}</div>}
                </>
              )}
            />
          )}
        </Panel>
        {list.hasNextPage && (
          <Button
            className={css.selfCenter}
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {t("common.showMore")}
          </Button>
        )}
      </div>
      {search.new && <NewSchedule given={search.project} close={() => making(false)} />}
    </>
  );
}

/** The pipelines of the chosen project or of all mine: their last runs at a glance, search, sort; making, importing, copying, deleting. */

import { ActionIcon, Button, Menu, Select } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { nextPage } from "@/api/connection";
import { useChosen, useRemember } from "@/api/project";
import { CopyPipeline, DeletePipeline, download, NewPipeline } from "@/features/pipelines/dialogs";
import { Start } from "@/features/runs/start";
import { type PipelineSort, PipelinesDocument, type PipelinesQuery } from "@/gen/graphql";
import { duration } from "@/lib/format";
import { Act, Choice, useBar } from "@/ui/act";
import { Bars, type Recent, usually } from "@/ui/bars";
import { useTitle } from "@/ui/crumbs";
import { Ago, css, Empty, Head, Loading, Panel } from "@/ui/page";
import { Made, NotListed, SearchField, Wider } from "@/ui/scoped";

type Row = PipelinesQuery["pipelines"]["nodes"][number];

export function Pipelines() {
  const { t } = useTranslation();
  const bar = useBar();
  const search = useSearch({ from: "/pipelines" });
  const go = useNavigate({ from: "/pipelines" });
  const project = search.project ?? null;
  const may = useChosen()?.viewerCanRun ?? !project;
  useRemember(search.project);
  useTitle([
    ...(project ? [{ label: project, to: `/projects/${project}` }] : []),
    { label: t("nav.pipelines") },
  ]);
  const sort = (search.sort?.toUpperCase() ?? "CHANGED") as PipelineSort;
  const words = search.search ?? "";
  const list = useInfiniteQuery({
    queryKey: ["pipelines", project, words, sort],
    queryFn: ({ pageParam }) => ask(PipelinesDocument, { project, search: words, sort, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => nextPage(page.pipelines),
  });
  const [dialog, setDialog] = useState<{ what: "start" | "copy" | "delete"; row: Row } | null>(null);
  const rows = list.data?.pages.flatMap((page) => page.pipelines.nodes) ?? [];
  const making = (open: boolean) => void go({ search: (now) => ({ ...now, new: open ? "1" : undefined }) });
  return (
    <>
      <Head title={t("nav.pipelines")} actions={<Made go={() => making(true)}>{t("pipeline.create")}</Made>}>
        <div className={`${css.flow} ${css.gap8} ${css.mt12}`}>
          <SearchField
            w={240}
            label={t("pipeline.search")}
            value={search.search}
            set={(next) => void go({ search: (now) => ({ ...now, search: next }), replace: true })}
          />
          <Select
            aria-label={t("pipeline.order")}
            w={170}
            allowDeselect={false}
            value={sort}
            data={[
              { value: "CHANGED", label: t("pipeline.orderChanged") },
              { value: "NAME", label: t("common.name") },
              { value: "NEWEST", label: t("common.newest") },
            ]}
            onChange={(next) =>
              void go({ search: (now) => ({ ...now, sort: next?.toLowerCase() }), replace: true })
            }
          />
        </div>
      </Head>
      <div className={css.body}>
        <Panel label={t("nav.pipelines")}>
          {list.error ? (
            <NotListed error={list.error} retry={() => void list.refetch()} />
          ) : list.isPending ? (
            <Loading rows={8} />
          ) : rows.length === 0 ? (
            words ? (
              <Empty
                title={t("pipeline.noMatch")}
                action={<Button onClick={() => void go({ search: {} })}>{t("pipeline.clearFilters")}</Button>}
              >
                {t("pipeline.searchHint")}
              </Empty>
            ) : (
              <Empty
                title={t("pipeline.empty.title")}
                action={<Wider>{may && <Made go={() => making(true)}>{t("pipeline.create")}</Made>}</Wider>}
              >
                {may ? t("pipeline.empty.text") : t("pipeline.readOnly")}
              </Empty>
            )
          ) : (
            <div className={css.scroll}>
              <table className={css.table}>
                <thead>
                  <tr>
                    <th>{t("common.name")}</th>
                    {!project && <th className={css.hideSmall}>{t("kind.project")}</th>}
                    <th>{t("common.lastRuns")}</th>
                    <th className={`${css.num} ${css.hideSmall}`}>{t("common.typicalDuration")}</th>
                    <th className={`${css.num} ${css.hideSmall}`}>{t("nav.runs")}</th>
                    <th className={css.hideSmall}>{t("common.changed")}</th>
                    <th>
                      <span className={css.sr}>{t("common.actions")}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => {
                    const recent = row.recentRuns as Recent[];
                    return (
                      <tr
                        key={row.id}
                        data-row
                        tabIndex={-1}
                        onKeyDown={(event) => {
                          if (event.target === event.currentTarget && event.key === "Enter")
                            void go({
                              to: "/projects/$project/pipelines/$pipeline",
                              params: { project: row.project.name, pipeline: row.name },
                            });
                        }}
                      >
                        <td title={row.description || undefined}>
                          <Link
                            to="/projects/$project/pipelines/$pipeline"
                            params={{ project: row.project.name, pipeline: row.name }}
                            className={`${css.fw600} ${css.ink}`}
                          >
                            {row.name}
                          </Link>{" "}
                          <span className={css.dim}>v{row.latest}</span>
                        </td>
                        {!project && <td className={css.hideSmall}>{row.project.name}</td>}
                        <td>
                          <Bars runs={recent} />
                        </td>
                        <td className={`${css.num} ${css.hideSmall}`}>{duration(usually(recent))}</td>
                        <td className={`${css.num} ${css.hideSmall}`}>{row.runCount}</td>
                        <td className={css.hideSmall}>
                          <Ago at={row.changedAt} />
                        </td>
                        <td className={css.right}>
                          <span className={`${css.inline} ${css.gap4}`}>
                            <Act
                              size="compact-sm"
                              why={bar(row.viewerCanRun)}
                              aria-label={t("run.start", { name: row.name })}
                              onClick={() => setDialog({ what: "start", row })}
                            >
                              {t("kind.run")}
                            </Act>
                            <Menu position="bottom-end">
                              <Menu.Target>
                                <ActionIcon aria-label={t("common.moreFor", { name: row.name })}>
                                  <IconDots size={16} />
                                </ActionIcon>
                              </Menu.Target>
                              <Menu.Dropdown>
                                <Menu.Item
                                  onClick={() =>
                                    void go({
                                      to: "/projects/$project/pipelines/$pipeline",
                                      params: { project: row.project.name, pipeline: row.name },
                                      search: { tab: "edit" },
                                    })
                                  }
                                >
                                  {t("common.edit")}
                                </Menu.Item>
                                <Menu.Item onClick={() => void download(row.id, row.name)}>
                                  {t("common.exportYaml")}
                                </Menu.Item>
                                <Choice
                                  why={bar(row.viewerCanRun)}
                                  onClick={() => setDialog({ what: "copy", row })}
                                >
                                  {t("common.copyMenu")}
                                </Choice>
                                <Menu.Divider />
                                <Choice
                                  color="red"
                                  why={bar(row.viewerCanRun)}
                                  onClick={() => setDialog({ what: "delete", row })}
                                >
                                  {t("common.deleteMenu")}
                                </Choice>
                              </Menu.Dropdown>
                            </Menu>
                          </span>
                        </td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </div>
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
      {search.new && may && <NewPipeline given={project} close={() => making(false)} />}
      {dialog?.what === "start" && <Start pipeline={dialog.row.id} close={() => setDialog(null)} />}
      {dialog?.what === "copy" && (
        <CopyPipeline project={dialog.row.project.name} pipeline={dialog.row} close={() => setDialog(null)} />
      )}
      {dialog?.what === "delete" && <DeletePipeline pipeline={dialog.row} close={() => setDialog(null)} />}
    </>
  );
}

/** The pipelines of a project: their last runs at a glance, search, sort; making, importing, copying, deleting. */
import { ActionIcon, Button, Menu, Select, TextInput } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/app/client";
import { useTitle } from "@/app/crumbs";
import { useRemember } from "@/app/project";
import { CopyPipeline, DeletePipeline, download, NewPipeline } from "@/features/pipelines/dialogs";
import { Start } from "@/features/runs/start";
import { PipelinesDocument, type PipelinesQuery, type PipelineSort } from "@/gen/graphql";
import { duration } from "@/lib/format";
import { Act, Choice, useBar } from "@/ui/act";
import { Bars, type Recent, usually } from "@/ui/bars";
import { Ago, css, Empty, Failure, Head, Loading, Panel } from "@/ui/page";

type Row = NonNullable<PipelinesQuery["project"]>["pipelines"]["nodes"][number];

export function Pipelines() {
  const { t } = useTranslation();
  const bar = useBar();
  const { project } = useParams({ from: "/projects/$project/pipelines" });
  const search = useSearch({ from: "/projects/$project/pipelines" });
  const go = useNavigate({ from: "/projects/$project/pipelines" });
  useRemember(project);
  useTitle([{ label: project, to: `/projects/${project}` }, { label: t("Pipelines") }]);
  const sort = (search.sort?.toUpperCase() ?? "CHANGED") as PipelineSort;
  const words = search.search ?? "";
  const list = useInfiniteQuery({
    queryKey: ["pipelines", project, words, sort],
    queryFn: ({ pageParam }) => ask(PipelinesDocument, { project, search: words, sort, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.project?.pipelines.cursor ?? null,
  });
  const [dialog, setDialog] = useState<{ what: "start" | "copy" | "delete"; row: Row } | null>(null);
  const rows = list.data?.pages.flatMap((page) => page.project?.pipelines.nodes ?? []) ?? [];
  const found = list.data?.pages[0]?.project;
  const making = (open: boolean) => void go({ search: (now) => ({ ...now, new: open ? "1" : undefined }) });
  const may = found?.viewerCanRun ?? false;
  return (
    <>
      <Head title={t("Pipelines")} actions={<Button variant="filled" disabled={!may} onClick={() => making(true)}>{t("New pipeline")}</Button>}>
        <div style={{ display: "flex", gap: 8, marginTop: 12, flexWrap: "wrap" }}>
          <TextInput type="search" aria-label={t("Search pipelines")} placeholder={t("Search pipelines")} defaultValue={words} w={240} onChange={({ currentTarget: { value } }) => void go({ search: (now) => ({ ...now, search: value || undefined }), replace: true })} />
          <Select aria-label={t("Order")} w={170} allowDeselect={false} value={sort} data={[{ value: "CHANGED", label: t("Last changed") }, { value: "NAME", label: t("Name") }, { value: "NEWEST", label: t("Newest") }]} onChange={(next) => void go({ search: (now) => ({ ...now, sort: next?.toLowerCase() }), replace: true })} />
        </div>
      </Head>
      <div className={css.body}>
        <Panel label={t("Pipelines")}>
          {list.error ? <div style={{ padding: 14 }}><Failure error={list.error} retry={() => void list.refetch()} /></div> : list.isPending ? <Loading rows={8} /> : !found ? (
            <Empty title={t("There is no such project")} action={<Link to="/projects">{t("All projects")}</Link>}>{t("Or you are not a member of it: its owners can add you.")}</Empty>
          ) : rows.length === 0 ? (
            words ? <Empty title={t("Nothing is called so.")}>{t("Search looks at names and descriptions.")}</Empty>
              : <Empty title={t("No pipeline yet")} action={may ? <Button variant="filled" onClick={() => making(true)}>{t("New pipeline")}</Button> : undefined}>{may ? t("A pipeline is a set of steps that run in order: load data, train, evaluate, report. Draw it, or bring it as YAML.") : t("You may look here, and not make anything; an owner of the project can change that.")}</Empty>
          ) : (
            <div className={css.scroll}>
              <table className={css.table}>
                <thead><tr><th>{t("Name")}</th><th>{t("Last runs")}</th><th className={`${css.num} ${css.hideSmall}`}>{t("Usually takes")}</th><th className={`${css.num} ${css.hideSmall}`}>{t("Runs")}</th><th className={css.hideSmall}>{t("Changed")}</th><th><span className={css.sr}>{t("Actions")}</span></th></tr></thead>
                <tbody>
                  {rows.map((row) => {
                    const recent = row.recent as Recent[];
                    return (
                      <tr key={row.id} data-row tabIndex={-1} onKeyDown={(event) => { if (event.target === event.currentTarget && event.key === "Enter") void go({ to: "/projects/$project/pipelines/$pipeline", params: { project, pipeline: row.name } }); }}>
                        <td title={row.description || undefined}><Link to="/projects/$project/pipelines/$pipeline" params={{ project, pipeline: row.name }} style={{ fontWeight: 600, color: "var(--ink)" }}>{row.name}</Link> <span className={css.dim}>v{row.latest}</span></td>
                        <td><Bars runs={recent} /></td>
                        <td className={`${css.num} ${css.hideSmall}`}>{duration(usually(recent))}</td>
                        <td className={`${css.num} ${css.hideSmall}`}>{row.runCount}</td>
                        <td className={css.hideSmall}><Ago at={row.changedAt} /></td>
                        <td style={{ textAlign: "right" }}>
                          <span style={{ display: "inline-flex", gap: 4 }}>
                            <Act size="compact-sm" why={bar(row.viewerCanRun)} aria-label={t("Run {{name}}", { name: row.name })} onClick={() => setDialog({ what: "start", row })}>{t("Run")}</Act>
                            <Menu position="bottom-end">
                              <Menu.Target><ActionIcon aria-label={t("More for {{name}}", { name: row.name })}><IconDots size={16} /></ActionIcon></Menu.Target>
                              <Menu.Dropdown>
                                <Menu.Item onClick={() => void go({ to: "/projects/$project/pipelines/$pipeline", params: { project, pipeline: row.name }, search: { tab: "edit" } })}>{t("Edit")}</Menu.Item>
                                <Menu.Item onClick={() => void download(row.id, row.name)}>{t("Export YAML")}</Menu.Item>
                                <Choice why={bar(may)} onClick={() => setDialog({ what: "copy", row })}>{t("Copy…")}</Choice>
                                <Menu.Divider />
                                <Choice color="red" why={bar(row.viewerCanRun)} onClick={() => setDialog({ what: "delete", row })}>{t("Delete…")}</Choice>
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
        {list.hasNextPage && <Button style={{ justifySelf: "center" }} loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("Show more")}</Button>}
      </div>
      {search.new && may && <NewPipeline project={project} close={() => making(false)} />}
      {dialog?.what === "start" && <Start pipeline={dialog.row.id} close={() => setDialog(null)} />}
      {dialog?.what === "copy" && <CopyPipeline project={project} pipeline={dialog.row} close={() => setDialog(null)} />}
      {dialog?.what === "delete" && <DeletePipeline pipeline={dialog.row} close={() => setDialog(null)} />}
    </>
  );
}

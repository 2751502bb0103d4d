/** Searches of all my projects: how far each is and what it found. */
import { Button, Progress, Select, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ask } from "@/app/client";
import { useTitle } from "@/app/crumbs";
import { useProjects } from "@/app/project";
import { NewSearch } from "@/features/searches/form";
import type { Definition } from "@/features/searches/trials";
import { SearchesDocument } from "@/gen/graphql";
import { number } from "@/lib/format";
import { Ago, css, Empty, Failure, Head, Loading, Panel } from "@/ui/page";
import { State } from "@/ui/state";

export function Searches() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/searches" });
  const go = useNavigate({ from: "/searches" });
  const projects = useProjects().data?.projects.nodes ?? [];
  useTitle([{ label: t("Searches") }]);
  const set = (change: Partial<typeof search>) => void go({ search: (now) => ({ ...now, ...change }), replace: true });
  const variables = { project: search.project ?? null, search: search.search ?? "" };
  const list = useInfiniteQuery({
    queryKey: ["searches", variables],
    queryFn: ({ pageParam }) => ask(SearchesDocument, { ...variables, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.searches.cursor,
  });
  const rows = list.data?.pages.flatMap((page) => page.searches.nodes) ?? [];
  const filtered = Boolean(search.project || search.search);
  return (
    <>
      <Head title={t("Searches")} actions={<Button variant="filled" onClick={() => set({ new: "1" })}>{t("New search")}</Button>}>
        <div style={{ display: "flex", gap: 8, flexWrap: "wrap", marginTop: 12 }}>
          <TextInput type="search" aria-label={t("Name")} placeholder={t("Name")} defaultValue={search.search} onChange={(event) => set({ search: event.currentTarget.value || undefined })} w={190} />
          <Select aria-label={t("Project")} placeholder={t("Project")} data={projects.map((project) => project.name)} value={search.project ?? null} onChange={(next) => set({ project: next ?? undefined })} clearable searchable w={160} />
        </div>
      </Head>
      <div className={css.body}>
        <Panel label={t("Searches")}>
          {list.error ? <div style={{ padding: 14 }}><Failure error={list.error} retry={() => void list.refetch()} /></div> : list.isPending ? <Loading rows={8} /> : rows.length === 0 ? (
            filtered ? <Empty title={t("No search is like that")} action={<Button onClick={() => void go({ search: {} })}>{t("Show all searches")}</Button>}>{t("Take a filter away to see more.")}</Empty>
              : <Empty title={t("No search yet")} action={<Button variant="filled" onClick={() => set({ new: "1" })}>{t("New search")}</Button>}>{t("A search runs a pipeline again and again with other parameters and learns which are best. Each trial is a run with its log, files and numbers.")}</Empty>
          ) : (
            <div className={css.scroll}>
              <table className={css.table}>
                <thead><tr><th>{t("Name")}</th><th>{t("State")}</th><th style={{ width: "22%" }}>{t("Trials")}</th><th>{t("Best")}</th><th className={css.hideSmall}>{t("Pipeline")}</th><th className={css.hideSmall}>{t("Started by")}</th><th>{t("Began")}</th></tr></thead>
                <tbody>
                  {rows.map((row) => {
                    const definition = row.definition as Definition;
                    const counts = row.counts as Record<string, number>;
                    const done = Object.entries(counts).reduce((sum, [state, count]) => sum + (["Running", "Pruning", "Stopping"].includes(state) ? 0 : count), 0);
                    const best = row.best as { values: number[] } | null;
                    return (
                      <tr key={row.id} data-row tabIndex={-1} onKeyDown={(event) => { if (event.target === event.currentTarget && event.key === "Enter") void go({ to: "/searches/$search", params: { search: row.id } }); }}>
                        <td><Link to="/searches/$search" params={{ search: row.id }} style={{ fontWeight: 600, color: "var(--ink)" }}>{row.name}</Link></td>
                        <td title={row.explanation ?? undefined}><State state={row.state} /></td>
                        <td><div style={{ display: "flex", gap: 8, alignItems: "center" }}><Progress style={{ flex: 1, minWidth: 40 }} value={(100 * done) / definition.trials} aria-label={t("{{done}} of {{count}} trials", { done, count: definition.trials })} /><span className={css.dim}>{done}/{definition.trials}</span></div></td>
                        <td>{best ? <>{number(best.values[0]!)} <span className={css.dim}>{definition.objectives[0]!.metric}</span></> : "–"}</td>
                        <td className={css.hideSmall}>{row.pipelineName}</td>
                        <td className={css.hideSmall}>{row.author.name}</td>
                        <td><Ago at={row.createdAt} /></td>
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
      {search.new && <NewSearch given={search.project} pipeline={search.pipeline} close={() => set({ new: undefined, pipeline: undefined })} />}
    </>
  );
}

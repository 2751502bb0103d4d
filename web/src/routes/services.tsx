/** Services of all my projects: whether they answer, what gets the traffic; making new ones. */
import { Button, Select, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ask } from "@/app/client";
import { useTitle } from "@/app/crumbs";
import { useProjects } from "@/app/project";
import { NewService } from "@/features/services/form";
import { type Serves, shares } from "@/features/services/service";
import { Shares } from "@/features/services/traffic";
import { ServicesDocument } from "@/gen/graphql";
import { Ago, css, Empty, Failure, Head, Loading, Panel } from "@/ui/page";
import { State } from "@/ui/state";

export function Services() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/services" });
  const go = useNavigate({ from: "/services" });
  const projects = useProjects().data?.projects.nodes ?? [];
  useTitle([{ label: t("Services") }]);
  const set = (change: Partial<typeof search>) => void go({ search: (now) => ({ ...now, ...change }), replace: true });
  const variables = { project: search.new ? null : (search.project ?? null), search: search.search ?? "" };
  const list = useInfiniteQuery({
    queryKey: ["services", variables],
    queryFn: ({ pageParam }) => ask(ServicesDocument, { ...variables, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.services.cursor,
  });
  const rows = list.data?.pages.flatMap((page) => page.services.nodes) ?? [];
  const filtered = Boolean(search.project || search.search);
  const access: Record<string, string> = { PROJECT: t("Project"), KEY: t("Keys"), PUBLIC: t("Everybody") };
  return (
    <>
      <Head title={t("Services")} actions={<Button variant="filled" onClick={() => set({ new: "1" })}>{t("New service")}</Button>}>
        <div style={{ display: "flex", gap: 8, flexWrap: "wrap", marginTop: 12 }}>
          <TextInput type="search" aria-label={t("Name")} placeholder={t("Name")} defaultValue={search.search} onChange={(event) => set({ search: event.currentTarget.value || undefined })} w={190} />
          <Select aria-label={t("Project")} placeholder={t("Project")} data={projects.map((project) => project.name)} value={search.project ?? null} onChange={(next) => set({ project: next ?? undefined })} clearable searchable w={160} />
        </div>
      </Head>
      <div className={css.body}>
        <Panel label={t("Services")}>
          {list.error ? <div style={{ padding: 14 }}><Failure error={list.error} retry={() => void list.refetch()} /></div> : list.isPending ? <Loading rows={8} /> : rows.length === 0 ? (
            filtered && !search.new ? <Empty title={t("No service is like that")} action={<Button onClick={() => void go({ search: {} })}>{t("Show all services")}</Button>}>{t("Take a filter away to see more.")}</Empty>
              : <Empty title={t("No service yet")} action={<Button variant="filled" onClick={() => set({ new: "1" })}>{t("New service")}</Button>}>{t("A service answers requests: a registered model, a Python function, or any program. New revisions take over without a failed request.")}</Empty>
          ) : (
            <div className={css.scroll}>
              <table className={css.table}>
                <thead><tr><th>{t("Name")}</th><th>{t("State")}</th><th>{t("Traffic")}</th><th>{t("Serves")}</th><th className={css.hideSmall}>{t("Who may ask")}</th><th className={css.hideSmall}>{t("Project")}</th><th className={css.hideSmall}>{t("Cluster")}</th><th className={css.hideSmall}>{t("Made")}</th></tr></thead>
                <tbody>
                  {rows.map((row) => {
                    const first = shares(row.traffic)[0]?.[0];
                    const revision = row.revisions.find((each) => each.number === first) ?? row.revisions[0];
                    const serves = revision?.model as Serves | null | undefined;
                    return (
                      <tr key={row.id} data-row tabIndex={-1} onKeyDown={(event) => { if (event.target === event.currentTarget && event.key === "Enter") void go({ to: "/services/$service", params: { service: row.id } }); }}>
                        <td><Link to="/services/$service" params={{ service: row.id }} style={{ fontWeight: 600, color: "var(--ink)" }}>{row.name}</Link></td>
                        <td><State state={row.state} /></td>
                        <td><Shares traffic={row.traffic} /></td>
                        <td>{serves ? `${serves.name} v${serves.number}` : revision?.kind}</td>
                        <td className={css.hideSmall}>{access[row.access]}</td><td className={css.hideSmall}>{row.project.name}</td><td className={css.hideSmall}>{row.cluster}</td>
                        <td className={css.hideSmall}><Ago at={row.createdAt} /></td>
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
      {search.new && <NewService given={{ project: search.project, model: search.model }} close={() => set({ new: undefined, model: undefined })} />}
    </>
  );
}

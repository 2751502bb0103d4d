/** The frame of a page that lists things of all my projects: filters, what is there or why nothing is, and more of it. */
import { Button, Select, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useProjects } from "@/app/project";
import { css, Empty, Failure, Head, Loading, Panel } from "./page";

interface Filters {
  project?: string;
  search?: string;
}

interface Query {
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

export function Listing({ title, add, more, filters, set, query, none, unlike, children }: {
  title: string;
  /** The button that makes a new one. */
  add: { label: string; go: () => void };
  /** A further button beside it. */
  more?: ReactNode;
  filters: Filters;
  set: (change: Filters) => void;
  query: Query;
  /** What is said when there is none, and why one would want one. */
  none: { title: string; text: string };
  /** What is said when the filters leave none, and the button that takes them away. */
  unlike: { title: string; all: string };
  /** The table; nothing when there are no rows. */
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const projects = useProjects().data?.projects.nodes ?? [];
  const make = <Button variant="filled" onClick={add.go}>{add.label}</Button>;
  return (
    <>
      <Head title={title} actions={<>{more}{make}</>}>
        <div style={{ display: "flex", gap: 8, flexWrap: "wrap", marginTop: 12 }}>
          <TextInput type="search" aria-label={t("Name")} placeholder={t("Name")} defaultValue={filters.search} onChange={(event) => set({ search: event.currentTarget.value || undefined })} w={190} />
          <Select aria-label={t("Project")} placeholder={t("Project")} data={projects.map((project) => project.name)} value={filters.project ?? null} onChange={(next) => set({ project: next ?? undefined })} clearable searchable w={160} />
        </div>
      </Head>
      <div className={css.body}>
        <Panel label={title}>
          {query.error ? <div style={{ padding: 14 }}><Failure error={query.error} retry={() => void query.refetch()} /></div> : query.isPending ? <Loading rows={8} /> : children ? <div className={css.scroll}>{children}</div>
            : filters.project || filters.search ? <Empty title={unlike.title} action={<Button onClick={() => set({ project: undefined, search: undefined })}>{unlike.all}</Button>}>{t("Take a filter away to see more.")}</Empty>
              : <Empty title={none.title} action={make}>{none.text}</Empty>}
        </Panel>
        {query.hasNextPage && <Button style={{ justifySelf: "center" }} loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t("Show more")}</Button>}
      </div>
    </>
  );
}

/** The frame of a page that lists things of the chosen project or of all mine: a search, what is there or why nothing is, and more of it. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { css, Empty, Head, Loading, Panel } from "./page";
import { Made, NotListed, SearchField, Wider } from "./scoped";

interface Filters {
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

export function Listing({
  title,
  add,
  more,
  filters,
  set,
  query,
  none,
  unlike,
  children,
}: {
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
  const make = <Made go={add.go}>{add.label}</Made>;
  return (
    <>
      <Head
        title={title}
        actions={
          <>
            {more}
            {make}
          </>
        }
      >
        <div className={`${css.flow} ${css.gap8} ${css.mt12}`}>
          <SearchField label={t("common.name")} value={filters.search} set={(search) => set({ search })} />
        </div>
      </Head>
      <div className={css.body}>
        <Panel label={title}>
          {query.error ? (
            <NotListed error={query.error} retry={() => void query.refetch()} />
          ) : query.isPending ? (
            <Loading rows={8} />
          ) : children ? (
            <div className={css.scroll}>{children}</div>
          ) : filters.search ? (
            <Empty
              title={unlike.title}
              action={<Button onClick={() => set({ search: undefined })}>{unlike.all}</Button>}
            >
              {t("common.fewerFilters")}
            </Empty>
          ) : (
            <Empty title={none.title} action={<Wider>{make}</Wider>}>
              {none.text}
            </Empty>
          )}
        </Panel>
        {query.hasNextPage && (
          <Button
            className={css.selfCenter}
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t("common.showMore")}
          </Button>
        )}
      </div>
    </>
  );
}

/** Searches of the chosen project or of all mine: how far each is and what it found. */

import { Progress } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { nextPage } from "@/api/connection";
import { NewSearch } from "@/features/searches/form";
import { SearchesDocument } from "@/gen/graphql";
import { number } from "@/lib/format";
import { useTitle } from "@/ui/crumbs";
import { Listing } from "@/ui/listing";
import { Ago, css } from "@/ui/page";
import { State } from "@/ui/state";

export function Searches() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/searches" });
  const go = useNavigate({ from: "/searches" });
  useTitle([{ label: t("nav.searches") }]);
  const set = (change: Partial<typeof search>) =>
    void go({ search: (now) => ({ ...now, ...change }), replace: true });
  const variables = { project: search.project ?? null, search: search.search ?? "" };
  const list = useInfiniteQuery({
    queryKey: ["searches", variables],
    queryFn: ({ pageParam }) => ask(SearchesDocument, { ...variables, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => nextPage(page.searches),
  });
  const rows = list.data?.pages.flatMap((page) => page.searches.nodes) ?? [];
  return (
    <>
      <Listing
        title={t("nav.searches")}
        add={{ label: t("search.create"), go: () => set({ new: "1" }) }}
        filters={search}
        set={set}
        query={list}
        none={{
          title: t("search.empty.title"),
          text: t("search.empty.text"),
        }}
        unlike={{ title: t("search.noMatch"), all: t("search.clearFilters") }}
      >
        {rows.length > 0 && (
          <table className={css.table}>
            <thead>
              <tr>
                <th>{t("common.name")}</th>
                <th>{t("common.state")}</th>
                <th className={css.w22p}>{t("search.trials")}</th>
                <th>{t("search.bestColumn")}</th>
                <th className={css.hideSmall}>{t("kind.pipeline")}</th>
                {!search.project && <th className={css.hideSmall}>{t("kind.project")}</th>}
                <th className={css.hideSmall}>{t("common.startedBy")}</th>
                <th>{t("search.startedColumn")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => {
                const done = row.counts.reduce(
                  (sum, { state, count }) =>
                    sum + (["RUNNING", "PRUNING", "STOPPING"].includes(state) ? 0 : count),
                  0,
                );
                const best = row.bestTrial;
                return (
                  <tr
                    key={row.id}
                    data-row
                    tabIndex={-1}
                    onKeyDown={(event) => {
                      if (event.target === event.currentTarget && event.key === "Enter")
                        void go({ to: "/searches/$search", params: { search: row.id } });
                    }}
                  >
                    <td>
                      <Link
                        to="/searches/$search"
                        params={{ search: row.id }}
                        className={`${css.fw600} ${css.ink}`}
                      >
                        {row.name}
                      </Link>
                    </td>
                    <td title={row.explanation ?? undefined}>
                      <State state={row.state} />
                    </td>
                    <td>
                      <div className={`${css.line} ${css.gap8} ${css.middle}`}>
                        <Progress
                          flex={1}
                          miw={40}
                          value={(100 * done) / row.spec.trials}
                          aria-label={t("search.progress", { done, count: row.spec.trials })}
                        />
                        <span className={css.dim}>
                          {done}/{row.spec.trials}
                        </span>
                      </div>
                    </td>
                    <td>
                      {best ? (
                        <>
                          {number(best.value)}{" "}
                          <span className={css.dim}>{row.spec.objectives[0]!.metric}</span>
                        </>
                      ) : (
                        "–"
                      )}
                    </td>
                    <td className={css.hideSmall}>{row.pipelineName}</td>
                    {!search.project && <td className={css.hideSmall}>{row.project.name}</td>}
                    <td className={css.hideSmall}>{row.author.name}</td>
                    <td>
                      <Ago at={row.createdAt} />
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        )}
      </Listing>
      {search.new && (
        <NewSearch
          given={search.project}
          pipeline={search.pipeline}
          close={() => set({ new: undefined, pipeline: undefined })}
        />
      )}
    </>
  );
}

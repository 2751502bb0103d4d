/** Searches of the chosen project or of all mine: how far each is and what it found. */
import { Progress } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { NewSearch } from "@/features/searches/form";
import type { Definition } from "@/features/searches/trials";
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
  useTitle([{ label: t("Searches") }]);
  const set = (change: Partial<typeof search>) =>
    void go({ search: (now) => ({ ...now, ...change }), replace: true });
  const variables = { project: search.project ?? null, search: search.search ?? "" };
  const list = useInfiniteQuery({
    queryKey: ["searches", variables],
    queryFn: ({ pageParam }) => ask(SearchesDocument, { ...variables, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.searches.cursor,
  });
  const rows = list.data?.pages.flatMap((page) => page.searches.nodes) ?? [];
  return (
    <>
      <Listing
        title={t("Searches")}
        add={{ label: t("New search"), go: () => set({ new: "1" }) }}
        filters={search}
        set={set}
        query={list}
        none={{
          title: t("No search yet"),
          text: t(
            "A search runs a pipeline again and again with other parameters and learns which are best. Each trial is a run with its log, files and numbers.",
          ),
        }}
        unlike={{ title: t("No search is like that"), all: t("Show all searches") }}
      >
        {rows.length > 0 && (
          <table className={css.table}>
            <thead>
              <tr>
                <th>{t("Name")}</th>
                <th>{t("State")}</th>
                <th className={css.w22p}>{t("Trials")}</th>
                <th>{t("Best")}</th>
                <th className={css.hideSmall}>{t("Pipeline")}</th>
                {!search.project && <th className={css.hideSmall}>{t("Project")}</th>}
                <th className={css.hideSmall}>{t("Started by")}</th>
                <th>{t("Began")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => {
                const definition = row.definition as Definition;
                const counts = row.counts as Record<string, number>;
                const done = Object.entries(counts).reduce(
                  (sum, [state, count]) =>
                    sum + (["Running", "Pruning", "Stopping"].includes(state) ? 0 : count),
                  0,
                );
                const best = row.best as { values: number[] } | null;
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
                          value={(100 * done) / definition.trials}
                          aria-label={t("{{done}} of {{count}} trials", { done, count: definition.trials })}
                        />
                        <span className={css.dim}>
                          {done}/{definition.trials}
                        </span>
                      </div>
                    </td>
                    <td>
                      {best ? (
                        <>
                          {number(best.values[0]!)}{" "}
                          <span className={css.dim}>{definition.objectives[0]!.metric}</span>
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

/** Services of the chosen project or of all mine: whether they answer, what gets the traffic; making new ones. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { nextPage } from "@/api/connection";
import { NewService } from "@/features/services/form";
import { shares } from "@/features/services/service";
import { Shares } from "@/features/services/traffic";
import { ServicesDocument } from "@/gen/graphql";
import { useTitle } from "@/ui/crumbs";
import { Listing } from "@/ui/listing";
import { Ago, css } from "@/ui/page";
import { State } from "@/ui/state";

export function Services() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/services" });
  const go = useNavigate({ from: "/services" });
  useTitle([{ label: t("nav.services") }]);
  const set = (change: Partial<typeof search>) =>
    void go({ search: (now) => ({ ...now, ...change }), replace: true });
  const variables = { project: search.project ?? null, search: search.search ?? "" };
  const list = useInfiniteQuery({
    queryKey: ["services", variables],
    queryFn: ({ pageParam }) => ask(ServicesDocument, { ...variables, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => nextPage(page.services),
  });
  const rows = list.data?.pages.flatMap((page) => page.services.nodes) ?? [];
  const access: Record<string, string> = {
    PROJECT: t("kind.project"),
    KEY: t("service.keys"),
    PUBLIC: t("service.access.public"),
  };
  return (
    <>
      <Listing
        title={t("nav.services")}
        add={{ label: t("service.create"), go: () => set({ new: "1" }) }}
        filters={search}
        set={set}
        query={list}
        none={{
          title: t("service.empty.title"),
          text: t("service.empty.text"),
        }}
        unlike={{ title: t("service.noMatch"), all: t("service.clearFilters") }}
      >
        {rows.length > 0 && (
          <table className={css.table}>
            <thead>
              <tr>
                <th>{t("common.name")}</th>
                <th>{t("common.state")}</th>
                <th>{t("service.traffic")}</th>
                <th>{t("service.serves")}</th>
                <th className={css.hideSmall}>{t("service.access.title")}</th>
                {!search.project && <th className={css.hideSmall}>{t("kind.project")}</th>}
                <th className={css.hideSmall}>{t("kind.cluster")}</th>
                <th className={css.hideSmall}>{t("common.created")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => {
                const first = shares(row.traffic)[0]?.[0];
                const revision = row.revisions.find((each) => each.number === first) ?? row.revisions[0];
                const serves = revision?.model;
                return (
                  <tr
                    key={row.id}
                    data-row
                    tabIndex={-1}
                    onKeyDown={(event) => {
                      if (event.target === event.currentTarget && event.key === "Enter")
                        void go({ to: "/services/$service", params: { service: row.id } });
                    }}
                  >
                    <td>
                      <Link
                        to="/services/$service"
                        params={{ service: row.id }}
                        className={`${css.fw600} ${css.ink}`}
                      >
                        {row.name}
                      </Link>
                    </td>
                    <td>
                      <State state={row.state} />
                    </td>
                    <td>
                      <Shares traffic={row.traffic} />
                    </td>
                    <td>{serves ? `${serves.name} v${serves.number}` : revision?.spec.kind.toLowerCase()}</td>
                    <td className={css.hideSmall}>{access[row.access]}</td>
                    {!search.project && <td className={css.hideSmall}>{row.project.name}</td>}
                    <td className={css.hideSmall}>{row.cluster}</td>
                    <td className={css.hideSmall}>
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
        <NewService
          given={{ project: search.project, model: search.model }}
          close={() => set({ new: undefined, model: undefined })}
        />
      )}
    </>
  );
}

/** Models of the chosen project or of all mine: their newest versions and the names that point to one; uploading. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { nextPage } from "@/api/connection";
import { UploadModel } from "@/features/models/upload";
import { ModelsDocument } from "@/gen/graphql";
import { bytes } from "@/lib/format";
import { FRAMEWORKS } from "@/lib/models";
import { type Packed, shown } from "@/lib/series";
import { useTitle } from "@/ui/crumbs";
import { Listing } from "@/ui/listing";
import { Ago, css } from "@/ui/page";

export function Models() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/models" });
  const go = useNavigate({ from: "/models" });
  useTitle([{ label: t("nav.models") }]);
  const set = (change: Partial<typeof search>) =>
    void go({ search: (now) => ({ ...now, ...change }), replace: true });
  const variables = { project: search.project ?? null, search: search.search ?? "" };
  const list = useInfiniteQuery({
    queryKey: ["models", variables],
    queryFn: ({ pageParam }) => ask(ModelsDocument, { ...variables, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => nextPage(page.models),
  });
  const rows = list.data?.pages.flatMap((page) => page.models.nodes) ?? [];
  return (
    <>
      <Listing
        title={t("nav.models")}
        add={{ label: t("model.uploadTitle"), go: () => set({ new: "1" }) }}
        filters={search}
        set={set}
        query={list}
        none={{
          title: t("model.empty.title"),
          text: t("model.empty.text"),
        }}
        unlike={{ title: t("model.noMatch"), all: t("model.clearFilters") }}
      >
        {rows.length > 0 && (
          <table className={css.table}>
            <thead>
              <tr>
                <th>{t("common.name")}</th>
                <th>{t("model.aliases")}</th>
                <th className={css.hideSmall}>{t("common.framework")}</th>
                <th>{t("common.metrics")}</th>
                {!search.project && <th className={css.hideSmall}>{t("kind.project")}</th>}
                <th className={`${css.num} ${css.hideSmall}`}>{t("common.size")}</th>
                <th>{t("common.newest")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => {
                const numbers = Object.entries(
                  (row.latestVersion?.metrics ?? {}) as Record<string, Packed>,
                ).slice(0, 2);
                return (
                  <tr
                    key={row.id}
                    data-row
                    tabIndex={-1}
                    onKeyDown={(event) => {
                      if (event.target === event.currentTarget && event.key === "Enter")
                        void go({ to: "/models/$model", params: { model: row.id } });
                    }}
                  >
                    <td>
                      <Link
                        to="/models/$model"
                        params={{ model: row.id }}
                        className={`${css.fw600} ${css.ink}`}
                      >
                        {row.name}
                      </Link>{" "}
                      <span className={css.dim}>
                        {row.latestVersion ? `v${row.latestVersion.number}` : ""}
                      </span>
                    </td>
                    <td>
                      {row.aliases.map((alias) => `${alias.name} → v${alias.number}`).join(", ") || (
                        <span className={css.dim}>–</span>
                      )}
                    </td>
                    <td className={css.hideSmall}>
                      {row.latestVersion ? FRAMEWORKS[row.latestVersion.framework] : "–"}
                    </td>
                    <td className={css.mono}>
                      {numbers.map(([name, value]) => `${name} ${shown(value)}`).join(" · ") || "–"}
                    </td>
                    {!search.project && <td className={css.hideSmall}>{row.project.name}</td>}
                    <td className={`${css.num} ${css.hideSmall}`}>
                      {row.latestVersion ? bytes(Number(row.latestVersion.size)) : "–"}
                    </td>
                    <td>
                      <Ago at={row.latestVersion?.createdAt ?? row.createdAt} />
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        )}
      </Listing>
      {search.new && <UploadModel given={search.project} close={() => set({ new: undefined })} />}
    </>
  );
}

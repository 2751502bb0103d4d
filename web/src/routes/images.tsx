/** Images of the chosen project or of all mine: their newest versions; making new ones. */

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { nextPage } from "@/api/connection";
import { NewImage } from "@/features/images/form";
import { fieldsOf } from "@/features/images/source";
import { Starts } from "@/features/images/starts";
import { type ImageSourceFragment, ImagesDocument } from "@/gen/graphql";
import { bytes } from "@/lib/format";
import { useTitle } from "@/ui/crumbs";
import { Listing } from "@/ui/listing";
import { Ago, css } from "@/ui/page";
import { State } from "@/ui/state";

export function Images() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/images" });
  const go = useNavigate({ from: "/images" });
  useTitle([{ label: t("nav.images") }]);
  const set = (change: Partial<typeof search>) =>
    void go({ search: (now) => ({ ...now, ...change }), replace: true });
  const variables = { project: search.project ?? null, search: search.search ?? "" };
  const list = useInfiniteQuery({
    queryKey: ["images", variables],
    queryFn: ({ pageParam }) => ask(ImagesDocument, { ...variables, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => nextPage(page.images),
  });
  const [starts, setStarts] = useState(false);
  const [start, setStart] = useState<{ name: string; source: ImageSourceFragment } | null>(null);
  const rows = list.data?.pages.flatMap((page) => page.images.nodes) ?? [];
  return (
    <>
      <Listing
        title={t("nav.images")}
        add={{ label: t("image.create"), go: () => set({ new: "1" }) }}
        more={<Button onClick={() => setStarts(true)}>{t("imageTemplate.title")}</Button>}
        filters={search}
        set={set}
        query={list}
        none={{
          title: t("image.empty.title"),
          text: t("image.empty.text"),
        }}
        unlike={{ title: t("image.noMatch"), all: t("image.clearFilters") }}
      >
        {rows.length > 0 && (
          <table className={css.table}>
            <thead>
              <tr>
                <th>{t("common.name")}</th>
                <th>{t("image.newestVersion")}</th>
                {!search.project && <th className={css.hideSmall}>{t("kind.project")}</th>}
                <th className={css.hideSmall}>{t("image.location")}</th>
                <th className={css.num}>{t("common.size")}</th>
                <th>{t("image.built")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => {
                const newest = row.latestBuild;
                return (
                  <tr
                    key={row.id}
                    data-row
                    tabIndex={-1}
                    onKeyDown={(event) => {
                      if (event.target === event.currentTarget && event.key === "Enter")
                        void go({ to: "/images/$image", params: { image: row.id } });
                    }}
                  >
                    <td>
                      <Link
                        to="/images/$image"
                        params={{ image: row.id }}
                        className={`${css.fw600} ${css.ink}`}
                      >
                        {row.name}
                      </Link>{" "}
                      <span className={css.dim}>v{row.latestNumber}</span>
                    </td>
                    <td>{newest && <State state={newest.state} reason={newest.reason} />}</td>
                    {!search.project && <td className={css.hideSmall}>{row.project.name}</td>}
                    <td className={css.hideSmall}>{newest?.reference ?? t("image.stored")}</td>
                    <td className={css.num}>{newest?.size ? bytes(newest.size) : "–"}</td>
                    <td>{newest && <Ago at={newest.createdAt} />}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        )}
      </Listing>
      {search.new && (
        <NewImage
          given={{
            project: search.project,
            ...(start ? { fields: fieldsOf(start.source), begun: start.name } : {}),
          }}
          close={() => {
            setStart(null);
            set({ new: undefined });
          }}
        />
      )}
      {starts && (
        <Starts
          begin={(chosen) => {
            setStart(chosen);
            setStarts(false);
            set({ new: "1" });
          }}
          close={() => setStarts(false)}
        />
      )}
    </>
  );
}

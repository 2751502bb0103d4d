/** What was asked of a service, by whom and how it was answered, as it comes. */
import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { ask } from "@/api/client";
import { listen } from "@/api/socket";
import { ServiceAskedDocument, type ServiceOutcome, ServiceRequestsDocument } from "@/gen/graphql";
import { bytes, duration, number } from "@/lib/format";
import { Ago, css, Empty, Failure, Loading, Panel } from "@/ui/page";

export function Requests({ id }: { id: string }) {
  const { t } = useTranslation();
  const [outcome, setOutcome] = useState<ServiceOutcome | "">("");
  const [who, setWho] = useState("");
  const [caller] = useDebouncedValue(who, 250);
  const query = useInfiniteQuery({
    queryKey: ["service-requests", id, outcome, caller],
    queryFn: ({ pageParam }) =>
      ask(ServiceRequestsDocument, { id, outcome: outcome || null, caller, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.service?.requests.cursor ?? null,
    placeholderData: keepPreviousData,
  });
  useEffect(
    () =>
      listen(
        ServiceAskedDocument,
        { id },
        () => void cache.invalidateQueries({ queryKey: ["service-requests", id] }),
      ),
    [id],
  );
  const rows = query.data?.pages.flatMap((page) => page.service?.requests.nodes ?? []) ?? [];
  const tokens = rows.some((row) => row.tokens !== null);
  return (
    <>
      <div className={`${css.flow} ${css.gap14} ${css.middle}`}>
        <TextInput
          type="search"
          aria-label={t("Who asked")}
          placeholder={t("Who asked")}
          value={who}
          onChange={(event) => setWho(event.currentTarget.value)}
          w={200}
        />
        <SegmentedControl
          size="xs"
          aria-label={t("How it was answered")}
          value={outcome}
          onChange={(next) => setOutcome(next as typeof outcome)}
          data={[
            { value: "", label: t("All") },
            { value: "REJECTED", label: t("Rejected (400–499)") },
            { value: "FAILED", label: t("Failed (500 and above)") },
          ]}
        />
      </div>
      <Panel label={t("Requests")}>
        {query.error ? (
          <div className={css.p14}>
            <Failure error={query.error} retry={() => void query.refetch()} />
          </div>
        ) : query.isPending ? (
          <Loading rows={8} />
        ) : rows.length === 0 ? (
          outcome || caller ? (
            <Empty title={t("Nothing is like that")}>{t("Take a filter away to see more.")}</Empty>
          ) : (
            <Empty title={t("Nobody asked it anything yet")}>
              {t(
                "Each request is listed here within seconds: who asked, what, and how it was answered. What is in it is not kept.",
              )}
            </Empty>
          )
        ) : (
          <div className={css.scroll}>
            <table className={css.table}>
              <thead>
                <tr>
                  <th>{t("When")}</th>
                  <th className={css.num}>{t("Status")}</th>
                  <th>{t("Request")}</th>
                  <th>{t("Who")}</th>
                  <th className={css.num}>{t("Began after")}</th>
                  <th className={`${css.num} ${css.hideSmall}`}>{t("Size")}</th>
                  {tokens && <th className={css.num}>{t("Tokens")}</th>}
                  <th className={`${css.num} ${css.hideSmall}`}>{t("Revision")}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.id}>
                    <td>
                      <Ago at={row.at} />
                    </td>
                    <td
                      className={`${css.num} ${row.outcome === "SUCCEEDED" ? "" : css.fw600} ${row.outcome === "FAILED" ? css.bad : ""}`}
                    >
                      {row.status}
                    </td>
                    <td
                      className={`${css.mono} ${css.cut} ${css.maw340}`}
                      title={`${row.method} ${row.path}`}
                    >
                      {row.method} {row.path}
                    </td>
                    <td className={`${css.cut} ${css.maw200}`} title={row.caller}>
                      {row.caller}
                    </td>
                    <td className={css.num}>
                      {row.revision === null ? "–" : duration(row.milliseconds / 1000)}
                    </td>
                    <td className={`${css.num} ${css.hideSmall}`}>{bytes(row.size)}</td>
                    {tokens && <td className={css.num}>{row.tokens === null ? "–" : number(row.tokens)}</td>}
                    <td className={`${css.num} ${css.hideSmall}`}>{row.revision ?? "–"}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
      {query.hasNextPage && (
        <Button
          className={css.selfCenter}
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t("Show more")}
        </Button>
      )}
    </>
  );
}

/** What was asked of a service, by whom and how it was answered, as it comes. */

import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { ask } from "@/api/client";
import { nextPage } from "@/api/connection";
import { listen } from "@/api/socket";
import { type ServiceOutcome, ServiceRequestsChangedDocument, ServiceRequestsDocument } from "@/gen/graphql";
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
    getNextPageParam: (page) => nextPage(page.service?.requests),
    placeholderData: keepPreviousData,
  });
  useEffect(
    () =>
      listen(
        ServiceRequestsChangedDocument,
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
          aria-label={t("service.caller")}
          placeholder={t("service.caller")}
          value={who}
          onChange={(event) => setWho(event.currentTarget.value)}
          w={200}
        />
        <SegmentedControl
          size="xs"
          aria-label={t("service.outcome.label")}
          value={outcome}
          onChange={(next) => setOutcome(next as typeof outcome)}
          data={[
            { value: "", label: t("common.all") },
            { value: "REJECTED", label: t("service.outcome.rejected") },
            { value: "FAILED", label: t("service.outcome.failed") },
          ]}
        />
      </div>
      <Panel label={t("common.requests")}>
        {query.error ? (
          <div className={css.p14}>
            <Failure error={query.error} retry={() => void query.refetch()} />
          </div>
        ) : query.isPending ? (
          <Loading rows={8} />
        ) : rows.length === 0 ? (
          outcome || caller ? (
            <Empty title={t("service.noRequestsMatch")}>{t("common.fewerFilters")}</Empty>
          ) : (
            <Empty title={t("service.requestsEmpty.title")}>{t("service.requestsEmpty.text")}</Empty>
          )
        ) : (
          <div className={css.scroll}>
            <table className={css.table}>
              <thead>
                <tr>
                  <th>{t("common.time")}</th>
                  <th className={css.num}>{t("common.status")}</th>
                  <th>{t("service.request")}</th>
                  <th>{t("common.actor")}</th>
                  <th className={css.num}>{t("service.firstByte")}</th>
                  <th className={`${css.num} ${css.hideSmall}`}>{t("common.size")}</th>
                  {tokens && <th className={css.num}>{t("service.tokens")}</th>}
                  <th className={`${css.num} ${css.hideSmall}`}>{t("service.revision")}</th>
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
                    <td className={css.num}>{row.revision === null ? "–" : duration(row.latencySeconds)}</td>
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
          {t("common.showMore")}
        </Button>
      )}
    </>
  );
}

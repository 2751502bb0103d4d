/** Requests, failures and how long answers took, by revision. */
import { SegmentedControl } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { ServiceMetricsDocument } from "@/gen/graphql";
import { number } from "@/lib/format";
import { css, Failure, Loading, Panel } from "@/ui/page";
import { Plot, type Range } from "@/ui/plot";

/** [seconds, requests, failed, p50 ms, p99 ms, mirrored, different, rejected] */
type Point = [number, number, number, number | null, number | null, number, number, number];

export function Load({ id }: { id: string }) {
  const { t } = useTranslation();
  const [minutes, setMinutes] = useState("60");
  const query = useQuery({
    queryKey: ["service-metrics", id, minutes],
    queryFn: () => ask(ServiceMetricsDocument, { id, minutes: Number(minutes) }),
    refetchInterval: 5000,
    placeholderData: keepPreviousData,
  });
  const told = query.data?.service?.metrics;
  const points = new Map(told?.revisions.map((each) => [each.revision, each.points as Point[]]));
  const numbers = [...points.keys()].sort((a, b) => a - b);
  const at = [...new Set(numbers.flatMap((each) => points.get(each)!.map((row) => row[0])))].sort(
    (a, b) => a - b,
  );
  const column = (each: number, place: number, scale = 1) => {
    const by = new Map(points.get(each)!.map((row) => [row[0], row[place]]));
    return at.map((moment) => {
      const value = by.get(moment);
      return value == null ? null : (value as number) * scale;
    });
  };
  const failed = numbers.some((each) => points.get(each)!.some((row) => row[2] > 0));
  const rejected = numbers.some((each) => points.get(each)!.some((row) => row[7] > 0));
  const copied = numbers.filter((each) => points.get(each)!.some((row) => row[5] > 0));
  const now = query.dataUpdatedAt / 1000;
  const window: Range = [now - Number(minutes) * 60, now];
  const milliseconds = (value: number) => `${number(value)} ms`;
  return (
    <Panel
      title={t("common.requests")}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={t("service.period.label")}
          value={minutes}
          onChange={setMinutes}
          data={[
            { value: "10", label: t("service.period.10min") },
            { value: "60", label: t("service.period.1h") },
            { value: "1440", label: t("service.period.1d") },
            { value: "10080", label: t("service.period.7d") },
          ]}
        />
      }
    >
      {query.error ? (
        <div className={css.p14}>
          <Failure error={query.error} retry={() => void query.refetch()} />
        </div>
      ) : !told ? (
        <Loading rows={4} />
      ) : !at.length ? (
        <div className={`${css.dim} ${css.p14}`}>{t("service.noRequests")}</div>
      ) : (
        <div className={`${css.p14} ${css.gap14} ${css.columns320}`}>
          <Plot
            time
            window={window}
            title={t("service.requestRate")}
            x={at}
            series={numbers.map((each) => ({
              label: t("service.revisionN", { n: each }),
              values: column(each, 1, 1 / told.intervalSeconds),
            }))}
            format={number}
            height={150}
          />
          <Plot
            time
            window={window}
            title={t("service.latency")}
            x={at}
            series={numbers.flatMap((each) => [
              { label: `r${each} p50`, values: column(each, 3) },
              { label: `r${each} p99`, values: column(each, 4) },
            ])}
            format={milliseconds}
            height={150}
          />
          {failed && (
            <Plot
              time
              window={window}
              title={t("service.errorRate")}
              x={at}
              series={numbers.map((each) => ({
                label: t("service.revisionN", { n: each }),
                values: column(each, 2, 1 / told.intervalSeconds),
              }))}
              format={number}
              height={150}
            />
          )}
          {rejected && (
            <Plot
              time
              window={window}
              title={t("service.rejectedRate")}
              x={at}
              series={numbers.map((each) => ({
                label: t("service.revisionN", { n: each }),
                values: column(each, 7, 1 / told.intervalSeconds),
              }))}
              format={number}
              height={150}
            />
          )}
          {copied.length > 0 && (
            <Plot
              time
              window={window}
              title={t("service.mirrorRate")}
              x={at}
              series={copied.flatMap((each) => [
                {
                  label: t("service.mirroredN", { n: each }),
                  values: column(each, 5, 1 / told.intervalSeconds),
                },
                {
                  label: t("service.differentN", { n: each }),
                  values: column(each, 6, 1 / told.intervalSeconds),
                },
              ])}
              format={number}
              height={150}
            />
          )}
        </div>
      )}
    </Panel>
  );
}

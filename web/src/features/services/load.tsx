/** Requests, failures and how long answers took, by revision. */
import { SegmentedControl } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { ServiceLoadDocument } from "@/gen/graphql";
import { number } from "@/lib/format";
import { css, Failure, Loading, Panel } from "@/ui/page";
import { Plot, type Range } from "@/ui/plot";

interface Told {
  width: number;
  /** [seconds, requests, failed, p50 ms, p99 ms, mirrored, different, rejected] */
  revisions: Record<string, [number, number, number, number | null, number | null, number, number, number][]>;
}

export function Load({ id }: { id: string }) {
  const { t } = useTranslation();
  const [minutes, setMinutes] = useState("60");
  const query = useQuery({
    queryKey: ["service-load", id, minutes],
    queryFn: () => ask(ServiceLoadDocument, { id, minutes: Number(minutes) }),
    refetchInterval: 5000,
    placeholderData: keepPreviousData,
  });
  const told = query.data?.service?.load as Told | undefined;
  const numbers = Object.keys(told?.revisions ?? {})
    .map(Number)
    .sort((a, b) => a - b);
  const at = [...new Set(numbers.flatMap((each) => told!.revisions[each]!.map((row) => row[0])))].sort(
    (a, b) => a - b,
  );
  const column = (each: number, place: number, scale = 1) => {
    const by = new Map(told!.revisions[each]!.map((row) => [row[0], row[place]]));
    return at.map((moment) => {
      const value = by.get(moment);
      return value == null ? null : (value as number) * scale;
    });
  };
  const failed = numbers.some((each) => told!.revisions[each]!.some((row) => row[2] > 0));
  const rejected = numbers.some((each) => told!.revisions[each]!.some((row) => row[7] > 0));
  const copied = numbers.filter((each) => told!.revisions[each]!.some((row) => row[5] > 0));
  const now = query.dataUpdatedAt / 1000;
  const window: Range = [now - Number(minutes) * 60, now];
  const milliseconds = (value: number) => `${number(value)} ms`;
  return (
    <Panel
      title={t("Requests")}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={t("How far back")}
          value={minutes}
          onChange={setMinutes}
          data={[
            { value: "10", label: t("10 min") },
            { value: "60", label: t("1 h") },
            { value: "1440", label: t("1 day") },
            { value: "10080", label: t("7 days") },
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
        <div className={`${css.dim} ${css.p14}`}>{t("Nobody asked it anything in this time.")}</div>
      ) : (
        <div className={`${css.p14} ${css.gap14} ${css.columns320}`}>
          <Plot
            time
            window={window}
            title={t("Requests a second")}
            x={at}
            series={numbers.map((each) => ({
              label: t("revision {{n}}", { n: each }),
              values: column(each, 1, 1 / told.width),
            }))}
            format={number}
            height={150}
          />
          <Plot
            time
            window={window}
            title={t("Half of the answers, and 99 of 100, begin within")}
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
              title={t("Failed requests per second (500 and above)")}
              x={at}
              series={numbers.map((each) => ({
                label: t("revision {{n}}", { n: each }),
                values: column(each, 2, 1 / told.width),
              }))}
              format={number}
              height={150}
            />
          )}
          {rejected && (
            <Plot
              time
              window={window}
              title={t("Rejected requests per second (400–499)")}
              x={at}
              series={numbers.map((each) => ({
                label: t("revision {{n}}", { n: each }),
                values: column(each, 7, 1 / told.width),
              }))}
              format={number}
              height={150}
            />
          )}
          {copied.length > 0 && (
            <Plot
              time
              window={window}
              title={t("Copies, and how many were answered differently, a second")}
              x={at}
              series={copied.flatMap((each) => [
                { label: t("copies for {{n}}", { n: each }), values: column(each, 5, 1 / told.width) },
                { label: t("different from {{n}}", { n: each }), values: column(each, 6, 1 / told.width) },
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

/** What a pod used over time, beside what it asked for. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { listen } from "@/api/socket";
import { type PodRowFragment, PodUsageDocument, PodUsedDocument } from "@/gen/graphql";
import { bytes, number } from "@/lib/format";
import { css, Failure, Loading } from "@/ui/page";
import { Plot } from "@/ui/plot";
import { final } from "@/ui/state";

/** Milliseconds since 1970, cores, bytes; where cards are measured: cards at work, bytes in use on them. */
type Point = [at: number, cpu: number, memory: number, gpu?: number, gpuMemory?: number];

export function Resources({ pod }: { pod: PodRowFragment }) {
  const { t } = useTranslation();
  const moving = !final(pod.state);
  const query = useQuery({
    queryKey: ["usage", pod.id, moving],
    queryFn: () => ask(PodUsageDocument, { id: pod.id }),
    placeholderData: (old) => old,
    staleTime: 0,
  });
  const [more, setMore] = useState<Point[]>([]);
  useEffect(() => {
    setMore([]);
    if (!moving) return;
    return listen(PodUsedDocument, { id: pod.id }, ({ podUsed }) =>
      setMore((old) => [...old, ...(podUsed as Point[])]),
    );
  }, [pod.id, moving]);
  if (query.error)
    return (
      <div className={css.p14}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  if (!query.data?.pod) return <Loading rows={4} />;
  const kept = query.data.pod.usage as Point[];
  const points = [...kept, ...more.filter(([at]) => at > (kept.at(-1)?.[0] ?? 0))];
  const cards = points.some((point) => point.length > 3);
  const x = points.map(([ms]) => ms / 1000);
  const facts: [string, string][] = [
    [
      t("run.peakMemory"),
      `${points.length || pod.peakMemory != null ? bytes(pod.peakMemory ?? Math.max(...points.map((point) => point[2]))) : "–"} ${t("run.ofRequested", { all: bytes(pod.memory) })}`,
    ],
    [
      t("run.peakCores"),
      `${points.length || pod.peakCpu != null ? number(pod.peakCpu ?? Math.max(...points.map((point) => point[1]))) : "–"} ${t("run.ofRequested", { all: pod.cpu })}`,
    ],
    [t("run.cpuTime"), pod.cpuSeconds == null ? "–" : `${number(pod.cpuSeconds)} s`],
    [t("common.gpus"), pod.gpus.length ? pod.gpus.join(", ") : t("common.none")],
    [t("common.machine"), pod.machine ?? "–"],
    [t("run.runsAs"), pod.runtime === "process" ? t("run.process") : t("run.container")],
  ];
  return (
    <div className={`${css.stack} ${css.p14} ${css.gap16}`}>
      {points.length > 1 ? (
        <>
          <Plot
            title={t("common.memory")}
            time
            x={x}
            series={[{ label: t("run.used"), values: points.map((point) => point[2]) }]}
            format={bytes}
            binary
            limit={{ value: pod.memory, label: t("run.requested") }}
            height={160}
          />
          <Plot
            title={t("common.cpuCores")}
            time
            x={x}
            series={[{ label: t("run.used"), values: points.map((point) => point[1]), colour: "var(--run)" }]}
            format={number}
            limit={{ value: pod.cpu, label: t("run.requested") }}
            height={160}
          />
          {cards && (
            <>
              <Plot
                title={t("run.gpuUtilization")}
                time
                x={x}
                series={[
                  {
                    label: t("run.used"),
                    values: points.map((point) => point[3] ?? null),
                    colour: "var(--ok)",
                  },
                ]}
                format={number}
                limit={{ value: pod.gpus.length, label: t("run.requested") }}
                height={160}
              />
              <Plot
                title={t("run.gpuMemory")}
                time
                x={x}
                series={[{ label: t("run.used"), values: points.map((point) => point[4] ?? null) }]}
                format={bytes}
                binary
                height={160}
              />
            </>
          )}
        </>
      ) : (
        <span className={css.dim}>{moving ? t("run.noSamples") : t("run.oneSample")}</span>
      )}
      <table className={css.table}>
        <tbody>
          {facts.map(([name, value]) => (
            <tr key={name}>
              <td className={`${css.dim} ${css.w150}`}>{name}</td>
              <td className={css.normal}>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

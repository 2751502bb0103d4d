/** Where work runs, and how much is free there. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { ask } from "@/api/client";
import { Components } from "@/features/clusters/components";
import { useHealth } from "@/features/clusters/health";
import { Nodes } from "@/features/clusters/nodes";
import { ClustersDocument } from "@/gen/graphql";
import { bytes, number } from "@/lib/format";
import { localised } from "@/lib/i18n";
import { useTitle } from "@/ui/crumbs";
import { Ago, css, Empty, Failure, Head, Loading, Notice, Panel } from "@/ui/page";
import { State } from "@/ui/state";

function Meter({
  label,
  used,
  all,
  say,
}: {
  label: string;
  used: number;
  all: number;
  say: (value: number) => string;
}) {
  const { t } = useTranslation();
  return (
    <div className={css.basis180}>
      <div className={`${css.line} ${css.spread}`}>
        <span>{label}</span>
        <span className={css.dim}>{t("cluster.requested", { used: say(used), all: say(all) })}</span>
      </div>
      <div
        className={css.meter}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={all}
        aria-valuenow={used}
      >
        <i style={{ width: `${all ? Math.min(100, (100 * used) / all) : 0}%` }} />
      </div>
    </div>
  );
}

export function Clusters() {
  const { t } = useTranslation();
  useTitle([{ label: t("nav.clusters") }]);
  const query = useQuery({ queryKey: ["clusters"], queryFn: () => ask(ClustersDocument), staleTime: 0 });
  const health = useHealth();
  useEffect(() => {
    if (health) void cache.invalidateQueries({ queryKey: ["clusters"] });
  }, [health]);
  return (
    <>
      <Head
        title={t("nav.clusters")}
        actions={query.data?.links.map((link) => (
          <Button key={link.name} component="a" href={link.url} target="_blank" rel="noreferrer">
            {link.name}
          </Button>
        ))}
      />
      <div className={css.body}>
        {query.error ? (
          <Failure error={query.error} retry={() => void query.refetch()} />
        ) : query.isPending ? (
          <Loading rows={4} />
        ) : query.data.clusters.length === 0 ? (
          <Empty title={t("cluster.none")} />
        ) : (
          query.data.clusters.map((cluster) => (
            <Panel
              key={cluster.name}
              title={cluster.name}
              aside={
                <State
                  state={cluster.reachable ? "SUCCEEDED" : "UNKNOWN"}
                  as={cluster.reachable ? t("cluster.ready") : t("cluster.notResponding")}
                />
              }
            >
              <div className={`${css.stack} ${css.p14} ${css.gap12}`}>
                <span className={css.dim}>
                  {cluster.kind === "local"
                    ? t("cluster.localProcesses")
                    : t("cluster.kubernetesVersion", { version: cluster.version ?? "" })}
                  {cluster.kind !== "local" && (
                    <>
                      {" "}
                      · {cluster.reachable ? t("cluster.respondingSince") : t("cluster.notRespondingSince")}{" "}
                      <Ago at={cluster.since} />
                    </>
                  )}
                  {cluster.kind !== "local" && cluster.reachable && cluster.latency !== null && (
                    <> · {t("cluster.latency", { ms: Math.round(cluster.latency * 1000) })}</>
                  )}
                </span>
                {cluster.problem && <Notice tone="waitful">{localised(cluster.problem)}</Notice>}
                {cluster.capacity && (
                  <div className={`${css.flow} ${css.gap24}`}>
                    <Meter
                      label={t("common.cpuCores")}
                      used={cluster.capacity.cpu - cluster.capacity.freeCpu}
                      all={cluster.capacity.cpu}
                      say={(value) => number(Math.round(value * 100) / 100)}
                    />
                    <Meter
                      label={t("common.memory")}
                      used={cluster.capacity.memory - cluster.capacity.freeMemory}
                      all={cluster.capacity.memory}
                      say={bytes}
                    />
                    <Meter
                      label={t("common.gpu")}
                      used={cluster.capacity.gpu - cluster.capacity.freeGpu}
                      all={cluster.capacity.gpu}
                      say={(value) => String(value)}
                    />
                  </div>
                )}
                {cluster.capacity?.gpuNote && (
                  <span className={css.dim}>{localised(cluster.capacity.gpuNote)}</span>
                )}
                {cluster.capacity?.notes.map((note) => (
                  <span key={note} className={css.dim}>
                    {localised(note)}
                  </span>
                ))}
                {cluster.nodes.length > 0 && cluster.kind !== "local" && <Nodes nodes={cluster.nodes} />}
                <Components name={cluster.name} />
              </div>
            </Panel>
          ))
        )}
      </div>
    </>
  );
}

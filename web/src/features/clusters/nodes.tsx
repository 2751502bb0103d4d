/** The machines of a cluster: how much of each is asked for, and what is wrong with it. */
import { useTranslation } from "react-i18next";
import type { ClustersQuery } from "@/gen/graphql";
import { bytes, number } from "@/lib/format";
import { css } from "@/ui/page";
import { State } from "@/ui/state";

type Node = ClustersQuery["clusters"][number]["nodes"][number];

function Used({
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
  if (!all) return <span className={css.dim}>–</span>;
  return (
    <div className={css.miw110}>
      <span>{t("cluster.usage", { used: say(used), all: say(all) })}</span>
      <div
        className={css.meter}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={all}
        aria-valuenow={Math.min(used, all)}
      >
        <i style={{ width: `${Math.min(100, (100 * used) / all)}%` }} />
      </div>
    </div>
  );
}

export function Nodes({ nodes }: { nodes: Node[] }) {
  const { t } = useTranslation();
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={t("cluster.nodes")}>
      <table className={css.table}>
        <thead>
          <tr>
            <th>{t("cluster.node")}</th>
            <th>{t("common.state")}</th>
            <th>{t("common.cpu")}</th>
            <th>{t("common.memory")}</th>
            <th>{t("common.gpu")}</th>
            <th>{t("cluster.reservedFor")}</th>
            <th>{t("common.version")}</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => (
            <tr key={node.name}>
              <td
                className={css.fw550}
                title={Object.entries(node.labels as object)
                  .map(([key, value]) => `${key}=${value}`)
                  .join("\n")}
              >
                {node.name}
              </td>
              <td title={node.problems.join("\n")}>
                <State
                  state={node.ready && !node.cordoned ? "SUCCEEDED" : node.ready ? "SKIPPED" : "FAILED"}
                  as={
                    !node.ready
                      ? (node.problems[0] ?? t("cluster.notReady"))
                      : node.cordoned
                        ? t("cluster.cordoned")
                        : (node.problems[0] ?? t("cluster.ready"))
                  }
                />
              </td>
              <td>
                <Used
                  label={t("common.cpu")}
                  used={node.usedCpu}
                  all={node.cpu}
                  say={(value) => number(Math.round(value * 100) / 100)}
                />
              </td>
              <td>
                <Used label={t("common.memory")} used={node.usedMemory} all={node.memory} say={bytes} />
              </td>
              <td>
                <Used label={t("common.gpu")} used={node.usedGpu} all={node.gpu} say={String} />
              </td>
              <td title={node.taints.join("\n")}>
                {node.taints.join(", ") || <span className={css.dim}>–</span>}
              </td>
              <td className={css.dim}>{node.version ?? "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

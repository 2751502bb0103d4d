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
      <span>{t("{{used}} of {{all}}", { used: say(used), all: say(all) })}</span>
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
    <div className={css.scroll} tabIndex={0} role="region" aria-label={t("Nodes")}>
      <table className={css.table}>
        <thead>
          <tr>
            <th>{t("Node")}</th>
            <th>{t("State")}</th>
            <th>{t("CPU")}</th>
            <th>{t("Memory")}</th>
            <th>{t("GPU")}</th>
            <th>{t("Kept free for")}</th>
            <th>{t("Version")}</th>
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
                      ? (node.problems[0] ?? t("Not ready"))
                      : node.cordoned
                        ? t("Closed for new work")
                        : (node.problems[0] ?? t("Ready"))
                  }
                />
              </td>
              <td>
                <Used
                  label={t("CPU")}
                  used={node.usedCpu}
                  all={node.cpu}
                  say={(value) => number(Math.round(value * 100) / 100)}
                />
              </td>
              <td>
                <Used label={t("Memory")} used={node.usedMemory} all={node.memory} say={bytes} />
              </td>
              <td>
                <Used label={t("GPU")} used={node.usedGpu} all={node.gpu} say={String} />
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

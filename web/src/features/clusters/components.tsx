/** What stands beside the platform on a cluster; asked for when it is opened, because the cluster is asked too. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { ComponentsDocument } from "@/gen/graphql";
import { css, Failure, Loading, Notice } from "@/ui/page";
import { State } from "@/ui/state";

export function Components({ name }: { name: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const query = useQuery({ queryKey: ["components"], queryFn: () => ask(ComponentsDocument), enabled: open });
  const rows = query.data?.clusters.find((each) => each.name === name)?.components;
  const words = {
    ready: t("cluster.ready"),
    "not ready": t("cluster.notReady"),
    absent: t("cluster.notInstalled"),
  } as Record<string, string>;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={`${css.pointer} ${css.fw600}`}>{t("cluster.components")}</summary>
      {!open ? null : query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <Loading rows={5} />
      ) : !rows ? (
        <Notice tone="waitful">{t("cluster.componentsUnknown")}</Notice>
      ) : (
        <div
          className={`${css.scroll} ${css.mt6}`}
          tabIndex={0}
          role="region"
          aria-label={t("cluster.components")}
        >
          <table className={css.table}>
            <thead>
              <tr>
                <th>{t("cluster.component")}</th>
                <th>{t("common.state")}</th>
                <th>{t("common.version")}</th>
                <th>{t("cluster.neededFor")}</th>
                <th>{t("cluster.location")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.group + row.name}>
                  <td>
                    <span className={css.dim}>{row.group}/</span>
                    <b>{row.name}</b>
                  </td>
                  <td>
                    <State
                      state={
                        row.state === "ready" ? "SUCCEEDED" : row.state === "absent" ? "SKIPPED" : "FAILED"
                      }
                      as={words[row.state]}
                    />
                  </td>
                  <td>{row.version ?? "–"}</td>
                  <td title={row.needed}>{row.needed}</td>
                  <td title={`${row.explanation}\n${row.install}`} className={css.dim}>
                    {row.state === "ready"
                      ? row.explanation
                      : row.state === "absent"
                        ? row.install
                        : row.explanation}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

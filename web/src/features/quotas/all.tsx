/** All limits that were set, for administrators. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { QuotasDocument, type QuotasQuery } from "@/gen/graphql";
import { css, Failure, Loading, Panel } from "@/ui/page";
import { EditQuota, type Target } from "./edit";
import { useAmounts } from "./panel";

type Row = QuotasQuery["quotas"][number];

export function AllQuotas({ may }: { may: boolean }) {
  const { t } = useTranslation();
  const { list } = useAmounts();
  const query = useQuery({ queryKey: ["quota", "all"], queryFn: () => ask(QuotasDocument) });
  const [edited, setEdited] = useState<Row | "new" | null>(null);
  const whose = (row: Row) =>
    row.user ?? row.project ?? (row.scope === "USER" ? t("quota.everyUser") : t("quota.everyProject"));
  const target = (row: Row): Target =>
    row.user ? { user: row.user } : row.project ? { project: row.project } : { defaultFor: row.scope };
  return (
    <Panel
      title={t("quota.title")}
      aside={
        may ? (
          <Button size="compact-sm" onClick={() => setEdited("new")}>
            {t("quota.set")}
          </Button>
        ) : undefined
      }
    >
      {query.error ? (
        <div className={css.p14}>
          <Failure error={query.error} retry={() => void query.refetch()} />
        </div>
      ) : query.isPending ? (
        <Loading rows={2} />
      ) : query.data.quotas.length === 0 ? (
        <div className={`${css.dim} ${css.p14}`}>{t("quota.none")}</div>
      ) : (
        query.data.quotas.map((row) => (
          <div key={`${row.scope} ${row.user ?? row.project ?? ""}`} className={`${css.row} ${css.wraps}`}>
            <div className={`${css.basis220} ${css.miw0}`}>
              <b>{whose(row)}</b>{" "}
              <span className={css.dim}>{row.scope === "USER" ? t("quota.allProjects") : ""}</span>
              <div className={css.dim}>
                {list(row.limits) || t("common.nothing")}
                {row.queue ? "" : ` · ${t("quota.refuses")}`}
              </div>
            </div>
            {may && (
              <Button
                size="compact-sm"
                onClick={() => setEdited(row)}
                aria-label={t("common.editName", { name: whose(row) })}
              >
                {t("common.edit")}
              </Button>
            )}
          </div>
        ))
      )}
      {edited && (
        <EditQuota
          target={edited === "new" ? null : target(edited)}
          limits={edited === "new" ? null : edited.limits}
          queue={edited === "new" || edited.queue}
          close={() => setEdited(null)}
        />
      )}
    </Panel>
  );
}

/** Who did what, when and from where; for administrators. And whether the ledger is as it was written. */

import { Button, Select, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { nextPage } from "@/api/connection";
import { AuditCheckDocument, type AuditCheckQuery, AuditDocument, type AuditOutcome } from "@/gen/graphql";
import { brief } from "@/lib/format";
import { localised } from "@/lib/i18n";
import { useAttempt } from "@/ui/attempt";
import { useTitle } from "@/ui/crumbs";
import { Ago, barred, css, Empty, Failure, Head, Loading, Notice, Panel, Wall } from "@/ui/page";
import { State } from "@/ui/state";

interface ChangedRow {
  of: string;
  id?: string;
  many?: boolean;
  was?: Record<string, unknown>;
  is?: Record<string, unknown> | null;
}

/** What was asked, without what it changed. */
const asked = (detail: unknown) =>
  Object.fromEntries(Object.entries(detail as object).filter(([name]) => name !== "changed"));

function Changed({ rows }: { rows: ChangedRow[] }) {
  const { t } = useTranslation();
  return rows.map((row, at) => (
    <div key={at} className={css.mt10}>
      <b className={css.mono}>{row.of}</b>{" "}
      {row.many ? (
        <span className={css.dim}>{t("audit.bulk")}</span>
      ) : row.is === null ? (
        <span className={css.dim}>{t("audit.deletedTarget")}</span>
      ) : null}
      {!row.many && (
        <div className={css.scroll}>
          <table className={css.table}>
            <thead>
              <tr>
                <th>{t("audit.field")}</th>
                <th>{t("common.before")}</th>
                {row.is !== null && <th>{t("common.after")}</th>}
              </tr>
            </thead>
            <tbody>
              {Object.entries(row.was ?? {}).map(([name, value]) => (
                <tr key={name}>
                  <td className={css.mono}>{name}</td>
                  <td className={`${css.mono} ${css.normal} ${css.breaks}`}>{brief(value)}</td>
                  {row.is !== null && (
                    <td className={`${css.mono} ${css.normal} ${css.breaks}`}>{brief(row.is?.[name])}</td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  ));
}

export function Audit() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/audit" });
  const go = useNavigate({ from: "/audit" });
  useTitle([{ label: t("nav.audit") }]);
  const set = (change: Partial<typeof search>) =>
    void go({ search: (now) => ({ ...now, ...change }), replace: true });
  const variables = {
    actor: search.actor ?? "",
    operation: search.operation ?? "",
    outcome: (search.outcome as AuditOutcome | undefined) ?? null,
  };
  const list = useInfiniteQuery({
    queryKey: ["audit", variables],
    queryFn: ({ pageParam }) => ask(AuditDocument, { ...variables, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => nextPage(page.audit),
  });
  const rows = list.data?.pages.flatMap((page) => page.audit.nodes) ?? [];
  const [open, setOpen] = useState<string | null>(null);
  const [check, setCheck] = useState<AuditCheckQuery["auditCheck"] | null>(null);
  const { busy, error, run } = useAttempt();
  const verify = () => run(async () => setCheck((await ask(AuditCheckDocument)).auditCheck));
  if (barred(list.error)) return <Wall error={list.error} />;
  return (
    <>
      <Head
        title={t("nav.audit")}
        actions={
          <Button loading={busy} onClick={() => void verify()}>
            {t("audit.verify")}
          </Button>
        }
      >
        <div className={`${css.flow} ${css.gap8} ${css.mt12}`}>
          <TextInput
            type="search"
            aria-label={t("common.actor")}
            placeholder={t("common.actor")}
            defaultValue={search.actor}
            onChange={(event) => set({ actor: event.currentTarget.value || undefined })}
            w={160}
          />
          <TextInput
            type="search"
            aria-label={t("audit.operation")}
            placeholder={t("audit.filterAction")}
            defaultValue={search.operation}
            onChange={(event) => set({ operation: event.currentTarget.value || undefined })}
            w={220}
          />
          <Select
            aria-label={t("audit.outcome")}
            placeholder={t("audit.outcome")}
            data={[
              { value: "DONE", label: t("common.done") },
              { value: "REFUSED", label: t("audit.refused") },
            ]}
            value={search.outcome ?? null}
            onChange={(next) => set({ outcome: next ?? undefined })}
            clearable
            w={150}
          />
        </div>
      </Head>
      <div className={css.body}>
        {Boolean(error) && <Failure error={error} />}
        {check &&
          (check.problem ? (
            <Notice tone="bad">
              <b>{t("audit.corrupt")}</b>
              <div>{localised(check.problem)}</div>
            </Notice>
          ) : (
            <Notice>{t("audit.verified", { count: check.entries })}</Notice>
          ))}
        <Panel label={t("nav.audit")}>
          {list.error ? (
            <div className={css.p14}>
              <Failure error={list.error} retry={() => void list.refetch()} />
            </div>
          ) : list.isPending ? (
            <Loading rows={10} />
          ) : rows.length === 0 ? (
            <Empty
              title={t("audit.noMatch")}
              action={<Button onClick={() => void go({ search: {} })}>{t("audit.clearFilters")}</Button>}
            >
              {t("common.fewerFilters")}
            </Empty>
          ) : (
            <div className={css.scroll}>
              <table className={css.table}>
                <thead>
                  <tr>
                    <th className={`${css.num} ${css.hideSmall}`}>#</th>
                    <th>{t("common.time")}</th>
                    <th>{t("common.actor")}</th>
                    <th>{t("audit.operation")}</th>
                    <th>{t("audit.outcome")}</th>
                    <th className={css.hideSmall}>{t("audit.credential")}</th>
                    <th className={css.hideSmall}>{t("audit.from")}</th>
                    <th>
                      <span className={css.sr}>{t("common.actions")}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <Fragment key={row.id}>
                      <tr>
                        <td className={`${css.num} ${css.hideSmall}`}>{row.number}</td>
                        <td>
                          <Ago at={row.at} />
                        </td>
                        <td className={css.fw600}>{row.actor}</td>
                        <td className={css.mono}>{row.operation}</td>
                        <td>
                          {row.outcome === "done" ? (
                            <State state="SUCCEEDED" as={t("common.done")} />
                          ) : (
                            <State state="FAILED" as={t("audit.refused")} />
                          )}
                        </td>
                        <td className={css.hideSmall}>{row.by}</td>
                        <td className={`${css.mono} ${css.hideSmall}`}>{row.address ?? "–"}</td>
                        <td className={css.right}>
                          <Button
                            size="compact-sm"
                            aria-expanded={open === row.id}
                            aria-label={t("audit.entry", { n: row.number })}
                            onClick={() => setOpen(open === row.id ? null : row.id)}
                          >
                            {open === row.id ? "▾" : "▸"}
                          </Button>
                        </td>
                      </tr>
                      {open === row.id && (
                        <tr>
                          <td colSpan={8} className={css.normal}>
                            <pre tabIndex={0} className={`${css.code} ${css.flush} ${css.mah300}`}>
                              {JSON.stringify(
                                { target: row.target, outcome: row.outcome, ...asked(row.detail) },
                                null,
                                2,
                              )}
                            </pre>
                            <Changed rows={(row.detail as { changed?: ChangedRow[] }).changed ?? []} />
                          </td>
                        </tr>
                      )}
                    </Fragment>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Panel>
        {list.hasNextPage && (
          <Button
            className={css.selfCenter}
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {t("common.showMore")}
          </Button>
        )}
      </div>
    </>
  );
}

/** How long runs are kept: of a project, or of all that have no policy of their own (`project` null). */
import { Button, NumberInput, Switch } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask } from "@/api/client";
import {
  PreviewRetentionDocument,
  RetentionDocument,
  type RetentionQuery,
  type RetentionRuleWholeFragment,
  UpdateRetentionDocument,
} from "@/gen/graphql";
import { bytes } from "@/lib/format";
import { useAttempt } from "@/ui/attempt";
import { Ago, css, Failure, Loading, Notice, Panel } from "@/ui/page";
import { say } from "@/ui/toast";

type Policy = RetentionQuery["retentionPolicy"];

export function Retention({ project }: { project: string | null }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["retention", project],
    queryFn: () => ask(RetentionDocument, { project }),
  });
  const policy = query.data?.retentionPolicy;
  return (
    <Panel title={project === null ? t("retention.default") : t("retention.title")}>
      <div className={`${css.stack} ${css.p14} ${css.gap12}`}>
        <span className={css.dim}>{t("retention.hint")}</span>
        {query.error ? (
          <Failure error={query.error} retry={() => void query.refetch()} />
        ) : policy ? (
          <Form key={JSON.stringify([policy.inherited, policy.rule])} project={project} policy={policy} />
        ) : (
          <Loading rows={2} />
        )}
        {policy?.lastResult && <Result result={policy.lastResult} />}
      </div>
    </Panel>
  );
}

function Form({ project, policy }: { project: string | null; policy: Policy }) {
  const { t } = useTranslation();
  const [inherited, setInherited] = useState(policy.inherited);
  const [own, setOwn] = useState<RetentionRuleWholeFragment>(policy.rule);
  const { busy, error, run } = useAttempt();
  const rule = inherited ? policy.default : own;
  const may = policy.viewerCanUpdate;
  const same = inherited === policy.inherited && JSON.stringify(rule) === JSON.stringify(policy.rule);
  const save = () =>
    run(async () => {
      await act(UpdateRetentionDocument, { input: { project, rule: inherited ? null : own } });
      void cache.invalidateQueries({ queryKey: ["retention"] });
      say(t("common.saved"));
    });
  const field = (label: string, name: "keepDays" | "keepLast") => (
    <NumberInput
      label={label}
      placeholder={t("retention.noLimit")}
      min={1}
      allowDecimal={false}
      value={rule[name] ?? ""}
      onChange={(next) => setOwn({ ...own, [name]: next === "" ? null : Number(next) })}
      disabled={!may || inherited}
      flex="1 1 200px"
    />
  );
  return (
    <>
      {project !== null && (
        <Switch
          label={t("retention.inherit")}
          checked={inherited}
          onChange={(event) => setInherited(event.currentTarget.checked)}
          disabled={!may}
        />
      )}
      <div className={`${css.flow} ${css.gap12} ${css.bottom}`}>
        {field(t("retention.keepDays"), "keepDays")}
        {field(t("retention.keepLast"), "keepLast")}
      </div>
      {project !== null && <Preview project={project} rule={rule} />}
      {Boolean(error) && <Failure error={error} />}
      {may ? (
        <Button className={css.selfStart} disabled={same} loading={busy} onClick={() => void save()}>
          {t("common.save")}
        </Button>
      ) : (
        <span className={css.dim}>{t("common.ownersOnly")}</span>
      )}
    </>
  );
}

/** What a rule would delete now. */
function Preview({ project, rule }: { project: string; rule: RetentionRuleWholeFragment }) {
  const { t } = useTranslation();
  const [settled] = useDebouncedValue(rule, 300);
  const { keepDays, keepLast } = settled;
  const limited = keepDays !== null || keepLast !== null;
  const query = useQuery({
    queryKey: ["retention", project, keepDays, keepLast],
    queryFn: () => ask(PreviewRetentionDocument, { input: { project, rule: { keepDays, keepLast } } }),
    placeholderData: keepPreviousData,
    enabled: limited,
    retry: false,
  });
  if (!limited) return <Notice tone="calm">{t("retention.everything")}</Notice>;
  if (query.error) return <Failure error={query.error} />;
  const found = query.data?.previewRetention;
  if (!found) return <Loading rows={1} />;
  return (
    <Notice tone={found.runs ? "waitful" : "calm"}>
      {found.runs
        ? t("retention.preview", { count: found.runs, size: bytes(found.bytes) })
        : t("retention.nothing")}
    </Notice>
  );
}

function Result({ result }: { result: NonNullable<Policy["lastResult"]> }) {
  const { t } = useTranslation();
  return (
    <span className={css.dim}>
      {t("retention.last")} <Ago at={result.at} />:{" "}
      {t("retention.result", { count: result.runs, size: bytes(result.freedBytes) })}
      {result.failures > 0 && ` ${t("retention.failures", { count: result.failures })}`}
    </span>
  );
}

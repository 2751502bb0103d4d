/** The dialog that starts a run: parameters, what is taken from before and why, whether it fits now. */

import { Button, Checkbox, Modal, NumberInput, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { act, ask, Refused } from "@/api/client";
import {
  PlanRunDocument,
  PreflightRunDocument,
  type PreflightRunQuery,
  StartFormDocument,
  type StartFormQuery,
  StartRunDocument,
} from "@/gen/graphql";
import { duration } from "@/lib/format";
import { localised } from "@/lib/i18n";
import { useAttempt } from "@/ui/attempt";
import { type Argument, Field } from "@/ui/field";
import { css, Failure, Loading, Notice } from "@/ui/page";
import { StateIcon } from "@/ui/state";

export function Start({
  pipeline,
  close,
  params,
  number,
}: {
  pipeline: string;
  close: () => void;
  params?: Record<string, unknown>;
  number?: number;
}) {
  const { t } = useTranslation();
  const form = useQuery({
    queryKey: ["start", pipeline],
    queryFn: () => ask(StartFormDocument, { pipeline }),
    staleTime: 0,
  });
  return (
    <Modal
      opened
      onClose={close}
      size={640}
      title={form.data?.pipeline ? t("run.start", { name: form.data.pipeline.name }) : t("kind.run")}
    >
      {form.error ? (
        <Failure error={form.error} retry={() => void form.refetch()} />
      ) : form.data?.pipeline?.version ? (
        <Form data={form.data} close={close} given={params} number={number} />
      ) : form.data ? (
        <Notice tone="waitful">{t("run.noVersion")}</Notice>
      ) : (
        <Loading rows={4} />
      )}
    </Modal>
  );
}

function Form({
  data,
  close,
  given,
  number,
}: {
  data: StartFormQuery;
  close: () => void;
  given?: Record<string, unknown>;
  number?: number;
}) {
  const { t } = useTranslation();
  const go = useNavigate();
  const pipeline = data.pipeline!;
  const parameters = (pipeline.version!.definition as { parameters?: Argument[] }).parameters ?? [];
  const last = (pipeline.runs.nodes[0]?.params ?? {}) as Record<string, unknown>;
  const [params, setParams] = useState<Record<string, unknown>>(given ?? {});
  const [cached, setCached] = useState(true);
  const [priority, setPriority] = useState(0);
  const [cluster, setCluster] = useState<string | null>(
    pipeline.project.placement === "FIRST" && pipeline.project.clusters.length > 1
      ? null
      : pipeline.project.cluster,
  );
  const { busy, error, run: attempt } = useAttempt();
  const [settled] = useDebouncedValue(params, 300);
  const plan = useQuery({
    queryKey: ["plan", pipeline.id, settled],
    queryFn: () => ask(PlanRunDocument, { pipeline: pipeline.id, params: settled }),
    placeholderData: keepPreviousData,
    staleTime: 0,
    retry: false,
  });
  const flight = useQuery({
    queryKey: ["preflight", pipeline.id, settled, number, cached, cluster],
    queryFn: () =>
      ask(PreflightRunDocument, {
        pipeline: pipeline.id,
        params: settled,
        version: number ?? null,
        cache: cached,
        cluster,
      }),
    placeholderData: keepPreviousData,
    staleTime: 0,
    retry: false,
  });
  const faults = [error, plan.error].flatMap((each) => (each instanceof Refused ? each.faults : []));
  const fault = (name: string) => faults.find((each) => each.field === `params.${name}`)?.message;
  const start = () =>
    attempt(async () => {
      const run = await act(StartRunDocument, {
        pipeline: pipeline.id,
        params,
        version: number ?? null,
        cache: cached,
        priority,
        cluster,
        preflightDigest: flight.isPlaceholderData ? null : (flight.data?.preflightRun.digest ?? null),
      });
      close();
      await go({ to: "/runs/$run", params: { run: run.id } });
    });
  return (
    <form
      className={`${css.stack} ${css.gap14}`}
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      {number !== undefined && number !== pipeline.latest && (
        <Notice tone="waitful">{t("run.olderVersion", { n: number, latest: pipeline.latest })}</Notice>
      )}
      {parameters.length === 0 && <span className={css.dim}>{t("run.noParameters")}</span>}
      {parameters.map((parameter) => (
        <div key={parameter.name}>
          <Field
            argument={{ ...parameter, require: parameter.require ?? false }}
            value={params[parameter.name]}
            set={(value) =>
              setParams((now) => {
                const next = { ...now };
                if (value === undefined) delete next[parameter.name];
                else next[parameter.name] = value;
                return next;
              })
            }
            error={fault(parameter.name)}
          />
          {parameter.name in last &&
            JSON.stringify(last[parameter.name]) !==
              JSON.stringify(params[parameter.name] ?? parameter.default) && (
              <button
                type="button"
                className={`${css.bare} ${css.px0} ${css.py3} ${css.accent} ${css.fz12}`}
                onClick={() => setParams((now) => ({ ...now, [parameter.name]: last[parameter.name] }))}
              >
                {t("run.useLast", {
                  value: JSON.stringify(last[parameter.name]).slice(0, 60),
                })}
              </button>
            )}
        </div>
      ))}
      <div className={`${css.flow} ${css.gap20} ${css.bottom}`}>
        <Checkbox
          label={t("run.useCache")}
          checked={cached}
          onChange={(event) => setCached(event.currentTarget.checked)}
        />
        {pipeline.project.clusters.length > 1 && (
          <Select
            label={t("kind.cluster")}
            w={180}
            data={[
              ...(pipeline.project.placement === "FIRST"
                ? [{ value: FIRST, label: t("run.firstCluster") }]
                : []),
              ...pipeline.project.clusters.map((each) => ({ value: each, label: each })),
            ]}
            value={cluster ?? FIRST}
            onChange={(next) => next && setCluster(next === FIRST ? null : next)}
            allowDeselect={false}
          />
        )}
        <NumberInput
          label={t("run.priority")}
          w={110}
          min={-100}
          max={100}
          value={priority}
          onChange={(next) => setPriority(Number(next) || 0)}
        />
      </div>
      {plan.data && (
        <Plan
          steps={plan.data.planRun}
          cached={cached}
          usual={new Map(pipeline.stepDurations.map((each) => [each.step, each.medianSeconds]))}
        />
      )}
      {flight.data && <Verdict plan={flight.data.preflightRun} old={flight.isPlaceholderData} />}
      {!flight.data && flight.isPending && <span className={css.dim}>{t("run.checking")}</span>}
      {Boolean(error) && !faults.some((each) => each.field?.startsWith("params.")) && (
        <Failure error={error} />
      )}
      {!error && plan.error && !faults.some((each) => each.field?.startsWith("params.")) && (
        <Failure error={plan.error} />
      )}
      <div className={`${css.line} ${css.gap8} ${css.toEnd}`}>
        <Button onClick={close}>{t("dialog.cancel")}</Button>
        <Button
          type="submit"
          variant="filled"
          loading={busy}
          disabled={flight.data?.preflightRun.verdict === "NEVER" && !flight.isPlaceholderData}
          data-autofocus={parameters.length === 0 || undefined}
        >
          {t("run.startSubmit")}
        </Button>
      </div>
    </form>
  );
}

/** No cluster is named; no cluster is called so. */
const FIRST = "";

type Planned = { step: string; cached: boolean; reason: string; cpu: number; memory: number; gpu: number };

function Plan({
  steps,
  cached,
  usual,
}: {
  steps: Planned[];
  cached: boolean;
  /** Median seconds by step. */
  usual: Map<string, number>;
}) {
  const { t } = useTranslation();
  const kept = steps.filter((step) => cached && step.cached).length;
  return (
    <details open={steps.length <= 8}>
      <summary className={`${css.pointer} ${css.fw600}`}>
        {t("run.cachedSteps", { kept, count: steps.length })}
      </summary>
      <div className={`${css.mah220} ${css.scrolls} ${css.mt6}`}>
        <table className={css.table}>
          <tbody>
            {steps.map((step) => (
              <tr key={step.step}>
                <td className={css.w24}>
                  <StateIcon
                    state={cached && step.cached ? "CACHED" : "QUEUED"}
                    label={cached && step.cached ? t("run.cached") : t("run.preflightRuns")}
                  />
                </td>
                <td className={css.fw550}>{step.step}</td>
                <td className={`${css.dim} ${css.normal}`}>
                  {cached ? localised(step.reason) : t("run.cacheOff")}
                </td>
                <td className={css.num}>
                  {cached && step.cached
                    ? ""
                    : usual.has(step.step)
                      ? `≈ ${duration(usual.get(step.step))}`
                      : ""}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

/** What the cluster says to it: runs now, waits and for whom, can never; and the objects that would be made there. */
function Verdict({ plan, old }: { plan: PreflightRunQuery["preflightRun"]; old: boolean }) {
  const { t } = useTranslation();
  const objects = plan.objects as object[];
  const words = {
    NOW: t("run.startsNow"),
    WAITS: t("run.queues"),
    NEVER: t("preflight.cannotRun"),
    UNKNOWN: t("run.clusterDown"),
  }[plan.verdict];
  return (
    <div className={`${css.stack} ${css.gap8} ${old ? css.faded : ""}`} aria-busy={old}>
      <Notice tone={plan.verdict === "NOW" ? "calm" : plan.verdict === "NEVER" ? "bad" : "waitful"}>
        <b>{words}</b> <span className={css.dim}>({plan.cluster})</span>
        {plan.skippedClusters.map((each) => (
          <div key={each.cluster} className={css.dim}>
            {t("run.notOnCluster", { cluster: each.cluster, reason: localised(each.reason) })}
          </div>
        ))}
        {(plan.verdict !== "NEVER" || plan.problems.length === 0) && <div>{localised(plan.explanation)}</div>}
        {plan.problems.map((problem) => (
          <div key={problem}>– {localised(problem)}</div>
        ))}
      </Notice>
      {plan.warnings.length > 0 && (
        <Notice tone="waitful">
          {plan.warnings.map((warning) => (
            <div key={warning} className={css.breaks}>
              {localised(warning)}
            </div>
          ))}
        </Notice>
      )}
      {plan.lastRunNumber !== null && (
        <details open={plan.changes.length > 0 && plan.changes.length <= 5}>
          <summary className={css.pointer}>
            {plan.changes.length
              ? t("run.differences", { count: plan.changes.length, n: plan.lastRunNumber })
              : t("run.sameAs", { n: plan.lastRunNumber })}
          </summary>
          {plan.changes.map((change) => (
            <div key={change} className={`${css.dim} ${css.breaks}`}>
              – {localised(change)}
            </div>
          ))}
        </details>
      )}
      {objects.length > 0 && (
        <details>
          <summary className={css.pointer}>{t("run.objectCount", { count: objects.length })}</summary>
          <pre
            tabIndex={0}
            role="region"
            aria-label={t("run.objects")}
            className={`${css.flush} ${css.mah260} ${css.scrolls} ${css.fz12} ${css.mt6}`}
          >
            {objects.map((each) => JSON.stringify(each, null, 1)).join("\n\n")}
          </pre>
        </details>
      )}
    </div>
  );
}

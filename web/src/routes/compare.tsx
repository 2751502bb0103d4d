/** 2 to 10 runs beside each other: what differs, ranked; parameters, numbers, times, code. */
import { Button, Select, Tabs } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { patient } from "@/api/patient";
import own from "@/features/compare/compare.module.css";
import { OneComparedDocument, type OneComparedQuery } from "@/gen/graphql";
import { between, brief, duration, number } from "@/lib/format";
import type { Definition } from "@/lib/graph";
import { type Compared, differences, divergence } from "@/lib/rank";
import { aligned, type Packed, type Point, shown } from "@/lib/series";
import { tabOf } from "@/lib/tab";
import { useTitle } from "@/ui/crumbs";
import { Diff } from "@/ui/diff";
import { Ago, css, Empty, Failure, Head, Loading, Notice, Panel } from "@/ui/page";
import { State, tone } from "@/ui/state";

const Plot = lazy(() => patient(() => import("@/ui/plot")).then((module) => ({ default: module.Plot })));
const MOST = 10;

type Run = NonNullable<OneComparedQuery["run"]>;
const called = (run: Run) => `${run.pipeline.name} #${run.number}`;

/** The last value of each metric of each step: {"step · name": value}. */
function finals(metrics: Run["metrics"]): Record<string, Packed> {
  return Object.fromEntries(
    metrics.map(({ step, item, name, last }) => [
      `${step}${item === null ? "" : `[${item}]`} · ${name}`,
      (last as Point)[1],
    ]),
  );
}

function compared(run: Run): Compared {
  const last = finals(run.metrics);
  const names = Object.keys(last);
  const best = names.findLast((name) => /acc|score|f1|auc|r2/i.test(name)) ?? names.at(-1);
  return {
    id: run.id,
    state: run.state,
    params: run.params as Record<string, unknown>,
    definition: run.version.definition as Definition,
    steps: run.steps.map((step) => ({
      name: step.name,
      state: step.state,
      reason: step.reason,
      outputs: step.outputs,
      seconds: between(step.startedAt, step.finishedAt, 0),
    })),
    machines: Object.fromEntries(run.pods.map((pod) => [pod.step ?? "", pod.machine ?? "–"])),
    score: best && typeof last[best] === "number" ? last[best] : between(run.startedAt, run.finishedAt, 0),
  };
}

export function Compare() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/compare" });
  const go = useNavigate({ from: "/compare" });
  const ids = useMemo(
    () => [...new Set((search.runs ?? "").split(",").filter(Boolean))].slice(0, MOST),
    [search.runs],
  );
  useTitle([{ label: t("nav.runs"), to: "/runs" }, { label: t("common.compare") }]);
  const queries = useQueries({
    queries: ids.map((id) => ({
      queryKey: ["compared", id],
      queryFn: () => ask(OneComparedDocument, { id }),
    })),
  });
  const error = queries.find((query) => query.error)?.error;
  const runs = queries.map((query) => query.data?.run).filter((run): run is Run => Boolean(run));
  const pending = queries.some((query) => query.isPending);
  if (ids.length < 2)
    return (
      <Empty
        whole
        title={t("compare.choose")}
        action={
          <Link to="/runs">
            <Button component="span" variant="filled">
              {t("nav.runs")}
            </Button>
          </Link>
        }
      >
        {t("compare.chooseHint")}
      </Empty>
    );
  if (error)
    return (
      <div className={css.body}>
        <Failure error={error} />
      </div>
    );
  if (pending) return <Loading rows={8} what={t("compare.loading")} />;
  if (runs.length < 2)
    return <Empty whole title={t("compare.tooFew")} action={<Link to="/runs">{t("run.all")}</Link>} />;
  const tab = tabOf(search.tab, ["why", "metrics", "times", "code"], "why");
  const drop = (id: string) =>
    void go({
      search: (now) => ({ ...now, runs: ids.filter((each) => each !== id).join(",") }),
      replace: true,
    });
  return (
    <>
      <Head title={t("compare.title", { count: runs.length })} />
      <div className={css.body}>
        <Panel label={t("nav.runs")}>
          <div className={css.scroll}>
            <table className={css.table}>
              <thead>
                <tr>
                  <th>{t("kind.run")}</th>
                  <th>{t("common.state")}</th>
                  <th>{t("common.version")}</th>
                  <th>{t("common.startedBy")}</th>
                  <th>{t("common.started")}</th>
                  <th className={css.num}>{t("common.duration")}</th>
                  <th>
                    <span className={css.sr}>{t("common.actions")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {runs.map((run) => (
                  <tr key={run.id}>
                    <td>
                      <Link to="/runs/$run" params={{ run: run.id }} className={css.fw600}>
                        {called(run)}
                      </Link>
                    </td>
                    <td>
                      <State state={run.state} reason={run.reason} />
                    </td>
                    <td>v{run.version.number}</td>
                    <td>{run.author.name}</td>
                    <td>
                      <Ago at={run.createdAt} />
                    </td>
                    <td className={css.num}>
                      {duration(between(run.startedAt, run.finishedAt, Date.now()))}
                    </td>
                    <td className={css.right}>
                      <Button
                        size="compact-sm"
                        variant="subtle"
                        disabled={ids.length <= 2}
                        aria-label={t("compare.excludeName", { name: called(run) })}
                        onClick={() => drop(run.id)}
                      >
                        {t("compare.exclude")}
                      </Button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Panel>
        <Tabs
          value={tab}
          onChange={(next) =>
            void go({ search: (now) => ({ ...now, tab: next ?? undefined }), replace: true })
          }
          keepMounted={false}
        >
          <Tabs.List mb={14}>
            <Tabs.Tab value="why">{t("compare.differences")}</Tabs.Tab>
            <Tabs.Tab value="metrics">{t("common.metrics")}</Tabs.Tab>
            <Tabs.Tab value="times">{t("compare.times")}</Tabs.Tab>
            <Tabs.Tab value="code">{t("compare.code")}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="why">
            <Why runs={runs} />
          </Tabs.Panel>
          <Tabs.Panel value="metrics">
            <Numbers runs={runs} />
          </Tabs.Panel>
          <Tabs.Panel value="times">
            <Times runs={runs} />
          </Tabs.Panel>
          <Tabs.Panel value="code">
            <Texts runs={runs} />
          </Tabs.Panel>
        </Tabs>
      </div>
    </>
  );
}

function Why({ runs }: { runs: Run[] }) {
  const { t } = useTranslation();
  const all = runs.map(compared);
  const found = differences(all);
  const first = divergence(all);
  const kinds: Record<string, string> = {
    parameter: t("compare.parameter"),
    argument: t("compare.argument"),
    template: t("kind.template"),
    environment: t("common.environment"),
    resources: t("common.resources"),
    steps: t("common.steps"),
    machine: t("common.machine"),
  };
  if (!found.length)
    return (
      <Panel label={t("compare.differences")}>
        <Empty title={t("compare.equal")}>{t("compare.equalHint")}</Empty>
      </Panel>
    );
  return (
    <div className={`${css.stack} ${css.gap14}`}>
      {first && <Notice>{t("compare.diverge", { step: first })}</Notice>}
      <Panel label={t("compare.differences")}>
        <div className={css.scroll}>
          <table className={css.table}>
            <thead>
              <tr>
                <th>{t("compare.relevance.label")}</th>
                <th>{t("compare.item")}</th>
                {runs.map((run) => (
                  <th key={run.id}>#{run.number}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {found.slice(0, 100).map((each) => (
                <tr key={`${each.kind}${each.step}${each.name}`}>
                  <td>
                    <span className={`${css.meter} ${own.weight}`}>
                      <i style={{ width: `${Math.round(each.weight * 100)}%` }} />
                    </span>{" "}
                    <span className={css.dim}>
                      {each.weight > 0.7
                        ? t("compare.relevance.high")
                        : each.weight > 0.35
                          ? t("compare.relevance.medium")
                          : t("compare.relevance.low")}
                    </span>
                  </td>
                  <td>
                    {kinds[each.kind]}{" "}
                    <b>
                      {each.step
                        ? `${each.step}${each.kind === "argument" ? `.${each.name}` : ""}`
                        : each.kind === "steps"
                          ? ""
                          : each.name}
                    </b>
                  </td>
                  {each.values.map((value, index) => (
                    <td key={index} className={css.mono} title={value}>
                      {value.length > 60 ? `${value.slice(0, 60)}…` : value}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
      <span className={css.dim}>{t("compare.relevanceHint")}</span>
    </div>
  );
}

function Numbers({ runs }: { runs: Run[] }) {
  const { t } = useTranslation();
  const last = runs.map((run) => finals(run.metrics));
  const names = [...new Set(last.flatMap((each) => Object.keys(each)))];
  const outputs = [
    ...new Set(
      runs.flatMap((run) =>
        run.steps.flatMap((step) =>
          Object.entries((step.outputs ?? {}) as object)
            .filter(([, value]) => typeof value === "number")
            .map(([name]) => `${step.name}.${name}`),
        ),
      ),
    ),
  ];
  const curves = useMemo(() => {
    const keyed = runs.map(
      (run) =>
        new Map(
          run.metrics
            .filter(({ item }) => item === null || item === 0)
            .map((each) => [`${each.step} · ${each.name}`, each.points as Point[]]),
        ),
    );
    return [...new Set(keyed.flatMap((each) => [...each.keys()]))]
      .map((key) => ({
        key,
        ...aligned(
          keyed.map((each, index) => ({ label: `#${runs[index]!.number}`, points: each.get(key) ?? [] })),
        ),
      }))
      .filter((each) => each.x.length > 1);
  }, [runs]);
  if (!names.length && !outputs.length)
    return <Empty title={t("compare.noMetrics")}>{t("compare.noMetricsHint")}</Empty>;
  const cell = (value: unknown, best: boolean) => (
    <span className={best ? css.fw650 : ""}>{typeof value === "number" ? shown(value) : brief(value)}</span>
  );
  return (
    <div className={`${css.stack} ${css.gap16}`}>
      {curves.map(({ key, x, series }) => (
        <Panel key={key} label={key}>
          <div className={css.p14}>
            <Suspense fallback={<Loading rows={3} />}>
              <Plot title={key} x={x} series={series} format={number} height={200} />
            </Suspense>
          </div>
        </Panel>
      ))}
      <Panel title={t("compare.lastValues")}>
        <div className={css.scroll}>
          <table className={css.table}>
            <thead>
              <tr>
                <th>{t("common.metric")}</th>
                {runs.map((run) => (
                  <th key={run.id} className={css.num}>
                    #{run.number}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {names.map((name) => (
                <tr key={name}>
                  <td>{name}</td>
                  {last.map((each, index) => (
                    <td key={index} className={css.num}>
                      {cell(each[name], false)}
                    </td>
                  ))}
                </tr>
              ))}
              {outputs.map((name) => {
                const [step, output] = name.split(/\.(.*)/s);
                return (
                  <tr key={name}>
                    <td>{name}</td>
                    {runs.map((run) => (
                      <td key={run.id} className={css.num}>
                        {cell(
                          (
                            run.steps.find((each) => each.name === step)?.outputs as Record<
                              string,
                              unknown
                            > | null
                          )?.[output!],
                          false,
                        )}
                      </td>
                    ))}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      </Panel>
    </div>
  );
}

function Times({ runs }: { runs: Run[] }) {
  const { t } = useTranslation();
  const names = [...new Set(runs.flatMap((run) => run.steps.map((step) => step.name)))];
  const took = (run: Run, name: string) => {
    const step = run.steps.find((each) => each.name === name);
    return step && step.state !== "CACHED" ? between(step.startedAt, step.finishedAt, 0) : null;
  };
  const most = Math.max(...names.flatMap((name) => runs.map((run) => took(run, name) ?? 0)), 0.001);
  return (
    <Panel label={t("compare.times")}>
      <div className={css.scroll}>
        <table className={css.table}>
          <thead>
            <tr>
              <th>{t("kind.step")}</th>
              {runs.map((run) => (
                <th key={run.id}>#{run.number}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <td>{name}</td>
                {runs.map((run) => {
                  const seconds = took(run, name);
                  const state = run.steps.find((each) => each.name === name)?.state;
                  return (
                    <td key={run.id}>
                      {!state ? (
                        <span className={css.dim}>–</span>
                      ) : seconds === null ? (
                        <State state={state} />
                      ) : (
                        <span className={`${css.line} ${css.gap8} ${css.middle}`}>
                          <span className={`${css.w64} ${css.right}`}>{duration(seconds)}</span>
                          <span className={`${css.grow} ${css.miw60}`}>
                            <i
                              className={`${css[`b-${tone(state)}`]} ${own.seconds}`}
                              style={{ width: `${(100 * seconds) / most}%` }}
                            />
                          </span>
                        </span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Texts({ runs }: { runs: Run[] }) {
  const { t } = useTranslation();
  const [left, setLeft] = useState(runs[0]!.id);
  const [right, setRight] = useState(runs[1]!.id);
  const data = runs.map((run) => ({ value: run.id, label: called(run) }));
  const yaml = (id: string) => runs.find((run) => run.id === id)?.version.yaml ?? "";
  return (
    <Panel
      title={t("compare.code")}
      aside={
        <>
          <Select
            size="xs"
            aria-label={t("common.left")}
            data={data}
            value={left}
            allowDeselect={false}
            onChange={(next) => next && setLeft(next)}
          />{" "}
          →{" "}
          <Select
            size="xs"
            aria-label={t("common.right")}
            data={data}
            value={right}
            allowDeselect={false}
            onChange={(next) => next && setRight(next)}
          />
        </>
      }
    >
      {yaml(left) === yaml(right) ? (
        <Empty title={t("compare.sameVersion")} />
      ) : (
        <Diff left={yaml(left)} right={yaml(right)} />
      )}
    </Panel>
  );
}

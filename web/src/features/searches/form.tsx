/** A new search: which parameters of a pipeline, where, towards what; the first points that it would try are shown. */
import {
  Checkbox,
  NumberInput,
  SegmentedControl,
  Select,
  TagsInput,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask, type Fault, Refused } from "@/api/client";
import { useProject, useProjects } from "@/api/project";
import {
  CheckSearchDocument,
  CreateSearchDocument,
  type OptimizationDirection,
  type PrunerName,
  type SamplerName,
  type SearchEngineName,
  SearchEnginesDocument,
  SearchesDocument,
  SearchFormDocument,
  SearchPipelinesDocument,
  type SearchSpecInput,
} from "@/gen/graphql";
import { brief, number } from "@/lib/format";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { css, Notice } from "@/ui/page";
import styles from "./searches.module.css";
import { distribution, options, type Parameter, pruners, samplers } from "./spec";

interface Argument {
  name: string;
  type: string;
  default?: unknown;
  choice?: unknown[];
  range?: [number | null, number | null] | null;
}

type Dimension = Omit<Parameter, "name">;
const categorical = (choices: unknown[]): Dimension => ({
  type: "categorical",
  low: null,
  high: null,
  log: false,
  choices,
});
const range = (type: "float" | "int", low: number, high: number, log = false): Dimension => ({
  type,
  low,
  high,
  log,
  choices: [],
});

/** What a parameter's range is likely to be, by what the pipeline says of it. */
function guess(argument: Argument): Dimension {
  if (argument.choice?.length) return categorical(argument.choice);
  const [low, high] = argument.range ?? [null, null];
  const now = typeof argument.default === "number" ? argument.default : 1;
  if (argument.type === "int")
    return range("int", low ?? Math.max(Math.floor(now / 2), 1), high ?? Math.max(now * 2, 2));
  if (argument.type === "float")
    return now > 0 && now < 0.1
      ? range("float", low ?? now / 100, high ?? now * 10, true)
      : range("float", low ?? 0, high ?? Math.max(now * 2, 1));
  return categorical(argument.default == null ? [] : [argument.default]);
}

/** Fields beside which the form shows what is wrong with them. */
const SHOWN = ["name", "spec.parameters", "spec.importedParameters", "spec.warmStart"];
const within = (fault: Fault, field: string) =>
  fault.field === field || [".", "["].some((next) => fault.field?.startsWith(`${field}${next}`));

export function NewSearch({
  given,
  pipeline: wanted,
  close,
}: {
  given?: string;
  pipeline?: string;
  close: () => void;
}) {
  const { t } = useTranslation();
  const go = useNavigate();
  const here = useProject();
  const projects = useProjects().data?.projects.nodes.filter((each) => each.viewerCanRun) ?? [];
  const [project, setProject] = useState(given ?? here?.name ?? "");
  const pipelines = useQuery({
    queryKey: ["search-pipelines", project],
    queryFn: () => ask(SearchPipelinesDocument, { project }),
    enabled: Boolean(project),
    placeholderData: keepPreviousData,
  });
  const [engine, setEngine] = useState<SearchEngineName | "">("");
  const engines = useQuery({
    queryKey: ["search-engines"],
    queryFn: () => ask(SearchEnginesDocument),
    staleTime: Infinity,
  });
  const other = engines.data?.searchEngines.find((each) => each.name === engine);
  const own = new Set(engines.data?.searchEngines.map((each) => `engine-${each.name.toLowerCase()}`)); // what engines run as is nothing to search over
  const list = (pipelines.data?.project?.pipelines.nodes ?? []).filter((each) => !own.has(each.name));
  const [chosen, setChosen] = useState<string | null>(wanted ?? null);
  const pipeline = list.find((each) => each.id === chosen)?.id ?? list[0]?.id ?? null;
  const form = useQuery({
    queryKey: ["search-form", pipeline],
    queryFn: () => ask(SearchFormDocument, { pipeline: pipeline! }),
    enabled: Boolean(pipeline),
  });
  const found = form.data?.pipeline;
  const parameters = (
    (found?.version?.definition as { parameters?: Argument[] } | undefined)?.parameters ?? []
  ).filter((each) => each.type !== "secret");
  const [name, setName] = useState("");
  const [space, setSpace] = useState<Record<string, Dimension>>({});
  const [how, setHow] = useState<"form" | "text">("form");
  const [text, setText] = useState("");
  const [metric, setMetric] = useState("");
  const [direction, setDirection] = useState<OptimizationDirection>("MAXIMIZE");
  const [algorithm, setAlgorithm] = useState("");
  const [sampler, setSampler] = useState<SamplerName>("TPE");
  const [pruner, setPruner] = useState<PrunerName | null>(null);
  const [trials, setTrials] = useState(20);
  const [parallelism, setParallelism] = useState(2);
  const [warm, setWarm] = useState<string | null>(null);
  const searches = useQuery({
    queryKey: ["searches", { project, search: "" }, "names"],
    queryFn: () => ask(SearchesDocument, { project, search: "" }),
    enabled: Boolean(project),
  });
  const others = searches.data?.searches.nodes ?? [];
  const { busy, error, run } = useAttempt();
  let imported: unknown;
  let broken = false;
  if (how === "text") {
    try {
      imported = JSON.parse(text || "{}");
    } catch {
      broken = true;
    }
  }
  const spec: SearchSpecInput = {
    objectives: [{ metric: metric || "metric", direction }],
    ...(how === "text"
      ? { importedParameters: imported }
      : {
          parameters: Object.entries(space).map(([name, dimension]) => ({
            name,
            distribution: distribution(dimension),
          })),
        }),
    ...(other ? { engine: { name: other.name, algorithm } } : { sampler: { name: sampler } }),
    pruner: pruner ? { name: pruner } : null,
    trials,
    parallelism,
    warmStart: warm ? { searchId: warm } : null,
  };
  const [settled] = useDebouncedValue(spec, 300);
  const empty = how === "form" ? Object.keys(space).length === 0 : !text.trim() || broken;
  const check = useQuery({
    queryKey: ["check-search", settled],
    queryFn: () => ask(CheckSearchDocument, { spec: settled }),
    enabled: !empty,
    placeholderData: keepPreviousData,
  });
  const verdict = empty ? undefined : check.data?.checkSearch;
  const fault = (field: string) =>
    error instanceof Refused ? error.faults.find((each) => within(each, field))?.message : undefined;
  const place = (parameter: string) => Object.keys(space).indexOf(parameter);
  const make = () =>
    run(async () => {
      const made = await act(CreateSearchDocument, { input: { pipelineId: pipeline!, name, spec } });
      void cache.invalidateQueries({ queryKey: ["searches"] });
      close();
      await go({ to: "/searches/$search", params: { search: made.id } });
    });
  const put = (key: string, change: Dimension | null) =>
    setSpace((now) => {
      const next = { ...now };
      if (change) next[key] = change;
      else delete next[key];
      return next;
    });
  const samples = (verdict?.samplePoints ?? []) as Record<string, unknown>[];
  const unshown =
    error instanceof Refused
      ? error.faults.every((each) => !SHOWN.some((field) => within(each, field)))
      : Boolean(error);
  return (
    <Dialog
      title={t("search.create")}
      close={close}
      busy={busy}
      go={() => void make()}
      label={t("search.start")}
      error={unshown ? error : null}
      size={760}
      why={
        !pipeline
          ? t("common.pipelineRequired")
          : !name
            ? t("common.nameRequired")
            : !metric
              ? t("search.metricRequired")
              : empty
                ? t("search.spaceRequired")
                : verdict?.faults.length
                  ? t("common.incomplete")
                  : null
      }
    >
      <div className={`${css.gap12} ${css.columns160}`}>
        <TextInput
          required
          data-autofocus
          label={t("common.name")}
          placeholder="tune"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fault("name")}
        />
        <Select
          label={t("kind.project")}
          data={projects.map((each) => each.name)}
          value={project || null}
          onChange={(next) => next && setProject(next)}
          allowDeselect={false}
          searchable
        />
        <Select
          label={t("kind.pipeline")}
          data={list.map((each) => ({ value: each.id, label: each.name }))}
          value={pipeline}
          onChange={(next) => {
            setChosen(next);
            setSpace({});
          }}
          allowDeselect={false}
          searchable
        />
      </div>
      {pipelines.data && list.length === 0 && <Notice tone="waitful">{t("search.noPipelines")}</Notice>}
      {found && parameters.length === 0 && (
        <Notice tone="waitful">{t("search.noParameters", { name: found.name })}</Notice>
      )}
      <div className={`${css.wideAndNarrow} ${css.gap12}`}>
        <TextInput
          required
          label={t("search.objective")}
          description={t("search.objectiveHint")}
          placeholder="accuracy"
          value={metric}
          onChange={(event) => setMetric(event.currentTarget.value)}
        />
        <Select
          label={t("search.direction")}
          description={t("search.directionHint")}
          data={[
            { value: "MAXIMIZE", label: t("search.maximize") },
            { value: "MINIMIZE", label: t("search.minimize") },
          ]}
          value={direction}
          onChange={(next) => next && setDirection(next as typeof direction)}
          allowDeselect={false}
        />
      </div>
      <div className={`${css.flow} ${css.gap10} ${css.middle}`}>
        <b>{t("search.space")}</b>
        <SegmentedControl
          size="xs"
          aria-label={t("search.space")}
          value={how}
          onChange={(next) => setHow(next as typeof how)}
          data={[
            { value: "form", label: t("editor.form") },
            { value: "text", label: t("search.importFormats") },
          ]}
        />
      </div>
      {how === "form" ? (
        parameters.map((argument) => {
          const dimension = space[argument.name];
          return (
            <div key={argument.name} className={`${css.gap8} ${css.columns110} ${css.middle}`}>
              <Checkbox
                label={argument.name}
                checked={Boolean(dimension)}
                onChange={(event) => put(argument.name, event.currentTarget.checked ? guess(argument) : null)}
                error={fault(`spec.parameters[${place(argument.name)}]`)}
              />
              {dimension && dimension.type !== "categorical" && (
                <>
                  <NumberInput
                    size="xs"
                    aria-label={t("search.lowest", { name: argument.name })}
                    value={dimension.low ?? ""}
                    onChange={(next) => put(argument.name, { ...dimension, low: Number(next) })}
                  />
                  <NumberInput
                    size="xs"
                    aria-label={t("search.highest", { name: argument.name })}
                    value={dimension.high ?? ""}
                    onChange={(next) => put(argument.name, { ...dimension, high: Number(next) })}
                  />
                  <Checkbox
                    size="xs"
                    label={t("search.logScale")}
                    checked={dimension.log}
                    onChange={(event) =>
                      put(argument.name, { ...dimension, log: event.currentTarget.checked })
                    }
                  />
                </>
              )}
              {dimension?.type === "categorical" && (
                <TagsInput
                  size="xs"
                  aria-label={t("search.choicesOf", { name: argument.name })}
                  value={dimension.choices.map(String)}
                  onChange={(next) =>
                    put(
                      argument.name,
                      categorical(
                        next.map((each) => argument.choice?.find((known) => String(known) === each) ?? each),
                      ),
                    )
                  }
                  className={css.span2}
                />
              )}
            </div>
          );
        })
      ) : (
        <Textarea
          aria-label={t("search.spaceJson")}
          autosize
          minRows={5}
          maxRows={14}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={broken ? t("common.invalidJson") : fault("spec.importedParameters")}
          placeholder={'{"lr": {"_type": "loguniform", "_value": [0.0001, 0.1]}}'}
          styles={{ input: { fontFamily: "var(--mono)", fontSize: 12 } }}
        />
      )}
      <div className={styles.bounds}>
        <Select
          label={t("search.engine")}
          data={[
            { value: "", label: "Cube Studio" },
            ...(engines.data?.searchEngines ?? []).map((each) => ({ value: each.name, label: each.title })),
          ]}
          value={engine}
          onChange={(next) => {
            setEngine((next ?? "") as typeof engine);
            setAlgorithm(engines.data?.searchEngines.find((each) => each.name === next)?.algorithms[0] ?? "");
          }}
          allowDeselect={false}
        />
        <Select
          label={t("search.algorithm")}
          data={other?.algorithms ?? options(samplers(t))}
          value={other ? algorithm : sampler}
          onChange={(next) => next && (other ? setAlgorithm(next) : setSampler(next as SamplerName))}
          allowDeselect={false}
        />
        <Select
          label={t("search.prunerLabel")}
          placeholder={t("common.never")}
          data={options(pruners(t))}
          value={pruner}
          onChange={(next) => setPruner(next as PrunerName | null)}
          clearable
        />
        <Select
          label={t("search.warmStart.label")}
          placeholder={t("search.warmStart.none")}
          data={others.map((each) => ({ value: each.id, label: each.name }))}
          value={warm}
          onChange={setWarm}
          clearable
          searchable
          error={fault("spec.warmStart")}
        />
        <NumberInput
          label={t("search.trials")}
          min={1}
          max={10_000}
          value={trials}
          onChange={(next) => setTrials(Number(next) || 1)}
        />
        <NumberInput
          label={t("search.parallelism")}
          min={1}
          max={256}
          value={parallelism}
          onChange={(next) => setParallelism(Number(next) || 1)}
        />
      </div>
      {other && (
        <Notice tone="calm">
          {other.requiresKubernetes
            ? t("search.engineOnCluster", { name: other.title })
            : t("search.engineInstalled", { name: other.title })}
        </Notice>
      )}
      {verdict?.faults.map((each) => (
        <Notice key={each.message} tone="waitful">
          {each.message}
        </Notice>
      ))}
      {samples.length > 0 && verdict?.faults.length === 0 && (
        <details open>
          <summary className={`${css.pointer} ${css.fw600}`}>
            {t("search.firstOf", { count: verdict.trialCount })}
          </summary>
          <div className={`${css.scroll} ${css.mt6}`}>
            <table className={css.table}>
              <thead>
                <tr>
                  {Object.keys(samples[0]!).map((key) => (
                    <th key={key}>{key}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {samples.map((sample, index) => (
                  <tr key={index}>
                    {Object.keys(samples[0]!).map((key) => (
                      <td key={key}>
                        {typeof sample[key] === "number" ? number(sample[key]) : brief(sample[key])}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </Dialog>
  );
}

/** The selected step as a form, made from its template's typed arguments, with the server's faults at their fields. */
import {
  Button,
  Checkbox,
  Input,
  MultiSelect,
  NumberInput,
  Switch,
  TagsInput,
  TextInput,
} from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Fault } from "@/api/client";
import { counted, type Gpus, requested, said } from "@/lib/devices";
import { bytes } from "@/lib/format";
import { closes, type Definition, needsOf, type StepSpec } from "@/lib/graph";
import { DeviceFields } from "@/ui/devices";
import { type Argument, Field } from "@/ui/field";
import { Given } from "@/ui/given";
import { Notice, css as ui } from "@/ui/page";
import { Section } from "@/ui/section";
import { complain, say } from "@/ui/toast";
import css from "./editor.module.css";
import { type Environment, EnvironmentFields } from "./environment";
import { spelled } from "./files";
import { Inputs } from "./inputs";
import { insert, target } from "./insert";
import type { Template } from "./palette";
import { spoken } from "./state";

interface Body {
  arguments: Argument[];
  outputs: { name: string }[];
  resources: { cpu: number; memory: number } & Gpus;
  environment?: Environment;
  pure: boolean;
}

function bodyOf(templates: Template[], wanted: string): Body | null {
  const [name, version] = wanted.split("@");
  const template = templates.findLast((each) => each.name === name);
  const found = template?.versions.find(
    (each) => each.number === (version ? Number(version) : template.latest),
  );
  return (found?.body as Body | undefined) ?? null;
}

/** Names that a step may use in double braces without closing a circle. */
function namesFor(
  definition: Definition,
  edges: [string, string][],
  step: StepSpec,
  templates: Template[],
): string[] {
  const names = (definition.parameters ?? []).map((parameter) => `params.${parameter.name}`);
  for (const other of definition.steps) {
    if (other.name === step.name || closes(edges, other.name, step.name)) continue;
    const outputs = new Set([
      ...(bodyOf(templates, other.template)?.outputs ?? []).map((output) => output.name),
      ...(other.outputs ?? []),
    ]);
    for (const output of outputs) names.push(`steps.${other.name}.outputs.${output}`);
  }
  if (step.for_each != null) names.push("item");
  return [
    ...names,
    "run.id",
    "run.number",
    "run.date",
    "run.datetime",
    "run.pipeline",
    "run.project",
    "run.user",
  ];
}

interface Props {
  project: string;
  pipeline: string;
  step: StepSpec;
  definition: Definition;
  edges: [string, string][];
  templates: Template[];
  faults: Fault[];
  locked: boolean;
  patch: (values: Partial<StepSpec>, tag: string) => void;
  rename: (to: string) => void;
  remove: () => void;
}

export function StepPanel({
  project,
  pipeline,
  step,
  definition,
  edges,
  templates,
  faults,
  locked,
  patch,
  rename,
  remove,
}: Props) {
  const { t } = useTranslation();
  const body = bodyOf(templates, step.template);
  const [name, setName] = useState(step.name);
  useEffect(() => setName(step.name), [step.name]);
  const index = definition.steps.findIndex((each) => each.name === step.name);
  const at = (field: string) =>
    faults
      .filter(
        (fault) =>
          fault.field === `steps[${index}].${field}` ||
          fault.field?.startsWith(`steps[${index}].${field}.`) ||
          fault.field?.startsWith(`steps[${index}].${field}[`),
      )
      .map((fault) => `${fault.message}${fault.hint ? ` ${fault.hint}` : ""}`)
      .join("\n") || undefined;
  const names = namesFor(definition, edges, step, templates);
  const template = templates.findLast((each) => each.name === step.template.split("@")[0]);
  const older =
    template && step.template.includes("@") && Number(step.template.split("@")[1]) < template.latest;
  const taken = name !== step.name && definition.steps.some((each) => each.name === name);
  const others = definition.steps.filter((other) => other.name !== step.name);
  const needs = needsOf(step);
  const resources = { ...(body?.resources ?? { cpu: 0.25, memory: 268435456, gpu: 0 }), ...step.resources };
  const memory = typeof resources.memory === "number" ? resources.memory / 2 ** 20 : undefined;
  const setResources = (values: object) =>
    patch(
      {
        resources: {
          cpu: resources.cpu,
          memory: resources.memory,
          ...values,
          ...said({ ...resources, ...values }),
        },
      },
      "resources",
    );
  const form = useRef<HTMLDivElement>(null);
  const focused = useRef<Element | null>(null);
  const put = (path: string) => {
    const field = form.current && target(form.current, focused.current);
    const argument = body?.arguments.find(
      (each) => each.name === field?.closest<HTMLElement>("[data-argument]")?.dataset.argument,
    );
    if (field && argument)
      void insert(
        field,
        spelled(path, argument.type === "file" ? "file" : (argument.language ?? "text")),
        argument.type === "file",
      ).catch(complain);
    else
      void navigator.clipboard.writeText(spelled(path, "text")).then(() => say(t("common.copied")), complain);
  };
  const loose = faults.filter((fault) => fault.field === `steps[${index}].template`);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only notes which field has the focus.
    <div
      className={css.fields}
      ref={form}
      onFocus={(event) => {
        if (event.target.closest("[data-argument]")) focused.current = event.target;
      }}
    >
      <div className={`${ui.line} ${ui.gap8} ${ui.middle}`}>
        <b className={`${ui.fz15} ${ui.breaks}`}>{step.name}</b>
        <span className={`${ui.dim} ${ui.mono}`}>{step.template}</span>
        {!locked && (
          <Button size="compact-sm" color="red" variant="subtle" className={ui.push} onClick={remove}>
            {t("common.delete")}
          </Button>
        )}
      </div>
      {older && (
        <Notice
          tone="waitful"
          action={
            <Button
              size="compact-sm"
              disabled={locked}
              onClick={() => patch({ template: `${template.name}@${template.latest}` }, "")}
            >
              {t("editor.upgrade")}
            </Button>
          }
        >
          {t("editor.newerTemplate", { n: template.latest })}
        </Notice>
      )}
      {loose.map((fault) => (
        <Notice key={fault.message} tone="bad">
          {fault.message}
        </Notice>
      ))}
      <TextInput
        label={t("common.name")}
        value={name}
        disabled={locked}
        error={taken ? t("editor.nameTaken") : at("name")}
        onChange={(event) => setName(event.currentTarget.value.toLowerCase())}
        onBlur={() => {
          if (name && !taken && name !== step.name) rename(name);
          else setName(step.name);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
        }}
      />
      {body?.arguments.map((argument) => (
        <div key={argument.name} data-argument={argument.name}>
          <Field
            argument={argument}
            value={step.args?.[argument.name]}
            names={names}
            disabled={locked}
            error={at(`args.${argument.name}`)}
            set={(value) => {
              const args = { ...step.args };
              if (value === undefined) delete args[argument.name];
              else args[argument.name] = value;
              patch({ args }, `${step.name}.${argument.name}`);
            }}
          />
        </div>
      ))}
      <Inputs
        pipeline={pipeline}
        before={needs.filter((need) => others.some((other) => other.name === need))}
        disabled={locked}
        put={put}
      />
      {!body && <Notice tone="bad">{t("editor.templateMissing", { name: step.template })}</Notice>}
      <MultiSelect
        label={t("editor.runsAfter")}
        description={t("editor.runsAfterHint")}
        data={others.map((other) => ({
          value: other.name,
          label: other.name,
          disabled:
            spoken(step, other.name) ||
            (closes(edges, other.name, step.name) !== null && !needs.includes(other.name)),
        }))}
        value={needs.filter((need) => others.some((other) => other.name === need))}
        disabled={locked}
        error={at("needs")}
        searchable
        onChange={(next) => patch({ needs: next.filter((need) => !spoken(step, need)) }, "")}
      />
      <Section
        wanted={step.for_each != null || step.when != null || Boolean(at("when") ?? at("for_each"))}
        title={t("editor.conditions")}
      >
        <TextInput
          label={t("editor.when")}
          description={t("editor.whenHint", {
            example: "{{ steps.evaluate.outputs.score }} > 0.9",
          })}
          value={step.when ?? ""}
          disabled={locked}
          error={at("when")}
          list="cube-names"
          onChange={(event) => patch({ when: event.currentTarget.value || null }, `${step.name}.when`)}
        />
        <Field
          argument={{
            name: "for_each",
            label: t("editor.each"),
            describe: t("editor.eachHint", {
              name: "{{ item }}",
            }),
            type: "json",
            require: false,
          }}
          value={step.for_each ?? undefined}
          names={names.filter((each) => each !== "item" && !each.startsWith("run."))}
          disabled={locked}
          error={at("for_each")}
          set={(value) => patch({ for_each: value ?? null }, `${step.name}.for_each`)}
        />
      </Section>
      <EnvironmentFields
        project={project}
        own={step.environment}
        base={body?.environment ?? {}}
        disabled={locked}
        error={(field) => at(`environment.${field}`)}
        set={(environment) => patch({ environment }, "environment")}
      />
      <Section
        wanted={Boolean(step.resources ?? at("resources"))}
        title={
          <>
            {t("common.resources")}{" "}
            <span className={`${ui.dim} ${ui.breaks}`}>
              {resources.cpu} {t("common.coresUnit")},{" "}
              {typeof resources.memory === "number" ? bytes(resources.memory) : resources.memory}
              {requested(resources)}
            </span>
          </>
        }
      >
        <div className={ui.small}>
          <NumberInput
            label={t("editor.cores")}
            min={0.01}
            step={0.25}
            value={resources.cpu}
            disabled={locked}
            error={at("resources.cpu")}
            onChange={(next) => setResources({ cpu: Number(next) })}
          />
          <NumberInput
            label={t("editor.memoryMib")}
            min={1}
            step={256}
            value={memory ?? ""}
            disabled={locked}
            error={at("resources.memory")}
            onChange={(next) => setResources({ memory: Math.round(Number(next) * 2 ** 20) })}
          />
          <NumberInput
            label={t("common.gpus")}
            min={0}
            allowDecimal={false}
            value={resources.gpu}
            disabled={locked}
            error={at("resources.gpu")}
            onChange={(next) => setResources(counted(Number(next)))}
          />
        </div>
        <DeviceFields
          value={resources}
          put={setResources}
          fault={(field) => at(`resources.${field}`)}
          disabled={locked}
        />
        {step.resources && !locked && (
          <Button size="compact-sm" className={ui.selfStart} onClick={() => patch({ resources: null }, "")}>
            {t("editor.templateDefault")}
          </Button>
        )}
      </Section>
      <Section
        wanted={Boolean(step.retry ?? step.timeout ?? at("retry") ?? at("timeout"))}
        title={t("editor.retries")}
      >
        <div className={ui.small}>
          <NumberInput
            label={t("editor.maxRetries")}
            min={0}
            max={20}
            value={step.retry?.limit ?? 0}
            disabled={locked}
            error={at("retry")}
            onChange={(next) =>
              patch(
                {
                  retry: {
                    limit: Number(next),
                    pause: step.retry?.pause ?? 1,
                    factor: step.retry?.factor ?? 2,
                  },
                },
                "retry",
              )
            }
          />
          <NumberInput
            label={t("editor.retryDelay")}
            min={0}
            value={step.retry?.pause ?? 1}
            disabled={locked || !step.retry?.limit}
            onChange={(next) =>
              patch(
                {
                  retry: {
                    limit: step.retry?.limit ?? 0,
                    pause: Number(next),
                    factor: step.retry?.factor ?? 2,
                  },
                },
                "retry",
              )
            }
          />
          <NumberInput
            label={t("editor.timeLimit")}
            min={1}
            value={step.timeout ?? ""}
            disabled={locked}
            error={at("timeout")}
            placeholder={t("common.none")}
            onChange={(next) => patch({ timeout: next === "" ? null : Number(next) }, "timeout")}
          />
        </div>
      </Section>
      <Section
        wanted={
          Boolean(step.secrets?.length || step.volumes?.length) || Boolean(at("secrets") ?? at("volumes"))
        }
        title={t("editor.secretsAndVolumes")}
      >
        <Given
          project={project}
          secrets={step.secrets ?? []}
          volumes={step.volumes ?? []}
          local={false}
          disabled={locked}
          error={at}
          set={(change) =>
            patch(
              {
                ...(change.project_secrets ? { secrets: change.project_secrets } : {}),
                ...(change.volumes ? { volumes: change.volumes } : {}),
              },
              "",
            )
          }
        />
      </Section>
      <TagsInput
        label={t("editor.outputs")}
        description={t("editor.outputsHint")}
        value={step.outputs ?? []}
        disabled={locked}
        error={at("outputs")}
        onChange={(next) => patch({ outputs: next }, "")}
      />
      <Input.Wrapper label={t("editor.execution")} labelElement="div">
        <div className={`${ui.stack} ${ui.gap8} ${ui.mt4}`}>
          <Switch
            label={t("editor.disabledHint")}
            checked={step.skip ?? false}
            disabled={locked}
            onChange={(event) => patch({ skip: event.currentTarget.checked }, "")}
          />
          <Checkbox
            label={t("editor.cache")}
            description={body?.pure === false && step.cache == null ? t("editor.cacheOff") : undefined}
            checked={step.cache ?? body?.pure ?? true}
            disabled={locked}
            onChange={(event) => patch({ cache: event.currentTarget.checked }, "")}
          />
        </div>
      </Input.Wrapper>
      <datalist id="cube-names">
        {names.map((each) => (
          <option key={each} value={`{{ ${each} }}`} />
        ))}
      </datalist>
    </div>
  );
}

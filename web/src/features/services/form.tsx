/** What a revision is made of, as fields; and the dialogs that make a service and deploy to it. */
import { Input, NumberInput, SegmentedControl, Select, TagsInput, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { act, ask } from "@/api/client";
import { useProject, useProjects } from "@/api/project";
import {
  CreateServiceDocument,
  DeployServiceDocument,
  type NonFinite,
  type RolloutKind,
  type ServiceAccess,
  type ServiceKind,
  ServiceKindsDocument,
  type ServiceKindsQuery,
  ServicePlacesDocument,
  ServicePreflightDocument,
  type ServiceQuery,
  ServicesDocument,
} from "@/gen/graphql";
import { counted } from "@/lib/devices";
import { localised } from "@/lib/i18n";
import { GIB } from "@/lib/workload";
import { useAttempt } from "@/ui/attempt";
import { Code } from "@/ui/code";
import { DeviceFields } from "@/ui/devices";
import { Dialog } from "@/ui/dialog";
import { Fit } from "@/ui/fit";
import { Given } from "@/ui/given";
import { css, Loading, Notice } from "@/ui/page";
import { Pairs } from "@/ui/pairs";
import { RootField } from "@/ui/root";
import { Scaling } from "./scaling";
import { fresh } from "./service";
import { useConfirmation } from "./signature";
import { type Draft, EMPTY, faultOf, fromSpec, served, toSpec, unshown } from "./spec";

type Kind = ServiceKindsQuery["serviceKinds"][number];

export function AccessField({ value, set }: { value: ServiceAccess; set: (access: ServiceAccess) => void }) {
  const { t } = useTranslation();
  const words: Record<ServiceAccess, string> = {
    PROJECT: t("service.access.membersHint"),
    KEY: t("service.access.keysHint"),
    PUBLIC: t("service.access.publicHint"),
  };
  return (
    <Input.Wrapper label={t("service.access.title")} labelElement="div" description={words[value]}>
      <div className={css.mt4}>
        <SegmentedControl
          size="xs"
          aria-label={t("service.access.title")}
          value={value}
          onChange={(next) => set(next as ServiceAccess)}
          data={[
            { value: "PROJECT", label: t("kind.project") },
            { value: "KEY", label: t("service.keys") },
            { value: "PUBLIC", label: t("service.access.public") },
          ]}
        />
      </div>
    </Input.Wrapper>
  );
}

function Fields({
  kinds,
  project,
  local,
  value,
  set,
  model,
  setModel,
  error,
}: {
  kinds: Kind[];
  project: string;
  local: boolean;
  value: Draft;
  set: (next: Draft) => void;
  model: string | null;
  setModel: (model: string | null) => void;
  error: unknown;
}) {
  const { t } = useTranslation();
  const fault = faultOf(error);
  const put = (change: Partial<Draft>) => set({ ...value, ...change });
  const kind = kinds.find((each) => each.kind === value.kind);
  const places = useQuery({
    queryKey: ["service-places", project],
    queryFn: () => ask(ServicePlacesDocument, { key: project }),
    enabled: Boolean(project),
  });
  const models = (places.data?.models.nodes ?? []).flatMap((each) => [
    ...each.aliases.map((alias) => ({
      value: `${each.name}@${alias.name}`,
      label: `${each.name} @ ${alias.name} (v${alias.number})`,
      framework: each.versions.find((version) => version.number === alias.number)?.framework,
    })),
    ...each.versions.map((version) => ({
      value: `${each.name}:${version.number}`,
      label: `${each.name} v${version.number}`,
      framework: version.framework,
    })),
  ]);
  const fitting = models.filter(
    (each) => !kind?.frameworks.length || (each.framework && kind.frameworks.includes(each.framework)),
  );
  const needs = kind?.requiresModel || value.kind === "FUNCTION";
  return (
    <>
      <Select
        label={t("service.source")}
        description={kind ? localised(kind.description) : undefined}
        data={kinds.map((each) => ({ value: each.kind, label: each.title }))}
        value={value.kind}
        onChange={(next) => next && put({ kind: next as ServiceKind })}
        allowDeselect={false}
        error={fault("kind")}
      />
      {kind?.unavailableReason && <Notice tone="waitful">{localised(kind.unavailableReason)}</Notice>}
      {needs && (
        <Select
          label={t("kind.model")}
          required={kind?.requiresModel}
          placeholder={fitting.length ? t("service.version") : t("service.noModel")}
          data={fitting}
          value={model}
          onChange={setModel}
          searchable
          clearable={!kind?.requiresModel}
          error={fault("model")}
        />
      )}
      {value.kind === "FUNCTION" && (
        <Code
          label={t("service.script")}
          description={t("service.scriptHint")}
          language="python"
          value={value.script ?? ""}
          set={(script) => put({ script })}
          error={fault("script")}
        />
      )}
      {value.kind === "CUSTOM" && (
        <>
          <TextInput
            required
            label={t("common.command")}
            description={t("common.portHint")}
            placeholder="uvicorn app:app --host $CUBE_HOST --port $CUBE_PORT"
            value={value.command ?? ""}
            onChange={(event) => put({ command: event.currentTarget.value || null })}
            error={fault("command")}
            styles={{ input: { fontFamily: "var(--mono)", fontSize: 12 } }}
          />
          <TextInput
            label={t("service.healthPath")}
            placeholder="/"
            value={value.readyPath ?? ""}
            onChange={(event) => put({ readyPath: event.currentTarget.value || null })}
            error={fault("readyPath")}
          />
        </>
      )}
      <div className={css.small}>
        <NumberInput
          label={t("common.cpuCores")}
          min={0.1}
          step={0.5}
          value={value.cpu}
          onChange={(next) => put({ cpu: Number(next) || 0 })}
          error={fault("cpu")}
        />
        <NumberInput
          label={t("common.memoryGib")}
          min={0.0625}
          step={0.5}
          value={value.memory / GIB}
          onChange={(next) => put({ memory: Math.round((Number(next) || 0) * GIB) })}
          error={fault("memory")}
        />
        <NumberInput
          label={t("common.gpus")}
          min={0}
          step={1}
          allowDecimal={false}
          value={value.gpu}
          onChange={(next) => put(counted(Number(next) || 0))}
          error={fault("gpu")}
        />
      </div>
      {!local && <DeviceFields value={value} put={put} fault={fault} />}
      <Scaling value={value} put={put} fault={fault} />
      <details>
        <summary className={`${css.pointer} ${css.fw600}`}>{t("service.advanced")}</summary>
        <div className={`${css.stack} ${css.gap12} ${css.mt10}`}>
          {local ? (
            <TagsInput
              label={t("common.pythonPackages")}
              description={t("service.packagesHint")}
              value={value.requirements}
              onChange={(requirements) => put({ requirements })}
              splitChars={[",", " "]}
              error={fault("requirements")}
            />
          ) : (
            <TextInput
              label={t("kind.image")}
              placeholder={kind?.image ?? "registry/name:tag"}
              value={value.image ?? ""}
              onChange={(event) => put({ image: event.currentTarget.value || null })}
              error={fault("image")}
            />
          )}
          {!local && <RootField value={value.root} set={(root) => put({ root })} error={fault("root")} />}
          <div className={`${css.gap12} ${css.columns180}`}>
            <NumberInput
              label={t("service.timeout")}
              min={0.1}
              step={10}
              value={value.timeoutSeconds}
              onChange={(next) => put({ timeoutSeconds: Number(next) || 0 })}
              error={fault("timeoutSeconds")}
            />
            <NumberInput
              label={t("service.idleMinutes")}
              description={t("service.idleMinutesHint")}
              min={0}
              step={10}
              allowDecimal={false}
              value={value.idleTimeoutSeconds / 60}
              onChange={(next) => put({ idleTimeoutSeconds: 60 * (Number(next) || 0) })}
              error={fault("idleTimeoutSeconds")}
            />
            {served(value.kind) && (
              <Select
                label={t("service.nanPolicy.label")}
                description={t("service.nanPolicyHint")}
                data={[
                  { value: "NULL", label: t("service.nanPolicy.null") },
                  { value: "ERROR", label: t("service.nanPolicy.error") },
                ]}
                value={value.nonFinite}
                onChange={(next) => next && put({ nonFinite: next as NonFinite })}
                allowDeselect={false}
                error={fault("nonFinite")}
              />
            )}
          </div>
          <Pairs
            label={t("common.variables")}
            pairs={value.env}
            set={(env) => put({ env: env as Record<string, string> })}
            error={fault("env")}
          />
          <Pairs
            secret
            label={t("common.secrets")}
            pairs={value.secrets}
            set={(secrets) => put({ secrets })}
            error={fault("secrets")}
          />
          <Given
            project={project}
            secrets={value.project_secrets}
            volumes={value.volumes}
            set={put}
            local={local}
            error={fault}
          />
        </div>
      </details>
    </>
  );
}

export function NewService({
  given,
  close,
}: {
  given: { project?: string; model?: string };
  close: () => void;
}) {
  const { t } = useTranslation();
  const go = useNavigate();
  const here = useProject();
  const able = useProjects().data?.projects.nodes.filter((each) => each.viewerCanRun) ?? [];
  const [wanted, setProject] = useState(given.project ?? here?.name ?? "");
  const project = able.find((each) => each.name === wanted)?.name ?? able[0]?.name ?? "";
  const places = useQuery({
    queryKey: ["service-places", project],
    queryFn: () => ask(ServicePlacesDocument, { key: project }),
    enabled: Boolean(project),
    placeholderData: keepPreviousData,
  });
  const found = places.data?.project;
  const [cluster, setCluster] = useState<string | null>(null);
  const place = cluster && found?.clusters.includes(cluster) ? cluster : (found?.cluster ?? "local");
  const kinds = useQuery({
    queryKey: ["service-kinds", place],
    queryFn: () => ask(ServiceKindsDocument, { cluster: place }),
    placeholderData: keepPreviousData,
  });
  const [name, setName] = useState(given.model?.split(/[:@]/)[0] ?? "");
  const [model, setModel] = useState<string | null>(given.model ?? null);
  const [access, setAccess] = useState<ServiceAccess>("PROJECT");
  const [definition, setDefinition] = useState<Draft>(EMPTY);
  const [settled] = useDebouncedValue(definition, 300);
  const lacks = definition.kind === "MODEL" && !model;
  const fit = useQuery({
    queryKey: ["service-fit", project, place, settled, model],
    enabled: Boolean(project) && !lacks,
    retry: false,
    staleTime: 5000,
    placeholderData: keepPreviousData,
    queryFn: () => ask(ServicePreflightDocument, { project, spec: toSpec(settled), model, cluster: place }),
  });
  const { busy, error, run } = useAttempt();
  const make = () =>
    run(async () => {
      const made = await act(CreateServiceDocument, {
        input: { project, name, spec: toSpec(definition), model, access, cluster: place },
      });
      fresh();
      close();
      await go({ to: "/services/$service", params: { service: made.id } });
    });
  const fault = faultOf(error);
  const [named] = useDebouncedValue(name, 300);
  const services = useQuery({
    queryKey: ["services", { project, search: named }, "taken"],
    queryFn: () => ask(ServicesDocument, { project, search: named }),
    enabled: Boolean(project && named),
  });
  const taken = services.data?.services.nodes.find(
    (each) => each.name === name && each.project.name === project,
  );
  const revise = async () => {
    close();
    await go({
      to: "/services/$service",
      params: { service: taken!.id },
      search: { deploy: model ?? undefined },
    });
  };
  return (
    <Dialog
      title={t("service.create")}
      close={close}
      busy={busy}
      go={() => void (taken ? revise() : make())}
      label={taken ? t("service.newRevision") : t("service.deploy")}
      error={!taken && unshown(error) ? error : null}
      size={680}
      why={
        taken
          ? !taken.viewerCanChange && t("common.roleTooLow")
          : !project
            ? t("common.projectRequired")
            : !name
              ? t("common.nameRequired")
              : lacks
                ? t("service.modelRequired")
                : fit.data?.preflightService.verdict === "NEVER"
                  ? t("common.cannotRun")
                  : null
      }
    >
      {able.length === 0 && <Notice tone="waitful">{t("service.noProject")}</Notice>}
      <div className={`${css.gap12} ${css.columns170}`}>
        <TextInput
          required
          data-autofocus
          label={t("common.name")}
          description={t("service.nameHint")}
          placeholder="wine"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={taken ? undefined : fault("name")}
        />
        <Select
          label={t("kind.project")}
          description={t("service.projectHint")}
          data={able.map((each) => each.name)}
          value={project || null}
          onChange={(next) => next && setProject(next)}
          allowDeselect={false}
          searchable
          error={fault("project")}
        />
        {found && found.clusters.length > 1 && (
          <Select
            label={t("kind.cluster")}
            description={t("service.cluster")}
            data={found.clusters}
            value={place}
            onChange={setCluster}
            allowDeselect={false}
          />
        )}
      </div>
      {taken && (
        <Notice>
          {model
            ? t("service.existsModel", { name, model, n: taken.latestRevision + 1 })
            : t("service.exists", { name, n: taken.latestRevision + 1 })}
        </Notice>
      )}
      {taken ? null : kinds.data ? (
        <Fields
          kinds={kinds.data.serviceKinds}
          project={project}
          local={place === "local"}
          value={definition}
          set={setDefinition}
          model={model}
          setModel={setModel}
          error={error ?? fit.error}
        />
      ) : (
        <Loading rows={4} />
      )}
      {!taken && <AccessField value={access} set={setAccess} />}
      {!taken && fit.data && !(fit.error && !fit.isPlaceholderData) && (
        <Fit fit={fit.data.preflightService} />
      )}
    </Dialog>
  );
}

type Whole = NonNullable<ServiceQuery["service"]>;

/** A new revision: as the newest, but for what is changed; and how it gets the traffic. */
export function Deploy({
  service,
  model: wanted,
  close,
}: {
  service: Whole;
  model?: string;
  close: () => void;
}) {
  const { t } = useTranslation();
  const newest = service.revisions[0]!;
  const kinds = useQuery({
    queryKey: ["service-kinds", service.cluster],
    queryFn: () => ask(ServiceKindsDocument, { cluster: service.cluster }),
  });
  const serves = newest.model;
  const [definition, setDefinition] = useState<Draft>(() => fromSpec(newest.spec));
  const [model, setModel] = useState<string | null>(
    wanted ?? (serves ? `${serves.name}:${serves.number}` : null),
  );
  const [how, setHow] = useState<RolloutKind>("IMMEDIATE");
  const [steps, setSteps] = useState("1, 10, 50, 100");
  const [seconds, setSeconds] = useState(30);
  const [difference, setDifference] = useState<number | "">("");
  const { busy, error, run } = useAttempt();
  const confirmation = useConfirmation(error);
  const fault = faultOf(error);
  const words = {
    IMMEDIATE: t("service.strategy.allHint"),
    CANARY: t("service.strategy.canaryHint"),
    MANUAL: t("service.strategy.manualHint"),
  };
  const deploy = () =>
    run(async () => {
      const strategy =
        how === "CANARY"
          ? {
              kind: how,
              steps: steps
                .split(/[\s,;%]+/)
                .filter(Boolean)
                .map(Number),
              stepSeconds: seconds,
              gates: difference === "" ? {} : { differenceRate: difference / 100 },
            }
          : { kind: how };
      await act(DeployServiceDocument, {
        input: { id: service.id, spec: toSpec(definition), model, strategy, force: confirmation.force },
      });
      fresh();
      close();
    });
  return (
    <Dialog
      title={t("service.deployTo", { name: service.name })}
      close={close}
      busy={busy}
      go={() => void deploy()}
      label={t("service.deployRevision", { n: service.latestRevision + 1 })}
      error={unshown(error) ? error : null}
      size={680}
    >
      {kinds.data ? (
        <Fields
          kinds={kinds.data.serviceKinds}
          project={service.project.name}
          local={service.cluster === "local"}
          value={definition}
          set={setDefinition}
          model={model}
          setModel={setModel}
          error={error}
        />
      ) : (
        <Loading rows={5} />
      )}
      <Input.Wrapper label={t("service.strategy.label")} labelElement="div" description={words[how]}>
        <div className={css.mt4}>
          <SegmentedControl
            size="xs"
            aria-label={t("service.strategy.label")}
            value={how}
            onChange={(next) => setHow(next as typeof how)}
            data={[
              { value: "IMMEDIATE", label: t("service.strategy.all") },
              { value: "CANARY", label: t("service.strategy.canary") },
              { value: "MANUAL", label: t("service.strategy.manual") },
            ]}
          />
        </div>
      </Input.Wrapper>
      {how === "CANARY" && (
        <div className={`${css.gap12} ${css.columns180}`}>
          <TextInput
            label={t("service.canarySteps")}
            value={steps}
            onChange={(event) => setSteps(event.currentTarget.value)}
          />
          <NumberInput
            label={t("service.canaryInterval")}
            min={0}
            value={seconds}
            onChange={(next) => setSeconds(Number(next) || 0)}
          />
          <NumberInput
            label={t("service.maxDifferences")}
            description={t("service.maxDifferencesHint")}
            min={0.1}
            max={90}
            value={difference}
            onChange={(next) => setDifference(next === "" ? "" : Number(next))}
            error={fault("strategy.gates.differenceRate")}
          />
        </div>
      )}
      {confirmation.box}
    </Dialog>
  );
}

/** What a notebook is made of, as fields; the same for a new one and for one that is changed. */

import { Input, NumberInput, SegmentedControl, Select, TagsInput, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { NotebookKind, NotebookKindsQuery, NotebookSharing } from "@/gen/graphql";
import { counted } from "@/lib/devices";
import { localised } from "@/lib/i18n";
import { GIB } from "@/lib/workload";
import { Code } from "@/ui/code";
import { DeviceFields } from "@/ui/devices";
import { Given, SecretField } from "@/ui/given";
import { css, Notice } from "@/ui/page";
import { Pairs } from "@/ui/pairs";
import { RootField } from "@/ui/root";
import { type Draft, faultOf } from "./spec";

type Kind = NotebookKindsQuery["notebookKinds"][number];

export function Fields({
  project,
  kind,
  local,
  value,
  set,
  error,
}: {
  project: string;
  kind: Kind | undefined;
  local: boolean;
  value: Draft;
  set: (next: Draft) => void;
  error: unknown;
}) {
  const { t } = useTranslation();
  const fault = faultOf(error);
  const put = (change: Partial<Draft>) => set({ ...value, ...change });
  const text = (next: string) => next || null;
  return (
    <>
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
          min={0.125}
          step={1}
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
        {!local && (
          <NumberInput
            label={t("notebook.disk")}
            min={0.125}
            step={5}
            value={value.size / GIB}
            onChange={(next) => put({ size: Math.round((Number(next) || 0) * GIB) })}
            error={fault("size")}
          />
        )}
      </div>
      {!local && <DeviceFields value={value} put={put} fault={fault} />}
      {kind?.kind === "CUSTOM" && (
        <>
          <TextInput
            required
            label={t("common.command")}
            description={t("common.portHint")}
            placeholder="streamlit run app.py --server.port $CUBE_PORT"
            value={value.command ?? ""}
            onChange={(event) => put({ command: text(event.currentTarget.value) })}
            error={fault("command")}
            styles={{ input: { fontFamily: "var(--mono)", fontSize: 12 } }}
          />
          <TextInput
            label={t("notebook.page")}
            placeholder="/"
            value={value.path ?? ""}
            onChange={(event) => put({ path: text(event.currentTarget.value) })}
            error={fault("path")}
          />
        </>
      )}
      {local ? (
        <TagsInput
          label={t("common.pythonPackages")}
          description={
            kind?.requirements.length
              ? t("notebook.alongside", { names: kind.requirements.join(", ") })
              : undefined
          }
          placeholder={value.requirements.length ? "" : "pandas>=2, torch"}
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
          onChange={(event) => put({ image: text(event.currentTarget.value) })}
          error={fault("image")}
        />
      )}
      {!local && <RootField value={value.root} set={(root) => put({ root })} error={fault("root")} />}
      <details>
        <summary className={`${css.pointer} ${css.fw600}`}>{t("notebook.advanced")}</summary>
        <div className={`${css.stack} ${css.gap12} ${css.mt10}`}>
          <div className={`${css.wideAndNarrow} ${css.gap12}`}>
            <TextInput
              label={t("common.gitRepository")}
              description={t("notebook.gitHint")}
              placeholder="https://…/repository.git"
              value={value.repo ?? ""}
              onChange={(event) => put({ repo: text(event.currentTarget.value) })}
              error={fault("repo")}
            />
            <TextInput
              label={t("common.gitBranch")}
              description={t("common.gitBranchHint")}
              value={value.branch ?? ""}
              onChange={(event) => put({ branch: text(event.currentTarget.value) })}
              error={fault("branch")}
            />
          </div>
          {value.repo?.startsWith("http") && (
            <SecretField
              project={project}
              label={t("common.gitToken")}
              value={value.repo_secret}
              set={(repo_secret) => put({ repo_secret })}
              error={fault("repo_secret")}
            />
          )}
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
          <Code
            label={t("notebook.startScript")}
            description={t("notebook.startScriptHint")}
            language="text"
            value={value.script ?? ""}
            set={(script) => put({ script: text(script) })}
            error={fault("script")}
          />
        </div>
      </details>
    </>
  );
}

export function KindPicker({
  kinds,
  value,
  set,
}: {
  kinds: Kind[];
  value: NotebookKind;
  set: (kind: NotebookKind) => void;
}) {
  const { t } = useTranslation();
  const kind = kinds.find((each) => each.kind === value);
  return (
    <div className={`${css.stack} ${css.gap8}`}>
      <Select
        label={t("notebook.kind")}
        data={kinds.map((each) => ({ value: each.kind, label: each.title }))}
        value={value}
        onChange={(next) => next && set(next as NotebookKind)}
        allowDeselect={false}
        description={kind?.description}
      />
      {kind?.unavailableReason && <Notice tone="waitful">{localised(kind.unavailableReason)}</Notice>}
    </div>
  );
}

export function ShareField({
  value,
  set,
  viewOnly,
  error,
}: {
  value: NotebookSharing;
  set: (share: NotebookSharing) => void;
  viewOnly: boolean;
  error?: string;
}) {
  const { t } = useTranslation();
  const data = [
    { value: "NONE", label: t("notebook.sharing.private") },
    ...(viewOnly ? [{ value: "VIEW", label: t("notebook.sharing.view") }] : []),
    { value: "EDIT", label: t("notebook.sharing.edit") },
  ];
  return (
    <Input.Wrapper label={t("notebook.sharing.label")} labelElement="div" error={error}>
      <div>
        <SegmentedControl
          size="xs"
          aria-label={t("notebook.sharing.label")}
          data={data}
          value={value}
          onChange={(next) => set(next as NotebookSharing)}
        />
      </div>
    </Input.Wrapper>
  );
}

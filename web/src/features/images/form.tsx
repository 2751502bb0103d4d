/** A new version of an image: its parts, or a Dockerfile, or a repository; what it comes to is shown as it is typed. */
import {
  Button,
  FileButton,
  Menu,
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
import { act, ask, Refused, spoken } from "@/api/client";
import { useProject, useProjects } from "@/api/project";
import {
  CheckImageDocument,
  ImagePlacesDocument,
  ImagePresetsDocument,
  SaveImageDocument,
} from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { Code } from "@/ui/code";
import { Dialog } from "@/ui/dialog";
import { SecretField } from "@/ui/given";
import { css, Failure, Notice } from "@/ui/page";
import { Pin } from "@/ui/pin";
import { say } from "@/ui/toast";
import {
  FIELDS,
  type Fields,
  fieldsOf,
  isEmpty,
  type Kind,
  kindOf,
  pathOf,
  resourcesOf,
  sourceOf,
} from "./source";

export interface Given {
  project: string;
  name?: string;
  /** The starting point that it begins with: a name to take over. */
  begun?: string;
  fields?: Fields;
  registry?: string | null;
}

export function NewImage({ given, close }: { given: Partial<Given>; close: () => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const here = useProject();
  const projects = useProjects().data?.projects.nodes.filter((each) => each.viewerCanRun) ?? [];
  const [project, setProject] = useState(given.project ?? here?.name ?? "");
  const place = useQuery({
    queryKey: ["image-places", project],
    queryFn: () => ask(ImagePlacesDocument, { key: project }),
    enabled: Boolean(project),
    placeholderData: keepPreviousData,
  });
  const starts = useQuery({ queryKey: ["image-starts"], queryFn: () => ask(ImagePresetsDocument) });
  const found = place.data?.project;
  const [kind, setKind] = useState<Kind>(kindOf(given.fields ?? {}));
  const [name, setName] = useState(given.name ?? given.begun ?? "");
  const [fields, setFields] = useState<Fields>(given.fields ?? {});
  const [registry, setRegistry] = useState<string | null>(given.registry ?? null);
  const [wanted, setCluster] = useState<string | null>(null);
  const cluster = wanted ?? found?.cluster ?? "local";
  const local = (place.data?.clusters.find((each) => each.name === cluster)?.kind ?? "local") === "local";
  const put = (change: Fields) => setFields((now) => ({ ...now, ...change }));
  const [settled] = useDebouncedValue(
    { source: sourceOf(kind, fields), resources: resourcesOf(fields) },
    300,
  );
  const check = useQuery({
    queryKey: ["check-image", settled],
    queryFn: () => ask(CheckImageDocument, { input: settled }),
    placeholderData: keepPreviousData,
  });
  const { busy, error, run } = useAttempt();
  const wrong = (check.data?.checkImage.faults ?? []).map(spoken);
  const faults = [...(error instanceof Refused ? error.faults : []), ...wrong];
  const fault = (name: string) => {
    const path = pathOf(name);
    return faults.find(
      (each) =>
        each.field === path || each.field?.startsWith(`${path}[`) || each.field?.startsWith(`${path}.`),
    )?.message;
  };
  const empty = isEmpty(kind, fields);
  const make = (rebuild: boolean) =>
    run(async () => {
      const source = sourceOf(kind, fields);
      const input = { project, name, source, resources: resourcesOf(fields), registry, cluster, rebuild };
      const saved = await act(SaveImageDocument, { input });
      void cache.invalidateQueries({ queryKey: ["images"] });
      void cache.invalidateQueries({ queryKey: ["image"] });
      close();
      if (!saved.created) say(t("image.alreadyBuilt", { n: saved.build.number }));
      await go({
        to: "/images/$image",
        params: { image: saved.image.id },
        search: { build: saved.build.id },
      });
    });
  const shown = ["name", "registry", "cluster", ...FIELDS].map(pathOf);
  const unshown =
    error instanceof Refused
      ? error.faults.every(
          (each) => !shown.some((field) => each.field === field || each.field?.startsWith(`${field}[`)),
        )
      : Boolean(error);
  return (
    <Dialog
      title={given.name ? t("image.newVersionOf", { name: given.name }) : t("image.create")}
      close={close}
      busy={busy}
      go={() => void make(false)}
      label={t("image.build")}
      error={unshown ? error : null}
      size={720}
      why={
        !name
          ? t("common.nameRequired")
          : empty
            ? t("image.sourceRequired")
            : wrong.length && !check.isPlaceholderData
              ? t("common.incomplete")
              : null
      }
    >
      <div className={`${css.gap12} ${css.columns160}`}>
        <TextInput
          required
          data-autofocus
          label={t("common.name")}
          placeholder="team-python"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fault("name")}
          disabled={Boolean(given.name)}
        />
        <Select
          label={t("kind.project")}
          data={projects.map((each) => each.name)}
          value={project || null}
          onChange={(next) => next && setProject(next)}
          allowDeselect={false}
          searchable
          disabled={Boolean(given.name)}
        />
        {found && found.clusters.length > 1 && (
          <Select
            label={t("image.buildCluster")}
            data={found.clusters}
            value={cluster}
            onChange={setCluster}
            allowDeselect={false}
            error={fault("cluster")}
          />
        )}
        {found && (found.registries.length > 0 || !local) && (
          <Select
            label={t("image.registry")}
            placeholder={t("image.noRegistry")}
            data={found.registries.map((each) => ({ value: each.id, label: each.name }))}
            value={registry}
            onChange={setRegistry}
            clearable
            error={fault("registry")}
          />
        )}
      </div>
      <div className={`${css.flow} ${css.gap8} ${css.middle}`}>
        <div className={`${css.scroll} ${css.maw100}`}>
          <SegmentedControl
            size="xs"
            aria-label={t("image.source")}
            value={kind}
            onChange={(next) => setKind(next as Kind)}
            data={[
              { value: "packages", label: t("image.sourcePackages") },
              { value: "dockerfile", label: t("image.sourceDockerfile") },
              { value: "git", label: t("image.sourceGit") },
            ]}
          />
        </div>
        {kind === "packages" && starts.data && (
          <Menu position="bottom-start">
            <Menu.Target>
              <Button size="compact-sm">{t("image.startFrom")}</Button>
            </Menu.Target>
            <Menu.Dropdown>
              {starts.data.imagePresets.map((each) => (
                <Menu.Item
                  key={each.name}
                  onClick={() => {
                    setFields(fieldsOf(each.source));
                    if (!name) setName(each.name);
                  }}
                >
                  <b>{each.title}</b>
                  <div className={`${css.dim} ${css.maw320} ${css.normal}`}>{each.description}</div>
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      {kind === "packages" && (
        <>
          <TagsInput
            label={t("common.pythonPackages")}
            placeholder={fields.pip?.length ? "" : "pandas>=2, torch"}
            value={fields.pip ?? []}
            onChange={(pip) => put({ pip })}
            splitChars={["\n"]}
            error={fault("pip")}
          />
          <div className={`${css.gap12} ${css.columns220}`}>
            <div>
              <TextInput
                label={t("image.baseImage")}
                placeholder="python:3.11-slim"
                value={fields.base ?? ""}
                onChange={(event) => put({ base: event.currentTarget.value })}
                error={fault("base")}
              />
              <Pin base={fields.base ?? ""} project={project} set={(base) => put({ base })} />
            </div>
            <TagsInput
              label={t("image.debianPackages")}
              placeholder={fields.apt?.length ? "" : "git"}
              value={fields.apt ?? []}
              onChange={(apt) => put({ apt })}
              splitChars={[",", " "]}
              error={fault("apt")}
            />
            <TagsInput
              label={t("image.condaPackages")}
              value={fields.conda ?? []}
              onChange={(conda) => put({ conda })}
              splitChars={["\n"]}
              error={fault("conda")}
            />
            {(fields.conda?.length || fields.channels?.length) && (
              <TagsInput
                label={t("image.condaChannels")}
                value={fields.channels ?? []}
                onChange={(channels) => put({ channels })}
                splitChars={[",", " "]}
                error={fault("channels")}
              />
            )}
          </div>
          <details open={Boolean(fields.environmentYml)}>
            <summary className={`${css.pointer} ${css.fw600}`}>{t("image.condaFile")}</summary>
            <div className={`${css.stack} ${css.gap8} ${css.mt8} ${css.itemsStart}`}>
              <FileButton
                accept=".yml,.yaml"
                onChange={(file) => {
                  if (file) void file.text().then((text) => put({ environmentYml: text }));
                }}
              >
                {(props) => (
                  <Button size="compact-sm" {...props}>
                    {t("common.chooseFile")}
                  </Button>
                )}
              </FileButton>
              <Textarea
                w="100%"
                aria-label="environment.yml"
                description={t("image.condaFileHint")}
                placeholder={"channels: [conda-forge]\ndependencies:\n  - numpy=2.1\n  - pip: [six]"}
                autosize
                minRows={4}
                maxRows={14}
                value={fields.environmentYml ?? ""}
                onChange={(event) => put({ environmentYml: event.currentTarget.value })}
                error={fault("environmentYml")}
                styles={{ input: { fontFamily: "var(--mono)", fontSize: 12 } }}
              />
            </div>
          </details>
          <Textarea
            label={t("image.commands")}
            description={t("image.commandsHint")}
            autosize
            minRows={2}
            maxRows={10}
            value={(fields.commands ?? []).join("\n")}
            onChange={(event) =>
              put({ commands: event.currentTarget.value.split("\n").filter((line) => line.trim()) })
            }
            error={fault("commands")}
            styles={{ input: { fontFamily: "var(--mono)", fontSize: 12 } }}
          />
        </>
      )}
      {kind === "dockerfile" && (
        <Code
          label="Dockerfile"
          language="text"
          height="240px"
          value={fields.dockerfile ?? ""}
          set={(dockerfile) => put({ dockerfile })}
          error={fault("dockerfile")}
        />
      )}
      {kind === "git" && (
        <>
          <TextInput
            label={t("common.gitRepository")}
            placeholder="https://…/repository.git"
            value={fields.repo ?? ""}
            onChange={(event) => put({ repo: event.currentTarget.value })}
            error={fault("repo")}
          />
          <SecretField
            project={project}
            label={t("common.gitToken")}
            value={fields.repoSecret ?? null}
            set={(name) => put({ repoSecret: name })}
            error={fault("repoSecret")}
          />
          <div className={`${css.halves} ${css.gap12}`}>
            <TextInput
              label={t("common.gitBranch")}
              description={t("common.gitBranchHint")}
              value={fields.branch ?? ""}
              onChange={(event) => put({ branch: event.currentTarget.value })}
              error={fault("branch")}
            />
            <TextInput
              label={t("image.dockerfilePath")}
              placeholder="Dockerfile"
              value={fields.path ?? ""}
              onChange={(event) => put({ path: event.currentTarget.value })}
              error={fault("path")}
            />
          </div>
        </>
      )}
      {check.error ? (
        <Failure error={check.error} />
      ) : (
        check.data &&
        !empty && (
          <>
            {wrong
              .filter((each) => !each.field)
              .map((each) => (
                <Notice key={each.message} tone="waitful">
                  {each.message}
                </Notice>
              ))}
            {check.data.checkImage.pythonOnly && local && <Notice>{t("image.localHint")}</Notice>}
            {check.data.checkImage.dockerfile && kind === "packages" && (
              <details open={!check.data.checkImage.pythonOnly || !local}>
                <summary className={`${css.pointer} ${css.fw600}`}>{t("image.dockerfile")}</summary>
                <pre
                  tabIndex={0}
                  role="region"
                  aria-label="Dockerfile"
                  className={`${css.code} ${css.mt6} ${css.mah200}`}
                >
                  {check.data.checkImage.dockerfile}
                </pre>
              </details>
            )}
          </>
        )
      )}
      <details>
        <summary className={`${css.pointer} ${css.fw600}`}>{t("image.resources")}</summary>
        <div className={`${css.thirds} ${css.gap12} ${css.mt8}`}>
          <NumberInput
            label={t("common.cpuCores")}
            min={0.1}
            step={0.5}
            value={fields.cpu ?? 1}
            onChange={(next) => put({ cpu: Number(next) || 1 })}
            error={fault("cpu")}
          />
          <NumberInput
            label={t("common.memoryGib")}
            min={0.125}
            value={Number(fields.memory ?? 2 ** 31) / 2 ** 30}
            onChange={(next) => put({ memory: Math.round((Number(next) || 2) * 2 ** 30) })}
            error={fault("memory")}
          />
          <NumberInput
            label={t("image.minutes")}
            min={1}
            max={1440}
            value={(fields.timeoutSeconds ?? 3600) / 60}
            onChange={(next) => put({ timeoutSeconds: (Number(next) || 60) * 60 })}
            error={fault("timeoutSeconds")}
          />
        </div>
      </details>
    </Dialog>
  );
}

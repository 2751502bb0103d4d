/** Making, importing, copying, exporting and deleting pipelines. */
import { Button, FileButton, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask, Refused } from "@/api/client";
import { useProject, useProjects } from "@/api/project";
import { DeletePipelineDocument, SavePipelineDocument, VersionYamlDocument } from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { Code } from "@/ui/code";
import { Dialog } from "@/ui/dialog";
import { css, Notice } from "@/ui/page";
import { complain, say } from "@/ui/toast";

export function NewPipeline({ given, close }: { given: string | null; close: () => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const here = useProject();
  const able = (useProjects().data?.projects.nodes ?? [])
    .filter((each) => each.viewerCanRun)
    .map((each) => each.name);
  const [wanted, setProject] = useState<string | null>(null);
  const project = given ?? wanted ?? (here?.viewerCanRun ? here.name : (able[0] ?? ""));
  const [how, setHow] = useState<"draw" | "yaml">("draw");
  const [name, setName] = useState("");
  const [yaml, setYaml] = useState("");
  const { busy, error, run } = useAttempt();
  const make = () =>
    run(async () => {
      const saved =
        how === "draw"
          ? await act(SavePipelineDocument, {
              input: { project, definition: { name, steps: [] }, expectedVersion: 0 },
            })
          : await act(SavePipelineDocument, { input: { project, yaml } });
      void cache.invalidateQueries({ queryKey: ["pipelines"] });
      if (!saved.changed) say(t("pipeline.unchanged", { name: saved.pipeline.name }));
      await go({
        to: "/projects/$project/pipelines/$pipeline",
        params: { project, pipeline: saved.pipeline.name },
        search: { tab: "edit" },
      });
    });
  const taken = error instanceof Refused && error.code === "CONFLICT" ? t("pipeline.nameTaken") : undefined;
  return (
    <Dialog
      title={t("pipeline.create")}
      size={how === "yaml" ? 720 : 480}
      close={close}
      busy={busy}
      go={() => void make()}
      label={how === "draw" ? t("pipeline.createAndEdit") : t("pipeline.import")}
      error={taken ? null : error}
      why={
        !project
          ? t("common.projectRequired")
          : how === "draw"
            ? !name && t("common.nameRequired")
            : !yaml.trim() && t("pipeline.yamlRequired")
      }
    >
      <SegmentedControl
        value={how}
        onChange={(next) => setHow(next as "draw" | "yaml")}
        data={[
          { value: "draw", label: t("pipeline.draw") },
          { value: "yaml", label: t("pipeline.importYaml") },
        ]}
      />
      {!given && (
        <Select
          label={t("kind.project")}
          data={[...new Set([...(project ? [project] : []), ...able])]}
          value={project || null}
          onChange={setProject}
          allowDeselect={false}
          searchable
          description={able.length === 0 && !project ? t("pipeline.noProject") : undefined}
        />
      )}
      {how === "draw" ? (
        <TextInput
          label={t("common.name")}
          description={t("common.nameRule")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value.toLowerCase().replace(/[^a-z0-9-]+/g, "-"))}
          data-autofocus
          required
          error={taken}
        />
      ) : (
        <>
          <FileButton accept=".yaml,.yml,text/yaml" onChange={(file) => void file?.text().then(setYaml)}>
            {(props) => (
              <Button {...props} className={css.selfStart}>
                {t("common.chooseFile")}
              </Button>
            )}
          </FileButton>
          <Code label={t("common.yaml")} language="yaml" value={yaml} set={setYaml} height="320px" />
          <span className={css.dim}>{t("pipeline.importHint")}</span>
        </>
      )}
    </Dialog>
  );
}

export function CopyPipeline({
  project,
  pipeline,
  close,
}: {
  project: string;
  pipeline: { id: string; name: string; latest: number };
  close: () => void;
}) {
  const { t } = useTranslation();
  const go = useNavigate();
  const [name, setName] = useState(`${pipeline.name.slice(0, 45)}-copy`);
  const { busy, error, run } = useAttempt();
  const make = () =>
    run(async () => {
      const data = await ask(VersionYamlDocument, { id: pipeline.id, number: pipeline.latest });
      const definition = { ...(data.pipeline!.version!.definition as object), name };
      const saved = await act(SavePipelineDocument, { input: { project, definition, expectedVersion: 0 } });
      void cache.invalidateQueries({ queryKey: ["pipelines"] });
      await go({
        to: "/projects/$project/pipelines/$pipeline",
        params: { project, pipeline: saved.pipeline.name },
        search: { tab: "edit" },
      });
    });
  return (
    <Dialog
      title={t("common.copyName", { name: pipeline.name })}
      close={close}
      busy={busy}
      go={() => void make()}
      label={t("common.copy")}
      error={error}
      why={!name && t("common.nameRequired")}
    >
      <TextInput
        label={t("common.copyNewName")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
        required
      />
      <span className={css.dim}>{t("pipeline.copyHint")}</span>
    </Dialog>
  );
}

export function DeletePipeline({
  pipeline,
  close,
  then,
}: {
  pipeline: { id: string; name: string; latest: number; runCount: number };
  close: () => void;
  then?: () => void;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const { busy, error, run } = useAttempt();
  const end = () =>
    run(async () => {
      await act(DeletePipelineDocument, { id: pipeline.id });
      void cache.invalidateQueries();
      say(t("common.nameDeleted", { name: pipeline.name }));
      close();
      then?.();
    });
  return (
    <Dialog
      title={t("common.deleteName", { name: pipeline.name })}
      close={close}
      busy={busy}
      go={() => void end()}
      label={t("common.deletePermanently")}
      error={error}
      danger
      why={typed !== pipeline.name && t("common.typeNameFirst")}
    >
      <Notice tone="bad">
        {t("pipeline.deleteHint", { versions: pipeline.latest, runs: pipeline.runCount })}
      </Notice>
      <TextInput
        label={t("common.typeNameToConfirm")}
        placeholder={pipeline.name}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        data-autofocus
      />
    </Dialog>
  );
}

/** Hand the newest version to the browser as a file. */
export async function download(id: string, name: string, number?: number) {
  try {
    const data = await ask(VersionYamlDocument, { id, number: number ?? null });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([data.pipeline!.version!.yaml], { type: "text/yaml" }));
    link.download = `${name}.yaml`;
    link.click();
    URL.revokeObjectURL(link.href);
  } catch (error) {
    complain(error);
  }
}

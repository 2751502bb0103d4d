/** Making, copying and deleting notebooks. */
import { Checkbox, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { act, ask } from "@/api/client";
import { useProject } from "@/api/project";
import {
  CloneNotebookDocument,
  CreateNotebookDocument,
  DeleteNotebookDocument,
  type NotebookKind,
  NotebookKindsDocument,
  NotebookPlacesDocument,
  type NotebookRowFragment,
  type NotebookSharing,
  PreflightNotebookDocument,
} from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { Fit } from "@/ui/fit";
import { Loading, Notice } from "@/ui/page";
import { say } from "@/ui/toast";
import ui from "@/ui/ui.module.css";
import { Fields, KindPicker, ShareField } from "./form";
import { fresh } from "./notebook";
import { type Draft, EMPTY, faultOf, toSpec, unshown } from "./spec";

export function NewNotebook({
  close,
  given,
  cluster: first,
  definition: preset,
}: {
  close: () => void;
  given?: string;
  cluster?: string;
  definition?: Partial<Draft>;
}) {
  const { t } = useTranslation();
  const go = useNavigate();
  const here = useProject();
  const places = useQuery({ queryKey: ["notebook-places"], queryFn: () => ask(NotebookPlacesDocument) });
  const able = places.data?.projects.nodes.filter((each) => each.viewerCanRun) ?? [];
  const [project, setProject] = useState(given ?? here?.name ?? "");
  const place = able.find((each) => each.name === project) ?? able[0];
  const [wanted, setCluster] = useState<string | null>(first ?? null);
  const cluster = wanted && place?.clusters.includes(wanted) ? wanted : (place?.cluster ?? "local");
  const kinds = useQuery({
    queryKey: ["notebook-kinds", cluster],
    queryFn: () => ask(NotebookKindsDocument, { cluster }),
    placeholderData: keepPreviousData,
  });
  const [kind, setKind] = useState<NotebookKind>("JUPYTER");
  const [name, setName] = useState("");
  const [sharing, setShare] = useState<NotebookSharing>("NONE");
  const [definition, setDefinition] = useState<Draft>({ ...EMPTY, ...preset });
  const { busy, error, run } = useAttempt();
  const [settled] = useDebouncedValue(definition, 300);
  const fit = useQuery({
    queryKey: ["notebook-fit", place?.name, kind, cluster, settled],
    enabled: Boolean(place),
    retry: false,
    staleTime: 5000,
    placeholderData: keepPreviousData,
    queryFn: () =>
      ask(PreflightNotebookDocument, { project: place!.name, kind, spec: toSpec(settled), cluster }),
  });
  const faults = error ?? fit.error;
  const fault = faultOf(error);
  const chosen = kinds.data?.notebookKinds.find((each) => each.kind === kind);
  const make = () =>
    run(async () => {
      const made = await act(CreateNotebookDocument, {
        input: { project: place!.name, name, kind, spec: toSpec(definition), sharing, cluster },
      });
      fresh();
      close();
      await go({ to: "/notebooks/$notebook", params: { notebook: made.id } });
    });
  if (!places.data || !kinds.data)
    return (
      <Dialog
        title={t("notebook.create")}
        close={close}
        busy={false}
        go={() => {}}
        label={t("notebook.createAndStart")}
        error={places.error ?? kinds.error}
        why={t("common.loading")}
      >
        <Loading rows={5} />
      </Dialog>
    );
  return (
    <Dialog
      title={t("notebook.create")}
      close={close}
      busy={busy}
      go={() => void make()}
      label={t("notebook.createAndStart")}
      error={unshown(error) ? error : null}
      size={640}
      why={
        !place
          ? t("common.projectRequired")
          : !name
            ? t("common.nameRequired")
            : chosen?.unavailableReason
              ? t("notebook.kindRequired")
              : fit.data?.preflightNotebook.verdict === "NEVER"
                ? t("common.cannotRun")
                : null
      }
    >
      {able.length === 0 && <Notice tone="waitful">{t("notebook.noProject")}</Notice>}
      <div className={`${ui.gap12} ${ui.columns170}`}>
        <TextInput
          required
          autoFocus
          label={t("common.name")}
          placeholder="explore"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fault("name")}
        />
        <Select
          label={t("kind.project")}
          data={able.map((each) => each.name)}
          value={place?.name ?? null}
          onChange={(next) => next && setProject(next)}
          allowDeselect={false}
          searchable
          error={fault("project")}
        />
        {place && place.clusters.length > 1 && (
          <Select
            label={t("kind.cluster")}
            data={place.clusters}
            value={cluster}
            onChange={setCluster}
            allowDeselect={false}
            error={fault("cluster")}
          />
        )}
      </div>
      <KindPicker
        kinds={kinds.data.notebookKinds}
        value={kind}
        set={(next) => {
          setKind(next);
          if (sharing === "VIEW") setShare("NONE");
        }}
      />
      <Fields
        project={project}
        kind={chosen}
        local={cluster === "local"}
        value={definition}
        set={setDefinition}
        error={faults}
      />
      <ShareField
        value={sharing}
        set={setShare}
        viewOnly={chosen?.supportsViewOnly ?? false}
        error={fault("sharing")}
      />
      {fit.data && !(fit.error && !fit.isPlaceholderData) && <Fit fit={fit.data.preflightNotebook} />}
    </Dialog>
  );
}

export function CloneNotebook({ notebook, close }: { notebook: NotebookRowFragment; close: () => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const [name, setName] = useState(`${notebook.name.slice(0, 45)}-copy`);
  const { busy, error, run } = useAttempt();
  const make = () =>
    run(async () => {
      const made = await act(CloneNotebookDocument, { id: notebook.id, name });
      fresh();
      close();
      await go({ to: "/notebooks/$notebook", params: { notebook: made.id } });
    });
  return (
    <Dialog
      title={t("common.copyName", { name: notebook.name })}
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
      <Notice>{t("notebook.copyHint")}</Notice>
    </Dialog>
  );
}

export function DeleteNotebook({
  notebook,
  close,
  then,
}: {
  notebook: NotebookRowFragment;
  close: () => void;
  then?: () => void;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [keep, setKeep] = useState(false);
  const { busy, error, run } = useAttempt();
  const end = () =>
    run(async () => {
      await act(DeleteNotebookDocument, { id: notebook.id, keepFiles: keep });
      fresh();
      say(t("common.nameDeleted", { name: notebook.name }));
      close();
      then?.();
    });
  return (
    <Dialog
      title={t("common.deleteName", { name: notebook.name })}
      close={close}
      busy={busy}
      go={() => void end()}
      label={t("common.deletePermanently")}
      error={error}
      danger
      why={typed !== notebook.name && t("common.typeNameFirst")}
    >
      <Notice tone="bad">
        {keep
          ? t("notebook.deleteKeepHint", { cluster: notebook.cluster, folder: `notebook-${notebook.id}` })
          : t("notebook.deleteHint")}
      </Notice>
      <Checkbox
        label={t("notebook.keepFolder")}
        checked={keep}
        onChange={(event) => setKeep(event.currentTarget.checked)}
      />
      <TextInput
        label={t("common.typeNameToConfirm")}
        placeholder={notebook.name}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        data-autofocus
      />
    </Dialog>
  );
}

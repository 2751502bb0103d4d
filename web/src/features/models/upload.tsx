/** A model from files of this computer: each is named by its SHA-256, and one that is there already is not sent again. */
import { Autocomplete, FileInput, Progress, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask } from "@/api/client";
import { useProject, useProjects } from "@/api/project";
import { ModelsDocument, UploadModelDocument } from "@/gen/graphql";
import { bytes } from "@/lib/format";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { css, Notice } from "@/ui/page";
import { say } from "@/ui/toast";

const hex = (data: ArrayBuffer) =>
  Array.from(new Uint8Array(data), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function put(project: string, file: File): Promise<string> {
  const sha256 = hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  const url = `/files/${project}/${sha256}`;
  const headers = { "x-cube-request": "1" };
  if ((await fetch(url, { method: "HEAD", headers })).ok) return sha256;
  const answer = await fetch(url, { method: "PUT", headers, body: file });
  if (!answer.ok) throw new Error(await answer.text());
  return sha256;
}

export function UploadModel({ given, close }: { given?: string; close: () => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const here = useProject();
  const projects = useProjects().data?.projects.nodes.filter((each) => each.viewerCanRun) ?? [];
  const [project, setProject] = useState(given ?? here?.name ?? "");
  const models = useQuery({
    queryKey: ["models", { project, search: "" }, "names"],
    queryFn: () => ask(ModelsDocument, { project, search: "" }),
    enabled: Boolean(project),
  });
  const [name, setName] = useState("");
  const [files, setFiles] = useState<File[]>([]);
  const [done, setDone] = useState(0);
  const { busy, error, run } = useAttempt();
  const id = projects.find((each) => each.name === project)?.id;
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const able = Boolean(globalThis.crypto?.subtle);
  const upload = () =>
    run(async () => {
      setDone(0);
      const put_: { path: string; sha256: string; mediaType: string | null }[] = [];
      for (const file of files) {
        put_.push({ path: file.name, sha256: await put(id!, file), mediaType: file.type || null });
        setDone((so) => so + file.size);
      }
      const made = await act(UploadModelDocument, { input: { project, name, files: put_ } });
      void cache.invalidateQueries({ queryKey: ["models"] });
      say(t("model.registered", { name, n: made.version.number }));
      close();
      void go({ to: "/models/$model", params: { model: made.model.id } });
    });
  return (
    <Dialog
      title={t("model.uploadTitle")}
      close={close}
      busy={busy}
      go={() => void upload()}
      label={t("model.upload")}
      error={error}
      why={
        !able || !id
          ? t("common.projectRequired")
          : !name.trim()
            ? t("common.nameRequired")
            : !files.length
              ? t("model.fileRequired")
              : null
      }
    >
      {!able && <Notice tone="waitful">{t("model.uploadNeedsHttps")}</Notice>}
      <Select
        required
        label={t("kind.project")}
        data={projects.map((each) => each.name)}
        value={project || null}
        onChange={(next) => setProject(next ?? "")}
        allowDeselect={false}
        searchable
      />
      <Autocomplete
        required
        label={t("kind.model")}
        description={t("model.nameHint")}
        data={models.data?.models.nodes.map((each) => each.name) ?? []}
        value={name}
        onChange={setName}
      />
      <FileInput
        required
        multiple
        label={t("model.versionFiles")}
        placeholder={t("model.chooseFiles")}
        value={files}
        onChange={setFiles}
        clearable
        description={
          files.length ? `${t("model.fileCount", { count: files.length })}, ${bytes(total)}` : undefined
        }
      />
      {busy && (
        <div>
          <Progress value={total ? (100 * done) / total : 0} aria-label={t("model.upload")} />
          <span className={css.dim}>
            {bytes(done)} / {bytes(total)}
          </span>
        </div>
      )}
    </Dialog>
  );
}

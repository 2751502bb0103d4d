/** What a step left becomes a version of a model: which files, under which name. */
import { Autocomplete, Checkbox, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask } from "@/api/client";
import { ModelsDocument, RegisterModelDocument } from "@/gen/graphql";
import { bytes } from "@/lib/format";
import { isModelFile } from "@/lib/models";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { css } from "@/ui/page";
import { say } from "@/ui/toast";
import own from "./models.module.css";

export function RegisterModel({
  run,
  step,
  item,
  project,
  name: wanted,
  files,
  deploy = false,
  close,
}: {
  run: string;
  step: string;
  item: number | null;
  project: string;
  name: string;
  files: { path: string; size: number }[];
  deploy?: boolean;
  close: () => void;
}) {
  const { t } = useTranslation();
  const go = useNavigate();
  const models = useQuery({
    queryKey: ["models", { project, search: "" }, "names"],
    queryFn: () => ask(ModelsDocument, { project, search: "" }),
  });
  const likely = files.filter((file) => isModelFile(file.path)).map((file) => file.path);
  const [name, setName] = useState(wanted);
  const [paths, setPaths] = useState(likely.length ? likely : files.map((file) => file.path));
  const [description, setDescription] = useState("");
  const [then, setThen] = useState(deploy);
  const { busy, error, run: attempt } = useAttempt();
  const register = () =>
    attempt(async () => {
      const made = await act(RegisterModelDocument, { input: { run, step, item, name, paths, description } });
      void cache.invalidateQueries({ queryKey: ["models"] });
      say(
        made.changed
          ? t("model.registered", { name, n: made.version.number })
          : t("model.alreadyRegistered", { n: made.version.number }),
      );
      close();
      if (then)
        void go({
          to: "/services",
          search: { new: "1", project, model: `${made.model.name}:${made.version.number}` },
        });
      else
        void go({
          to: "/models/$model",
          params: { model: made.model.id },
          search: { version: made.version.id },
        });
    });
  return (
    <Dialog
      title={t("model.registerTitle")}
      close={close}
      busy={busy}
      go={() => void register()}
      label={then ? t("model.registerAndDeploy") : t("model.register")}
      error={error}
      why={!name.trim() ? t("common.nameRequired") : !paths.length ? t("model.fileRequired") : null}
    >
      <Autocomplete
        required
        label={t("kind.model")}
        description={t("model.nameHint")}
        data={models.data?.models.nodes.map((each) => each.name) ?? []}
        value={name}
        onChange={setName}
      />
      <fieldset className={own.fileList}>
        <legend className={css.fw600}>{t("model.versionFiles")}</legend>
        {files.map((file) => (
          <Checkbox
            key={file.path}
            label={
              <>
                {file.path} <span className={css.dim}>{bytes(file.size)}</span>
              </>
            }
            checked={paths.includes(file.path)}
            onChange={(event) =>
              setPaths(
                event.currentTarget.checked
                  ? [...paths, file.path]
                  : paths.filter((path) => path !== file.path),
              )
            }
          />
        ))}
      </fieldset>
      <Textarea
        label={t("model.changes")}
        autosize
        minRows={2}
        maxLength={500}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <Checkbox
        label={t("model.deployNext")}
        description={t("model.deployNextHint")}
        checked={then}
        onChange={(event) => setThen(event.currentTarget.checked)}
      />
    </Dialog>
  );
}

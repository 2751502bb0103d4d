/** What a notebook is made of, to be changed: for its next start, or stopped and started at once, with a way back. */

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask, Refused } from "@/api/client";
import { NotebookKindsDocument, type NotebookQuery, UpdateNotebookDocument } from "@/gen/graphql";
import { equal } from "@/lib/equal";
import { bytes } from "@/lib/format";
import { localised } from "@/lib/i18n";
import { useAttempt } from "@/ui/attempt";
import { Failure, Notice, Panel } from "@/ui/page";
import { say } from "@/ui/toast";
import ui from "@/ui/ui.module.css";
import { type Definition, Fields, ShareField } from "./form";
import { fresh, off, useNotebookActions } from "./notebook";
import { useEnding } from "./stop";

type Whole = NonNullable<NotebookQuery["notebook"]>;

const made = (notebook: Whole): Definition => ({
  cpu: notebook.cpu,
  memory: Number(notebook.memory),
  gpu: notebook.gpu,
  gpu_type: notebook.gpuType,
  gpu_share: notebook.gpuShare,
  devices: notebook.devices as Record<string, number>,
  claims: notebook.claims as Record<string, number>,
  size: Number(notebook.size),
  python: notebook.python,
  requirements: notebook.requirements,
  image: notebook.image,
  root: notebook.root,
  env: notebook.env as Record<string, string>,
  secrets: Object.fromEntries(notebook.secrets.map((name) => [name, null])),
  project_secrets: notebook.projectSecrets,
  volumes: notebook.volumes,
  repo: notebook.repo,
  repo_secret: notebook.repoSecret,
  branch: notebook.branch,
  script: notebook.script,
  command: notebook.command,
  port: notebook.port,
  path: notebook.path,
});

interface Former {
  cpu: number;
  memory: number;
  gpu: number;
}

export function Settings({ notebook }: { notebook: Whole }) {
  const { t } = useTranslation();
  const kinds = useQuery({
    queryKey: ["notebook-kinds", notebook.cluster],
    queryFn: () => ask(NotebookKindsDocument, { cluster: notebook.cluster }),
  });
  const kind = kinds.data?.notebookKinds.find((each) => each.name === notebook.kind);
  const before = made(notebook);
  const [value, setValue] = useState(before);
  const [sharing, setShare] = useState(notebook.sharing);
  const { busy, error, run } = useAttempt();
  const { revert } = useNotebookActions();
  const ending = useEnding();
  const changed = !equal(value, before);
  const save = (restart: boolean) =>
    run(async () => {
      const next = await act(UpdateNotebookDocument, {
        id: notebook.id,
        definition: changed ? value : null,
        sharing: sharing === notebook.sharing ? null : sharing,
        restart: false,
        description: null,
        name: null,
      });
      cache.setQueryData(["notebook", notebook.id], { notebook: next });
      setValue(made(next));
      fresh();
      say(t("common.saved"));
      if (restart) await ending.end(next, true);
    });
  const former = notebook.former as Former | null;
  return (
    <Panel title={t("common.settings")}>
      <div className={`${ui.stack} ${ui.p14} ${ui.gap14}`}>
        {former && notebook.viewerCanChange && (
          <Notice
            tone="waitful"
            action={<Button onClick={() => void revert(notebook.id)}>{t("notebook.revert")}</Button>}
          >
            <b>{t("notebook.notReadySinceChange")}</b>
            <div>
              {t("notebook.previousResources", {
                cpu: former.cpu,
                memory: bytes(former.memory),
                gpu: former.gpu,
              })}
            </div>
          </Notice>
        )}
        <fieldset
          disabled={!notebook.viewerCanChange}
          className={`${ui.bareFieldset} ${ui.stack} ${ui.gap14}`}
        >
          <Fields
            project={notebook.project.name}
            kind={kind}
            local={notebook.cluster === "local"}
            value={value}
            set={setValue}
            error={error}
          />
          <ShareField value={sharing} set={setShare} viewOnly={kind?.supportsViewOnly ?? false} />
        </fieldset>
        {ending.dialog}
        {kind?.unavailableReason && <Notice tone="waitful">{localised(kind.unavailableReason)}</Notice>}
        {Boolean(error) &&
          !(error instanceof Refused && error.faults.some((each) => each.field && each.field in value)) && (
            <Failure error={error} />
          )}
        {notebook.viewerCanChange && (
          <div className={`${ui.flow} ${ui.gap8}`}>
            <Button
              disabled={!changed && sharing === notebook.sharing}
              loading={busy}
              onClick={() => void save(false)}
            >
              {changed && !off(notebook.state) ? t("notebook.saveForNextStart") : t("common.save")}
            </Button>
            {changed && !off(notebook.state) && (
              <Button variant="filled" loading={busy} onClick={() => void save(true)}>
                {t("notebook.saveAndRestartNow")}
              </Button>
            )}
          </div>
        )}
      </div>
    </Panel>
  );
}

/** What a notebook is made of, to be changed: for its next start, or stopped and started at once, with a way back. */

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask } from "@/api/client";
import { NotebookKindsDocument, type NotebookQuery, UpdateNotebookDocument } from "@/gen/graphql";
import { equal } from "@/lib/equal";
import { bytes } from "@/lib/format";
import { localised } from "@/lib/i18n";
import { useAttempt } from "@/ui/attempt";
import { Failure, Notice, Panel } from "@/ui/page";
import { say } from "@/ui/toast";
import ui from "@/ui/ui.module.css";
import { Fields, ShareField } from "./form";
import { fresh, off, useNotebookActions } from "./notebook";
import { faultOf, fromSpec, toSpec, unshown } from "./spec";
import { useEnding } from "./stop";

type Whole = NonNullable<NotebookQuery["notebook"]>;

export function Settings({ notebook }: { notebook: Whole }) {
  const { t } = useTranslation();
  const kinds = useQuery({
    queryKey: ["notebook-kinds", notebook.cluster],
    queryFn: () => ask(NotebookKindsDocument, { cluster: notebook.cluster }),
  });
  const kind = kinds.data?.notebookKinds.find((each) => each.kind === notebook.kind);
  const before = fromSpec(notebook.spec);
  const [value, setValue] = useState(before);
  const [sharing, setShare] = useState(notebook.sharing);
  const { busy, error, run } = useAttempt();
  const { revert } = useNotebookActions();
  const ending = useEnding();
  const changed = !equal(value, before);
  const save = (restart: boolean) =>
    run(async () => {
      const next = await act(UpdateNotebookDocument, {
        input: {
          id: notebook.id,
          spec: changed ? toSpec(value) : null,
          sharing: sharing === notebook.sharing ? null : sharing,
        },
      });
      cache.setQueryData(["notebook", notebook.id], { notebook: next });
      setValue(fromSpec(next.spec));
      fresh();
      say(t("common.saved"));
      if (restart) await ending.end(next, true);
    });
  const previous = notebook.previousSpec?.resources;
  return (
    <Panel title={t("common.settings")}>
      <div className={`${ui.stack} ${ui.p14} ${ui.gap14}`}>
        {previous && notebook.viewerCanChange && (
          <Notice
            tone="waitful"
            action={<Button onClick={() => void revert(notebook.id)}>{t("notebook.revert")}</Button>}
          >
            <b>{t("notebook.notReadySinceChange")}</b>
            <div>
              {t("notebook.previousResources", {
                cpu: previous.cpu,
                memory: bytes(previous.memory),
                gpu: previous.gpu,
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
          <ShareField
            value={sharing}
            set={setShare}
            viewOnly={kind?.supportsViewOnly ?? false}
            error={faultOf(error)("sharing")}
          />
        </fieldset>
        {ending.dialog}
        {kind?.unavailableReason && <Notice tone="waitful">{localised(kind.unavailableReason)}</Notice>}
        {unshown(error) && <Failure error={error} />}
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

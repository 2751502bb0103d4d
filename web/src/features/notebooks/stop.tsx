/** Stopping and restarting a notebook: asked about when something would be ended or lost, after what is unsaved was saved. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { act, ask, Refused } from "@/api/client";
import {
  NotebookUsageDocument,
  type NotebookUsageQuery,
  RestartNotebookDocument,
  StopNotebookDocument,
} from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { css, Notice } from "@/ui/page";
import { complain } from "@/ui/toast";
import { fresh } from "./notebook";

interface Ending {
  notebook: { id: string; name: string; state: string };
  /** Whether it starts again. */
  again: boolean;
}
type Use = NotebookUsageQuery["notebookUsage"];

const end = async ({ notebook, again }: Ending, save: boolean) => {
  await (again
    ? act(RestartNotebookDocument, { id: notebook.id, save })
    : act(StopNotebookDocument, { id: notebook.id, save }));
  fresh();
};

/** `end` stops or restarts, or opens `dialog` when the person should know more first. */
export function useEnding(): {
  end: (notebook: Ending["notebook"], again: boolean) => Promise<void>;
  busy: boolean;
  dialog: ReactNode;
} {
  const [asked, setAsked] = useState<{ ending: Ending; use: Use } | null>(null);
  const [busy, setBusy] = useState(false);
  return {
    busy,
    async end(notebook, again) {
      const ending = { notebook, again };
      setBusy(true);
      try {
        const use =
          notebook.state === "RUNNING"
            ? (await ask(NotebookUsageDocument, { id: notebook.id })).notebookUsage
            : null;
        if (
          use &&
          (use.busyKernels.length ||
            use.busyTerminals ||
            use.unsavedDocuments.length ||
            (!use.known && use.openPages))
        )
          setAsked({ ending, use });
        else await end(ending, false);
      } catch (error) {
        complain(error);
        fresh();
      } finally {
        setBusy(false);
      }
    },
    dialog: asked && <End {...asked} close={() => setAsked(null)} />,
  };
}

function Names({ of, none }: { of: string[]; none: string }) {
  const { t } = useTranslation();
  return (
    <ul className={css.names}>
      {of.slice(0, 8).map((path, index) => (
        <li key={`${index}-${path}`}>{path ? <code className={css.mono}>{path}</code> : none}</li>
      ))}
      {of.length > 8 && <li className={css.dim}>{t("common.andMore", { n: of.length - 8 })}</li>}
    </ul>
  );
}

function End({ ending, use, close }: { ending: Ending; use: Use; close: () => void }) {
  const { t } = useTranslation();
  const { notebook, again } = ending;
  const { busy, error, run } = useAttempt();
  const go = (save: boolean) =>
    run(async () => {
      await end(ending, save);
      close();
    });
  const save = use.unsavedDocuments.length > 0;
  const unsaved = error instanceof Refused && error.field === "save";
  return (
    <Dialog
      title={
        again
          ? t("notebook.restartName", { name: notebook.name })
          : t("notebook.stopName", { name: notebook.name })
      }
      close={close}
      busy={busy}
      go={() => void go(save)}
      error={error}
      label={
        save
          ? again
            ? t("notebook.saveAndRestart")
            : t("notebook.saveAndStop")
          : again
            ? t("common.restart")
            : t("common.stop")
      }
      danger={!save}
    >
      {use.busyKernels.length > 0 && (
        <div>
          <b>{t("notebook.stop.cells")}</b>
          <Names of={use.busyKernels} none={t("notebook.stop.kernel")} />
        </div>
      )}
      {use.busyTerminals > 0 && (
        <div>
          <b>{t("notebook.stop.terminals", { count: use.busyTerminals })}</b>
        </div>
      )}
      {save && (
        <div>
          <b>{t("notebook.stop.unsaved")}</b>
          <Names of={use.unsavedDocuments} none={t("notebook.stop.document")} />
          <span className={css.dim}>{t("notebook.stop.unsavedHint")}</span>
        </div>
      )}
      {!use.known && <Notice tone="waitful">{t("notebook.stop.pageOpen")}</Notice>}
      <span className={css.dim}>{t("notebook.stop.warning")}</span>
      {unsaved && (
        <Button
          color="red"
          variant="light"
          className={css.selfStart}
          disabled={busy}
          onClick={() => void go(false)}
        >
          {again ? t("notebook.stop.restartNow") : t("notebook.stop.stopNow")}
        </Button>
      )}
    </Dialog>
  );
}

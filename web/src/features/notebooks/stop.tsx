/** Stopping and restarting a notebook: asked about when something would be ended or lost, after what is unsaved was saved. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { act, ask, Refused } from "@/api/client";
import {
  NotebookUseDocument,
  type NotebookUseQuery,
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
type Use = NotebookUseQuery["notebookUse"];

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
            ? (await ask(NotebookUseDocument, { id: notebook.id })).notebookUse
            : null;
        if (
          use &&
          (use.busyKernels.length || use.busyTerminals || use.unsaved.length || (!use.known && use.pages))
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
      {of.length > 8 && <li className={css.dim}>{t("and {{n}} more", { n: of.length - 8 })}</li>}
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
  const save = use.unsaved.length > 0;
  const unsaved = error instanceof Refused && error.field === "save";
  return (
    <Dialog
      title={
        again ? t("Restart {{name}}", { name: notebook.name }) : t("Stop {{name}}", { name: notebook.name })
      }
      close={close}
      busy={busy}
      go={() => void go(save)}
      error={error}
      label={save ? (again ? t("Save and restart") : t("Save and stop")) : again ? t("Restart") : t("Stop")}
      danger={!save}
    >
      {use.busyKernels.length > 0 && (
        <div>
          <b>{t("Cells run in")}</b>
          <Names of={use.busyKernels} none={t("a kernel without a document")} />
        </div>
      )}
      {use.busyTerminals > 0 && (
        <div>
          <b>{t("Something runs in {{count}} terminals", { count: use.busyTerminals })}</b>
        </div>
      )}
      {save && (
        <div>
          <b>{t("Unsaved in an open page")}</b>
          <Names of={use.unsaved} none={t("a document")} />
          <span className={css.dim}>
            {t("They are in the browser's page alone; it is asked to save them first.")}
          </span>
        </div>
      )}
      {!use.known && (
        <Notice tone="waitful">
          {t("A page of it is open, and what is unsaved in it cannot be seen from here. Save there first.")}
        </Notice>
      )}
      <span className={css.dim}>
        {t("What runs is ended, and what kernels hold in memory is lost. The files in its folder stay.")}
      </span>
      {unsaved && (
        <Button
          color="red"
          variant="light"
          className={css.selfStart}
          disabled={busy}
          onClick={() => void go(false)}
        >
          {again ? t("Restart without saving") : t("Stop without saving")}
        </Button>
      )}
    </Dialog>
  );
}

/** What the pages about notebooks know of them: the looks at their use, their states as shown, what can be done. */
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act } from "@/api/client";
import {
  ExtendNotebookDocument,
  type NotebookRowFragment,
  OpenNotebookDocument,
  RevertNotebookDocument,
  StartNotebookDocument,
} from "@/gen/graphql";
import { complain } from "@/ui/toast";

export const off = (state: string) => state === "STOPPED" || state === "FAILED";
export const coming = (state: string) => ["REQUESTED", "BUILDING", "PENDING", "STARTING"].includes(state);
/** A notebook that runs is up: unlike a run it has no end to wait for. */
export const shown = (state: string) => (state === "RUNNING" ? "UP" : state);
export const fresh = () =>
  void Promise.all(["notebooks", "notebook"].map((key) => cache.invalidateQueries({ queryKey: [key] })));

export function useNotebookActions() {
  const { t } = useTranslation();
  const attempt = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      complain(error);
    }
    fresh();
  };
  return {
    start: (id: string) => attempt(act(StartNotebookDocument, { id })),
    revert: (id: string) => attempt(act(RevertNotebookDocument, { id })),
    keep: (id: string) => attempt(act(ExtendNotebookDocument, { id })),
    /** A tab of its own, made at once so that no blocker takes it away; the way in is asked for meanwhile. */
    async open(notebook: Pick<NotebookRowFragment, "id" | "name">) {
      const tab = window.open("about:blank", "_blank");
      if (tab) tab.document.title = t("notebook.opening", { name: notebook.name });
      try {
        const { url } = await act(OpenNotebookDocument, { id: notebook.id });
        if (!tab) return window.location.assign(url);
        tab.opener = null;
        tab.location.replace(url);
      } catch (error) {
        tab?.close();
        complain(error);
      }
    },
  };
}

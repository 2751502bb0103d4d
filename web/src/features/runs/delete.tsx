/** The question before runs are deleted: what goes with them, and what stays. */
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act } from "@/api/client";
import { DeleteRunsDocument } from "@/gen/graphql";
import { bytes } from "@/lib/format";
import { localised } from "@/lib/i18n";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { css } from "@/ui/page";
import { complain, say } from "@/ui/toast";

/** As many as one request deletes. */
export const MOST = 100;

export function DeleteRuns({
  runs,
  close,
  done,
}: {
  runs: { id: string; number: number; pipeline: { name: string } }[];
  close: () => void;
  done: () => void;
}) {
  const { t } = useTranslation();
  const { busy, error, run } = useAttempt();
  const remove = () =>
    run(async () => {
      const gone = await act(DeleteRunsDocument, { ids: runs.map((each) => each.id) });
      say(t("run.deleted", { count: gone.ids.length, size: bytes(gone.deletedBytes) }));
      const [first] = gone.faults;
      if (first) complain(new Error(localised(first.message)));
      for (const id of gone.ids) cache.removeQueries({ queryKey: ["run", id] });
      for (const key of ["runs", "pipeline", "pipelines", "pipeline-runs", "home"])
        void cache.invalidateQueries({ queryKey: [key] });
      close();
      done();
    });
  return (
    <Dialog
      title={t("run.deleteTitle", { count: runs.length })}
      close={close}
      busy={busy}
      go={() => void remove()}
      label={t("run.deleteCount", { count: runs.length })}
      error={error}
      danger
    >
      <ul className={`${css.mah220} ${css.scrolls}`}>
        {runs.map((each) => (
          <li key={each.id}>
            {each.pipeline.name} #{each.number}
          </li>
        ))}
      </ul>
      <span>{t("run.deleteHint")}</span>
      <span className={css.dim}>{t("run.deleteKeeps")}</span>
    </Dialog>
  );
}

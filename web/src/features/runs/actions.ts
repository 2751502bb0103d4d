/** What can be done with runs, from any page: the cache is told, refusals are shown. */
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act } from "@/api/client";
import {
  CancelRunDocument,
  ContinueRunDocument,
  MoveRunDocument,
  RetryRunDocument,
  SetRunPinnedDocument,
} from "@/gen/graphql";
import { complain, say } from "@/ui/toast";

export function useRunActions() {
  const { t } = useTranslation();
  const go = useNavigate();
  /** Open the run that was begun, and say how it goes on. */
  const follow = async (begun: Promise<{ id: string; number: number }>, words: (n: number) => string) => {
    try {
      const run = await begun;
      say(words(run.number));
      await go({ to: "/runs/$run", params: { run: run.id } });
    } catch (error) {
      complain(error);
    }
  };
  return {
    async cancel(ids: string[]) {
      const ends = await Promise.allSettled(ids.map((id) => act(CancelRunDocument, { id })));
      const bad = ends.filter((end) => end.status === "rejected");
      if (bad.length < ids.length) say(t("run.cancelling", { count: ids.length - bad.length }));
      if (bad[0]) complain(bad[0].reason);
      void cache.invalidateQueries({ queryKey: ["run"] });
    },
    async pin(id: string, pinned: boolean) {
      try {
        await act(SetRunPinnedDocument, { id, pinned });
        say(pinned ? t("run.pinnedNow") : t("run.unpinnedNow"));
      } catch (error) {
        complain(error);
      }
      for (const key of ["run", "runs"]) void cache.invalidateQueries({ queryKey: [key] });
    },
    async move(id: string, cluster: string) {
      try {
        await act(MoveRunDocument, { id, cluster });
        say(t("run.queuedOn", { cluster }));
      } catch (error) {
        complain(error);
      }
      void cache.invalidateQueries({ queryKey: ["run"] });
    },
    retry: (id: string, cluster?: string) =>
      follow(act(RetryRunDocument, { id, cluster }), (n) => t("run.retried", { n })),
    proceed: (id: string, cluster?: string) =>
      follow(act(ContinueRunDocument, { id, cluster }), (n) => t("run.continued", { n })),
  };
}

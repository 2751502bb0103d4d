/** The dialogs of one search: more trials, and its end. */
import { NumberInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act } from "@/api/client";
import { DeleteSearchDocument, ExtendSearchDocument, type SearchQuery } from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/page";
import { say } from "@/ui/toast";

type Found = NonNullable<SearchQuery["search"]>;

export function ExtendSearch({ found, close }: { found: Found; close: () => void }) {
  const { t } = useTranslation();
  const [trials, setTrials] = useState(20);
  const [parallelism, setParallelism] = useState(found.spec.parallelism);
  const { busy, error, run } = useAttempt();
  const go = () =>
    run(async () => {
      await act(ExtendSearchDocument, { id: found.id, trials, parallelism });
      void cache.invalidateQueries({ queryKey: ["search"] });
      close();
    });
  return (
    <Dialog
      title={t("search.moreTrials")}
      close={close}
      busy={busy}
      go={() => void go()}
      label={t("search.moreTrials")}
      error={error}
    >
      <NumberInput
        label={t("search.additionalTrials")}
        description={t("search.trialTotal", { n: found.spec.trials })}
        min={0}
        max={10_000}
        value={trials}
        onChange={(next) => setTrials(Number(next) || 0)}
        data-autofocus
      />
      <NumberInput
        label={t("search.parallelism")}
        min={1}
        max={256}
        value={parallelism}
        onChange={(next) => setParallelism(Number(next) || 1)}
      />
    </Dialog>
  );
}

export function DeleteSearch({ found, close, then }: { found: Found; close: () => void; then: () => void }) {
  const { t } = useTranslation();
  const { busy, error, run } = useAttempt();
  const end = () =>
    run(async () => {
      await act(DeleteSearchDocument, { id: found.id });
      void cache.invalidateQueries({ queryKey: ["searches"] });
      say(t("common.nameDeleted", { name: found.name }));
      close();
      then();
    });
  return (
    <Dialog
      title={t("common.deleteName", { name: found.name })}
      close={close}
      busy={busy}
      go={() => void end()}
      label={t("common.deletePermanently")}
      error={error}
      danger
    >
      <Notice tone="bad">{t("search.deleteHint")}</Notice>
    </Dialog>
  );
}

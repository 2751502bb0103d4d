/** Promoting a version by its check list; deleting a version or all of a model. */
import { Checkbox, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask } from "@/api/client";
import {
  DeleteModelDocument,
  DeleteModelVersionDocument,
  ModelChecksDocument,
  type ModelQuery,
  PromoteModelDocument,
} from "@/gen/graphql";
import { localised } from "@/lib/i18n";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { css, Failure, Loading, Notice } from "@/ui/page";
import { say } from "@/ui/toast";

type Whole = NonNullable<ModelQuery["model"]>;
type Version = Whole["versions"][number];

export const fresh = () =>
  void Promise.all(
    ["models", "model", "model-checks"].map((key) => cache.invalidateQueries({ queryKey: [key] })),
  );

export function Promote({ model, version, close }: { model: Whole; version: Version; close: () => void }) {
  const { t } = useTranslation();
  const [alias, setAlias] = useState("production");
  const [force, setForce] = useState(false);
  const query = useQuery({
    queryKey: ["model-checks", version.id, alias],
    queryFn: () => ask(ModelChecksDocument, { id: model.id, version: version.id, alias }),
    placeholderData: (old) => old,
  });
  const checks = query.data?.model?.checks;
  const failing = checks?.some((each) => !each.holds);
  const words: Record<string, string> = {
    card: t("Card"),
    signature: t("Inputs"),
    lineage: t("Where it came from"),
    metrics: t("Metrics"),
  };
  const { busy, error, run } = useAttempt();
  const promote = () =>
    run(async () => {
      await act(PromoteModelDocument, { id: version.id, alias, force });
      fresh();
      say(t("{{alias}} is version {{n}} now.", { alias, n: version.number }));
      close();
    });
  return (
    <Dialog
      title={t("Promote version {{n}}", { n: version.number })}
      close={close}
      busy={busy}
      go={() => void promote()}
      label={t("Promote")}
      error={error}
      why={
        !alias
          ? t("Give it a name.")
          : !checks
            ? t("Loading…")
            : failing && !force
              ? t("Some checks fail: say above that it is promoted all the same.")
              : null
      }
    >
      <TextInput
        required
        label={t("Name that points to it")}
        description={t("Such as production or staging; it moves from the version that has it now")}
        value={alias}
        onChange={(event) => setAlias(event.currentTarget.value)}
      />
      {query.error ? (
        <Failure error={query.error} />
      ) : !checks ? (
        <Loading rows={4} />
      ) : (
        <ul className={`${css.plainList} ${css.stack} ${css.gap6}`} aria-label={t("Check list")}>
          {checks.map((check) => (
            <li key={check.name} className={`${css.line} ${css.gap8} ${css.baseline}`}>
              <span
                className={`${css.icon} ${check.holds ? css.ok : css.bad} ${css.selfMiddle}`}
                role="img"
                aria-label={check.holds ? t("holds") : t("does not hold")}
              >
                {check.holds ? (
                  <IconCheck size={14} aria-hidden />
                ) : (
                  <IconAlertTriangle size={14} aria-hidden />
                )}
              </span>
              <b>{words[check.name] ?? check.name}</b>
              <span className={css.dim}>{localised(check.explanation)}</span>
            </li>
          ))}
        </ul>
      )}
      {failing && (
        <Checkbox
          label={t("Promote it all the same")}
          checked={force}
          onChange={(event) => setForce(event.currentTarget.checked)}
        />
      )}
    </Dialog>
  );
}

export function DeleteVersion({
  model,
  version,
  close,
}: {
  model: Whole;
  version: Version;
  close: () => void;
}) {
  const { t } = useTranslation();
  const { busy, error, run } = useAttempt();
  const end = () =>
    run(async () => {
      await act(DeleteModelVersionDocument, { id: version.id });
      fresh();
      say(t("Version {{n}} is deleted.", { n: version.number }));
      close();
    });
  return (
    <Dialog
      title={t("Delete version {{n}} of {{name}}", { n: version.number, name: model.name })}
      close={close}
      busy={busy}
      go={() => void end()}
      label={t("Delete for good")}
      error={error}
      danger
    >
      <Notice tone="bad">
        {t("Its metrics, tags and lineage go with it. Files that a run left stay with that run.")}
      </Notice>
    </Dialog>
  );
}

export function DeleteModel({ model, close, then }: { model: Whole; close: () => void; then: () => void }) {
  const { t } = useTranslation();
  const { busy, error, run } = useAttempt();
  const end = () =>
    run(async () => {
      await act(DeleteModelDocument, { id: model.id });
      void cache.invalidateQueries({ queryKey: ["models"] });
      say(t("{{name}} is deleted.", { name: model.name }));
      close();
      then();
    });
  return (
    <Dialog
      title={t("Delete {{name}}", { name: model.name })}
      close={close}
      busy={busy}
      go={() => void end()}
      label={t("Delete for good")}
      error={error}
      danger
    >
      <Notice tone="bad">
        {t("This deletes {{count}} versions with their metrics, tags and lineage.", {
          count: model.versions.length,
        })}
      </Notice>
      {model.uses.length > 0 && (
        <span>
          {t("It is used by {{names}} and cannot be deleted before they use another.", {
            names: model.uses.map((use) => `${use.kind} ${use.name}`).join(", "),
          })}
        </span>
      )}
    </Dialog>
  );
}

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
  SetModelAliasDocument,
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
  const failing = checks?.some((each) => !each.passed);
  const words: Record<string, string> = {
    card: t("model.card"),
    signature: t("model.inputs"),
    lineage: t("model.lineage"),
    metrics: t("common.metrics"),
  };
  const { busy, error, run } = useAttempt();
  const promote = () =>
    run(async () => {
      await act(SetModelAliasDocument, { id: version.id, alias, force });
      fresh();
      say(t("model.aliasMoved", { alias, n: version.number }));
      close();
    });
  return (
    <Dialog
      title={t("model.promoteVersion", { n: version.number })}
      close={close}
      busy={busy}
      go={() => void promote()}
      label={t("model.promote")}
      error={error}
      why={
        !alias
          ? t("common.nameRequired")
          : !checks
            ? t("common.loading")
            : failing && !force
              ? t("model.checksFail")
              : null
      }
    >
      <TextInput
        required
        label={t("model.alias")}
        description={t("model.aliasHint")}
        value={alias}
        onChange={(event) => setAlias(event.currentTarget.value)}
      />
      {query.error ? (
        <Failure error={query.error} />
      ) : !checks ? (
        <Loading rows={4} />
      ) : (
        <ul className={`${css.plainList} ${css.stack} ${css.gap6}`} aria-label={t("model.checks")}>
          {checks.map((check) => (
            <li key={check.name} className={`${css.line} ${css.gap8} ${css.baseline}`}>
              <span
                className={`${css.icon} ${check.passed ? css.ok : css.bad} ${css.selfMiddle}`}
                role="img"
                aria-label={check.passed ? t("model.checkPassed") : t("model.checkFailed")}
              >
                {check.passed ? (
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
          label={t("model.promoteAnyway")}
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
      say(t("model.versionDeleted", { n: version.number }));
      close();
    });
  return (
    <Dialog
      title={t("model.deleteVersion", { n: version.number, name: model.name })}
      close={close}
      busy={busy}
      go={() => void end()}
      label={t("common.deletePermanently")}
      error={error}
      danger
    >
      <Notice tone="bad">{t("model.deleteVersionHint")}</Notice>
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
      say(t("common.nameDeleted", { name: model.name }));
      close();
      then();
    });
  return (
    <Dialog
      title={t("common.deleteName", { name: model.name })}
      close={close}
      busy={busy}
      go={() => void end()}
      label={t("common.deletePermanently")}
      error={error}
      danger
    >
      <Notice tone="bad">
        {t("model.deleteHint", {
          count: model.versions.length,
        })}
      </Notice>
      {model.usedBy.length > 0 && (
        <span>
          {t("model.inUse", {
            names: model.usedBy.map((use) => use.name).join(", "),
          })}
        </span>
      )}
    </Dialog>
  );
}

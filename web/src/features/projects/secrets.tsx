/** The secrets of a project: names and what uses them; values are written and never shown. */
import { Button, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask, Refused } from "@/api/client";
import { DeleteSecretDocument, SaveSecretDocument, SecretsDocument, type SecretsQuery } from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { Ago, css, Failure, Loading, Panel } from "@/ui/page";

type Secret = NonNullable<SecretsQuery["project"]>["secrets"][number];

const fresh = () => {
  void cache.invalidateQueries({ queryKey: ["secrets"] });
  void cache.invalidateQueries({ queryKey: ["project-given"] });
};

export function Secrets({ project }: { project: string }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["secrets", project],
    queryFn: () => ask(SecretsDocument, { key: project }),
  });
  const found = query.data?.project;
  const [dialog, setDialog] = useState<Secret | "new" | null>(null);
  const [going, setGoing] = useState<Secret | null>(null);
  return (
    <Panel
      title={t("common.secrets")}
      aside={
        found?.viewerCanMaintain ? (
          <Button size="compact-sm" onClick={() => setDialog("new")}>
            {t("secret.add")}
          </Button>
        ) : undefined
      }
    >
      {query.error ? (
        <div className={css.p14}>
          <Failure error={query.error} retry={() => void query.refetch()} />
        </div>
      ) : query.isPending ? (
        <Loading rows={2} />
      ) : (
        <>
          {found?.secrets.map((secret) => (
            <div key={secret.id} className={`${css.row} ${css.wraps}`}>
              <div className={`${css.basis220} ${css.miw0} ${css.breaks}`}>
                <code className={css.mono}>
                  <b>{secret.name}</b>
                </code>{" "}
                {secret.description && <span className={css.dim}>{secret.description}</span>}
                <div className={css.dim}>
                  {t("secret.writtenBy", { name: secret.changedBy.name })} <Ago at={secret.changedAt} /> ·{" "}
                  {secret.usedBy.length
                    ? t("secret.usedBy", {
                        names: secret.usedBy.slice(0, 4).join(", ") + (secret.usedBy.length > 4 ? " …" : ""),
                      })
                    : t("secret.unused")}
                </div>
              </div>
              {found.viewerCanMaintain && (
                <div className={`${css.line} ${css.gap8}`}>
                  <Button
                    size="compact-sm"
                    onClick={() => setDialog(secret)}
                    aria-label={t("common.editName", { name: secret.name })}
                  >
                    {t("common.edit")}
                  </Button>
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    onClick={() => setGoing(secret)}
                    aria-label={t("common.removeName", { name: secret.name })}
                  >
                    {t("common.remove")}
                  </Button>
                </div>
              )}
            </div>
          ))}
          <div className={`${css.dim} ${css.pUnderRow}`}>
            {found?.secrets.length ? t("secret.hint") : t("secret.none")}
          </div>
        </>
      )}
      {dialog && (
        <Edit project={project} secret={dialog === "new" ? null : dialog} close={() => setDialog(null)} />
      )}
      {going && <Remove project={project} secret={going} close={() => setGoing(null)} />}
    </Panel>
  );
}

function Edit({ project, secret, close }: { project: string; secret: Secret | null; close: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(secret?.name ?? "");
  const [value, setValue] = useState("");
  const [description, setDescription] = useState(secret?.description ?? "");
  const { busy, error, run } = useAttempt();
  const fault = (field: string) =>
    error instanceof Refused ? error.faults.find((each) => each.field === field)?.message : undefined;
  const save = () =>
    run(async () => {
      await act(SaveSecretDocument, { project, name, value: value || null, description });
      fresh();
      close();
    });
  return (
    <Dialog
      title={secret ? t("common.editName", { name: secret.name }) : t("secret.add")}
      close={close}
      busy={busy}
      go={() => void save()}
      label={t("common.save")}
      error={["name", "value", "description"].some(fault) ? null : error}
      why={!name ? t("common.nameRequired") : !secret && !value ? t("secret.valueRequired") : null}
    >
      <TextInput
        required
        data-autofocus={secret ? undefined : true}
        label={t("common.name")}
        description={t("secret.variable")}
        placeholder="DB_PASSWORD"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        disabled={secret !== null}
        error={fault("name")}
        styles={{ input: { fontFamily: "var(--mono)" } }}
      />
      <Textarea
        required={!secret}
        label={t("common.value")}
        description={secret ? t("secret.updateHint") : t("secret.valueHint")}
        placeholder={secret ? t("common.secretKept") : ""}
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
        error={fault("value")}
        autosize
        minRows={1}
        maxRows={8}
        autoComplete="off"
        spellCheck={false}
        styles={{ input: { fontFamily: "var(--mono)", WebkitTextSecurity: "disc" } as never }}
      />
      <TextInput
        label={t("common.description")}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        error={fault("description")}
      />
    </Dialog>
  );
}

function Remove({ project, secret, close }: { project: string; secret: Secret; close: () => void }) {
  const { t } = useTranslation();
  const { busy, error, run } = useAttempt();
  const remove = () =>
    run(async () => {
      await act(DeleteSecretDocument, { project, name: secret.name, force: secret.usedBy.length > 0 });
      fresh();
      close();
    });
  return (
    <Dialog
      danger
      title={t("common.removeName", { name: secret.name })}
      close={close}
      busy={busy}
      go={() => void remove()}
      label={t("common.remove")}
      error={error}
    >
      <div>
        {secret.usedBy.length
          ? t("secret.deleteInUse", {
              names: secret.usedBy.join(", "),
            })
          : t("secret.deleteUnused")}
      </div>
    </Dialog>
  );
}

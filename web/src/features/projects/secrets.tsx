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
      title={t("Secrets")}
      aside={
        found?.viewerCanMaintain ? (
          <Button size="compact-sm" onClick={() => setDialog("new")}>
            {t("Add a secret")}
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
                  {t("written by {{name}}", { name: secret.changedBy.name })} <Ago at={secret.changedAt} /> ·{" "}
                  {secret.usedBy.length
                    ? t("used by {{names}}", {
                        names: secret.usedBy.slice(0, 4).join(", ") + (secret.usedBy.length > 4 ? " …" : ""),
                      })
                    : t("used by nothing")}
                </div>
              </div>
              {found.viewerCanMaintain && (
                <div className={`${css.line} ${css.gap8}`}>
                  <Button
                    size="compact-sm"
                    onClick={() => setDialog(secret)}
                    aria-label={t("Change {{name}}", { name: secret.name })}
                  >
                    {t("Change")}
                  </Button>
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    onClick={() => setGoing(secret)}
                    aria-label={t("Remove {{name}}", { name: secret.name })}
                  >
                    {t("Remove")}
                  </Button>
                </div>
              )}
            </div>
          ))}
          <div className={`${css.dim} ${css.pUnderRow}`}>
            {found?.secrets.length
              ? t(
                  "Members give them to steps, notebooks and services by their names. Their values are shown to nobody, and logs have stars in their place.",
                )
              : t(
                  "None yet. A password or a token that is kept here is given to steps, notebooks and services by its name, and stands in no definition.",
                )}
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
      title={secret ? t("Change {{name}}", { name: secret.name }) : t("Add a secret")}
      close={close}
      busy={busy}
      go={() => void save()}
      label={t("Save")}
      error={["name", "value", "description"].some(fault) ? null : error}
      why={!name ? t("Give it a name.") : !secret && !value ? t("Give it a value.") : null}
    >
      <TextInput
        required
        data-autofocus={secret ? undefined : true}
        label={t("Name")}
        description={t("The variable that it becomes")}
        placeholder="DB_PASSWORD"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        disabled={secret !== null}
        error={fault("name")}
        styles={{ input: { fontFamily: "var(--mono)" } }}
      />
      <Textarea
        required={!secret}
        label={t("Value")}
        description={
          secret ? t("What starts from then on has the new value.") : t("It is never shown again.")
        }
        placeholder={secret ? t("kept as it was; type to replace it") : ""}
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
        label={t("Description")}
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
      title={t("Remove {{name}}", { name: secret.name })}
      close={close}
      busy={busy}
      go={() => void remove()}
      label={t("Remove")}
      error={error}
    >
      <div>
        {secret.usedBy.length
          ? t("It is used by {{names}}: these do not start any more until it is there again.", {
              names: secret.usedBy.join(", "),
            })
          : t("Nothing uses it. What runs now keeps what it was given.")}
      </div>
    </Dialog>
  );
}

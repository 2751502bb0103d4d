/** API tokens: making one, seeing it once, ending it; and how scripts use it. */
import { Button, Modal, NumberInput, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask } from "@/api/client";
import { useProjects } from "@/api/project";
import { SshKeys } from "@/features/people/keys";
import { Sessions } from "@/features/people/sessions";
import { CreateTokenDocument, RevokeTokenDocument, type TokenScope, TokensDocument } from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { useTitle } from "@/ui/crumbs";
import { Dialog } from "@/ui/dialog";
import { Ago, Copy, css, Empty, Failure, Head, Loading, Notice, Panel } from "@/ui/page";
import { State } from "@/ui/state";
import { complain, say } from "@/ui/toast";

export function Tokens() {
  const { t } = useTranslation();
  useTitle([{ label: t("API tokens") }]);
  const query = useQuery({ queryKey: ["tokens"], queryFn: () => ask(TokensDocument) });
  const [making, setMaking] = useState(false);
  const revoke = async (id: string, name: string) => {
    try {
      await act(RevokeTokenDocument, { id });
      say(t("{{name}} is good for nothing now.", { name }));
      void cache.invalidateQueries({ queryKey: ["tokens"] });
    } catch (error) {
      complain(error);
    }
  };
  const tokens = query.data?.tokens ?? [];
  const far = useScopes();
  const projects = useProjects().data?.projects.nodes ?? [];
  const now = Date.now();
  return (
    <>
      <Head
        title={t("API tokens")}
        actions={
          <Button variant="filled" onClick={() => setMaking(true)}>
            {t("New token")}
          </Button>
        }
      />
      <div className={css.body}>
        <Panel label={t("API tokens")}>
          {query.error ? (
            <div className={css.p14}>
              <Failure error={query.error} retry={() => void query.refetch()} />
            </div>
          ) : query.isPending ? (
            <Loading rows={4} />
          ) : tokens.length === 0 ? (
            <Empty
              title={t("No token yet")}
              action={
                <Button variant="filled" onClick={() => setMaking(true)}>
                  {t("New token")}
                </Button>
              }
            >
              {t(
                "A script shows a token to act as you. It can do what you can do, and ends when you say so.",
              )}
            </Empty>
          ) : (
            <div className={css.scroll}>
              <table className={css.table}>
                <thead>
                  <tr>
                    <th>{t("Name")}</th>
                    <th>{t("Ends with")}</th>
                    <th>{t("State")}</th>
                    <th className={css.hideSmall}>{t("It may")}</th>
                    <th>{t("Last used")}</th>
                    <th className={css.hideSmall}>{t("Made")}</th>
                    <th className={css.hideSmall}>{t("Good until")}</th>
                    <th>
                      <span className={css.sr}>{t("Actions")}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {tokens.map((token) => {
                    const over =
                      token.revokedAt !== null ||
                      (token.expiresAt !== null && Date.parse(token.expiresAt) < now);
                    return (
                      <tr key={token.id}>
                        <td className={css.fw600}>{token.name}</td>
                        <td className={css.mono}>…{token.ending}</td>
                        <td>
                          {over ? (
                            <State state="CANCELLED" as={token.revokedAt ? t("Revoked") : t("Expired")} />
                          ) : (
                            <State state="SUCCEEDED" as={t("Good")} />
                          )}
                        </td>
                        <td className={css.hideSmall}>
                          {far[token.scope]}
                          {token.projectId
                            ? `, ${projects.find((each) => each.id === token.projectId)?.name ?? t("one project")}`
                            : ""}
                        </td>
                        <td>
                          {token.usedAt ? (
                            <Ago at={token.usedAt} />
                          ) : (
                            <span className={css.dim}>{t("never")}</span>
                          )}
                        </td>
                        <td className={css.hideSmall}>
                          <Ago at={token.createdAt} />
                        </td>
                        <td className={css.hideSmall}>
                          {token.expiresAt ? <Ago at={token.expiresAt} /> : t("revoked by hand")}
                        </td>
                        <td className={css.right}>
                          {!over && (
                            <Button
                              size="compact-sm"
                              color="red"
                              variant="light"
                              aria-label={t("Revoke {{name}}", { name: token.name })}
                              onClick={() => void revoke(token.id, token.name)}
                            >
                              {t("Revoke")}
                            </Button>
                          )}
                        </td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </div>
          )}
        </Panel>
        <Panel title={t("How scripts use it")}>
          <div className={css.p14}>
            <Examples token="$CUBE_TOKEN" />
          </div>
        </Panel>
        <SshKeys />
        <Sessions />
      </div>
      {making && <NewToken close={() => setMaking(false)} />}
    </>
  );
}

function useScopes(): Record<TokenScope, string> {
  const { t } = useTranslation();
  return { READ: t("look"), RUN: t("look, start and steer work"), MANAGE: t("everything that I may") };
}

function Examples({ token }: { token: string }) {
  const { t } = useTranslation();
  const here = location.origin;
  const ways: [string, string][] = [
    [
      "curl",
      `curl ${here}/graphql -H "authorization: Bearer ${token}" -H "content-type: application/json" \\\n  -d '{"query": "{ runs(first: 5) { nodes { id number state } } }"}'`,
    ],
    [
      "Python",
      `from cubestudio.client import Client\n\nwith Client("${here}", "${token}") as client:\n    for run in client.runs(first=5)["nodes"]:\n        print(run["number"], run["state"])`,
    ],
    [
      t("Command line"),
      `export CUBE_URL=${here} CUBE_TOKEN=${token.startsWith("$") ? "…" : token}\ncubestudio run pipeline.yaml --project ${t("my-project")} --follow`,
    ],
  ];
  return (
    <div className={`${css.stack} ${css.gap12}`}>
      {ways.map(([name, text]) => (
        <div key={name}>
          <div className={`${css.line} ${css.mb4}`}>
            <b>{name}</b>
            <span className={css.push}>
              <Copy text={text} />
            </span>
          </div>
          <pre tabIndex={0} className={css.code}>
            {text}
          </pre>
        </div>
      ))}
    </div>
  );
}

function NewToken({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [days, setDays] = useState<number | "">(90);
  const [scope, setScope] = useState<TokenScope>("MANAGE");
  const [project, setProject] = useState<string | null>(null);
  const projects = useProjects().data?.projects.nodes ?? [];
  const far = useScopes();
  const [secret, setSecret] = useState<string | null>(null);
  const { busy, error, run } = useAttempt();
  const make = () =>
    run(async () => {
      setSecret(
        (await act(CreateTokenDocument, { name, days: days === "" ? null : days, scope, project })).secret,
      );
      void cache.invalidateQueries({ queryKey: ["tokens"] });
    });
  if (!secret)
    return (
      <Dialog
        title={t("New token")}
        close={close}
        busy={busy}
        go={() => void make()}
        label={t("Make the token")}
        error={error}
        why={!name.trim() && t("Give it a name.")}
        size={640}
      >
        <TextInput
          label={t("Name")}
          description={t("What it is for, such as nightly-job")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          data-autofocus
        />
        <NumberInput
          label={t("Good for days")}
          description={t("Leave it empty for a token that is good until it is revoked")}
          min={1}
          value={days}
          onChange={(next) => setDays(next === "" ? "" : Number(next))}
        />
        <Select
          label={t("It may")}
          data={Object.entries(far).map(([value, label]) => ({ value, label }))}
          value={scope}
          onChange={(next) => next && setScope(next as TokenScope)}
          allowDeselect={false}
        />
        <Select
          label={t("In the project")}
          placeholder={t("all of mine")}
          data={projects.map((each) => each.name)}
          value={project}
          onChange={setProject}
          clearable
          searchable
        />
      </Dialog>
    );
  return (
    <Modal opened onClose={close} size={640} title={t("Your new token")} closeOnClickOutside={false}>
      <div className={`${css.stack} ${css.gap14}`}>
        <Notice tone="waitful" action={<Copy text={secret} />}>
          {t("Copy it now: it is shown this once.")}
          <pre className={`${css.mono} ${css.flush} ${css.wrap} ${css.mt6}`}>{secret}</pre>
        </Notice>
        <Examples token={secret} />
        <Button variant="filled" className={css.selfEnd} onClick={close}>
          {t("I have copied it")}
        </Button>
      </div>
    </Modal>
  );
}

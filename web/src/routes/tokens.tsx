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
  useTitle([{ label: t("nav.tokens") }]);
  const query = useQuery({ queryKey: ["tokens"], queryFn: () => ask(TokensDocument) });
  const [making, setMaking] = useState(false);
  const revoke = async (id: string, name: string) => {
    try {
      await act(RevokeTokenDocument, { id });
      say(t("token.revoked", { name }));
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
        title={t("nav.tokens")}
        actions={
          <Button variant="filled" onClick={() => setMaking(true)}>
            {t("token.create")}
          </Button>
        }
      />
      <div className={css.body}>
        <Panel label={t("nav.tokens")}>
          {query.error ? (
            <div className={css.p14}>
              <Failure error={query.error} retry={() => void query.refetch()} />
            </div>
          ) : query.isPending ? (
            <Loading rows={4} />
          ) : tokens.length === 0 ? (
            <Empty
              title={t("token.empty.title")}
              action={
                <Button variant="filled" onClick={() => setMaking(true)}>
                  {t("token.create")}
                </Button>
              }
            >
              {t("token.empty.text")}
            </Empty>
          ) : (
            <div className={css.scroll}>
              <table className={css.table}>
                <thead>
                  <tr>
                    <th>{t("common.name")}</th>
                    <th>{t("token.suffix")}</th>
                    <th>{t("common.state")}</th>
                    <th className={css.hideSmall}>{t("token.scope")}</th>
                    <th>{t("token.lastUsed")}</th>
                    <th className={css.hideSmall}>{t("common.created")}</th>
                    <th className={css.hideSmall}>{t("token.expires")}</th>
                    <th>
                      <span className={css.sr}>{t("common.actions")}</span>
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
                            <State
                              state="CANCELLED"
                              as={token.revokedAt ? t("token.stateRevoked") : t("token.stateExpired")}
                            />
                          ) : (
                            <State state="SUCCEEDED" as={t("token.stateActive")} />
                          )}
                        </td>
                        <td className={css.hideSmall}>
                          {far[token.scope]}
                          {token.projectId
                            ? `, ${projects.find((each) => each.id === token.projectId)?.name ?? t("token.oneProject")}`
                            : ""}
                        </td>
                        <td>
                          {token.usedAt ? (
                            <Ago at={token.usedAt} />
                          ) : (
                            <span className={css.dim}>{t("common.never")}</span>
                          )}
                        </td>
                        <td className={css.hideSmall}>
                          <Ago at={token.createdAt} />
                        </td>
                        <td className={css.hideSmall}>
                          {token.expiresAt ? <Ago at={token.expiresAt} /> : t("token.noExpiry")}
                        </td>
                        <td className={css.right}>
                          {!over && (
                            <Button
                              size="compact-sm"
                              color="red"
                              variant="light"
                              aria-label={t("common.revokeName", { name: token.name })}
                              onClick={() => void revoke(token.id, token.name)}
                            >
                              {t("common.revoke")}
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
        <Panel title={t("token.usage")}>
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
  return { READ: t("token.scopes.read"), RUN: t("token.scopes.work"), MANAGE: t("token.scopes.all") };
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
      t("token.cli"),
      `export CUBE_URL=${here} CUBE_TOKEN=${token.startsWith("$") ? "…" : token}\ncubestudio run pipeline.yaml --project ${t("token.projectExample")} --follow`,
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
        title={t("token.create")}
        close={close}
        busy={busy}
        go={() => void make()}
        label={t("token.createSubmit")}
        error={error}
        why={!name.trim() && t("common.nameRequired")}
        size={640}
      >
        <TextInput
          label={t("common.name")}
          description={t("token.nameHint")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          data-autofocus
        />
        <NumberInput
          label={t("token.expiresInDays")}
          description={t("token.expiresHint")}
          min={1}
          value={days}
          onChange={(next) => setDays(next === "" ? "" : Number(next))}
        />
        <Select
          label={t("token.scope")}
          data={Object.entries(far).map(([value, label]) => ({ value, label }))}
          value={scope}
          onChange={(next) => next && setScope(next as TokenScope)}
          allowDeselect={false}
        />
        <Select
          label={t("token.project")}
          placeholder={t("token.allProjects")}
          data={projects.map((each) => each.name)}
          value={project}
          onChange={setProject}
          clearable
          searchable
        />
      </Dialog>
    );
  return (
    <Modal opened onClose={close} size={640} title={t("token.created")} closeOnClickOutside={false}>
      <div className={`${css.stack} ${css.gap14}`}>
        <Notice tone="waitful" action={<Copy text={secret} />}>
          {t("token.copyNow")}
          <pre className={`${css.mono} ${css.flush} ${css.wrap} ${css.mt6}`}>{secret}</pre>
        </Notice>
        <Examples token={secret} />
        <Button variant="filled" className={css.selfEnd} onClick={close}>
          {t("token.copiedIt")}
        </Button>
      </div>
    </Modal>
  );
}

/** My public keys of SSH, by which I come in to my notebooks on Kubernetes. */
import { Button, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask, Refused } from "@/api/client";
import { SetSshKeysDocument, SshKeysDocument } from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { css, Failure, Loading, Panel } from "@/ui/page";
import { say } from "@/ui/toast";

export function SshKeys() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["ssh-keys"], queryFn: () => ask(SshKeysDocument) });
  return (
    <Panel title={t("sshKey.title")}>
      {query.error ? (
        <div className={css.p14}>
          <Failure error={query.error} retry={() => void query.refetch()} />
        </div>
      ) : query.isPending ? (
        <Loading rows={2} />
      ) : (
        <Form key={query.data.sshKeys.join()} kept={query.data.sshKeys.join("\n")} />
      )}
      <div className={`${css.dim} ${css.pUnder}`}>
        {t("sshKey.hint")} <code className={css.mono}>cubestudio ssh NAME</code>
      </div>
    </Panel>
  );
}

function Form({ kept }: { kept: string }) {
  const { t } = useTranslation();
  const [text, setText] = useState(kept);
  const { busy, error, run } = useAttempt();
  const fault =
    error instanceof Refused && error.field === "keys"
      ? [error.message, error.hint].filter(Boolean).join(" ")
      : undefined;
  const save = () =>
    run(async () => {
      await act(SetSshKeysDocument, { keys: text.split("\n").filter((line) => line.trim()) });
      say(t("common.saved"));
      void cache.invalidateQueries({ queryKey: ["ssh-keys"] });
    });
  return (
    <form
      className={`${css.stack} ${css.p14} ${css.gap10}`}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Textarea
        label={t("sshKey.label")}
        description={t("sshKey.fieldHint")}
        placeholder="ssh-ed25519 AAAA… me@laptop"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={fault}
        autosize
        minRows={2}
        maxRows={8}
        spellCheck={false}
        styles={{ input: { fontFamily: "var(--mono)", fontSize: 12 } }}
      />
      {Boolean(error) && !fault && <Failure error={error} />}
      <Button type="submit" className={css.selfStart} loading={busy} disabled={text === kept}>
        {t("common.save")}
      </Button>
    </form>
  );
}

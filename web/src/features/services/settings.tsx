/** Who may ask a service, its keys, and what it is for. */
import { Button, NumberInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { act } from "@/api/client";
import { CreateServiceKeyDocument, RevokeServiceKeyDocument, UpdateServiceDocument } from "@/gen/graphql";
import { number } from "@/lib/format";
import { Act, useBar } from "@/ui/act";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { Ago, Copy, css, Empty, Failure, Notice, Panel } from "@/ui/page";
import { complain, say } from "@/ui/toast";
import { AccessField } from "./form";
import { fresh, type Whole } from "./service";

export function Settings({ service }: { service: Whole }) {
  const { t } = useTranslation();
  const [access, setAccess] = useState(service.access);
  const [description, setDescription] = useState(service.description);
  const [making, setMaking] = useState(false);
  const { busy, error, run } = useAttempt();
  const can = service.viewerCanChange;
  const bar = useBar();
  const save = () =>
    run(async () => {
      await act(UpdateServiceDocument, { input: { id: service.id, access, description } });
      fresh();
      say(t("service.changed", { name: service.name }));
    });
  const revoke = async (id: string, name: string) => {
    try {
      await act(RevokeServiceKeyDocument, { id });
      fresh();
      say(t("token.revoked", { name }));
    } catch (error_) {
      complain(error_);
    }
  };
  return (
    <>
      <Panel title={t("service.access.label")}>
        <form
          className={`${css.stack} ${css.p14} ${css.gap14} ${css.maw640}`}
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <AccessField value={access} set={setAccess} />
          <TextInput
            label={t("common.description")}
            maxLength={500}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          {Boolean(error) && <Failure error={error} />}
          {can ? (
            <Button
              type="submit"
              variant="filled"
              className={css.selfStart}
              loading={busy}
              disabled={access === service.access && description === service.description}
            >
              {t("common.save")}
            </Button>
          ) : (
            <Act className={css.selfStart} why={bar(can)} onClick={() => {}}>
              {t("common.save")}
            </Act>
          )}
        </form>
      </Panel>
      <Panel
        title={t("service.keys")}
        aside={
          <Act size="compact-sm" why={bar(can)} onClick={() => setMaking(true)}>
            {t("service.key.new")}
          </Act>
        }
      >
        {service.access === "PROJECT" && service.keys.length > 0 && (
          <div className={css.pOver}>
            <Notice tone="waitful">{t("service.key.unused")}</Notice>
          </div>
        )}
        {service.keys.length === 0 ? (
          <Empty title={t("service.key.none")}>{t("service.key.noneHint")}</Empty>
        ) : (
          <div className={css.scroll}>
            <table className={css.table}>
              <thead>
                <tr>
                  <th>{t("common.name")}</th>
                  <th className={css.hideSmall}>{t("token.suffix")}</th>
                  <th className={css.num}>{t("service.key.requestsPerMinute")}</th>
                  <th className={`${css.num} ${css.hideSmall}`}>{t("service.key.tokensPerMinute")}</th>
                  <th className={css.num}>{t("service.key.used")}</th>
                  <th className={css.hideSmall}>{t("common.author")}</th>
                  <th className={css.hideSmall}>{t("common.created")}</th>
                  <th>
                    <span className={css.sr}>{t("common.actions")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {service.keys.map((key) => (
                  <tr key={key.id}>
                    <td className={css.fw600}>{key.name}</td>
                    <td className={`${css.mono} ${css.hideSmall}`}>…{key.suffix}</td>
                    <td className={css.num}>
                      {key.requestsPerMinute === null ? t("common.noLimit") : number(key.requestsPerMinute)}
                    </td>
                    <td className={`${css.num} ${css.hideSmall}`}>
                      {key.tokensPerMinute === null ? t("common.noLimit") : number(key.tokensPerMinute)}
                    </td>
                    <td className={css.num}>
                      <Usage days={key.usage} />
                    </td>
                    <td className={css.hideSmall}>{key.author.name}</td>
                    <td className={css.hideSmall}>
                      <Ago at={key.createdAt} />
                    </td>
                    <td className={css.right}>
                      <Act
                        size="compact-sm"
                        color="red"
                        variant="light"
                        why={bar(can)}
                        aria-label={t("common.revokeName", { name: key.name })}
                        onClick={() => void revoke(key.id, key.name)}
                      >
                        {t("common.revoke")}
                      </Act>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
      {making && <NewKey service={service} close={() => setMaking(false)} />}
    </>
  );
}

type Day = Whole["keys"][number]["usage"][number];

function Usage({ days }: { days: Day[] }) {
  const { t } = useTranslation();
  const sum = (name: "requests" | "failed" | "rejected" | "tokens") =>
    days.reduce((all, day) => all + Number(day[name]), 0);
  const told = [
    sum("failed") > 0 && t("common.failedCount", { count: sum("failed") }),
    sum("rejected") > 0 && t("service.rejectedCount", { count: sum("rejected") }),
    sum("tokens") > 0 && t("service.tokenCount", { n: number(sum("tokens")) }),
  ]
    .filter(Boolean)
    .join(", ");
  return (
    <>
      {number(sum("requests"))}
      {told && <div className={css.dim}>{told}</div>}
    </>
  );
}

function NewKey({ service, close }: { service: Whole; close: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [limit, setLimit] = useState<number | "">("");
  const [tokens, setTokens] = useState<number | "">("");
  const [secret, setSecret] = useState<string | null>(null);
  const { busy, error, run } = useAttempt();
  const make = () =>
    run(async () => {
      setSecret(
        (
          await act(CreateServiceKeyDocument, {
            input: {
              service: service.id,
              name,
              requestsPerMinute: limit === "" ? null : limit,
              tokensPerMinute: tokens === "" ? null : tokens,
            },
          })
        ).secret,
      );
      fresh();
    });
  if (secret)
    return (
      <Dialog
        title={t("service.key.created")}
        close={close}
        busy={false}
        go={close}
        label={t("token.copiedIt")}
        error={null}
      >
        <Notice tone="waitful" action={<Copy text={secret} />}>
          {t("token.copyNow")}
          <pre className={`${css.mono} ${css.flush} ${css.wrap} ${css.mt6}`}>{secret}</pre>
        </Notice>
      </Dialog>
    );
  return (
    <Dialog
      title={t("service.key.new")}
      close={close}
      busy={busy}
      go={() => void make()}
      label={t("service.key.create")}
      error={error}
      why={!name.trim() && t("common.nameRequired")}
    >
      <TextInput
        required
        data-autofocus
        label={t("common.name")}
        description={t("service.key.nameHint")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NumberInput
        label={t("service.key.maxRequests")}
        description={t("service.key.maxRequestsHint")}
        min={1}
        allowDecimal={false}
        value={limit}
        onChange={(next) => setLimit(next === "" ? "" : Number(next))}
      />
      <NumberInput
        label={t("service.key.maxTokens")}
        description={t("service.key.maxTokensHint")}
        min={1}
        allowDecimal={false}
        value={tokens}
        onChange={(next) => setTokens(next === "" ? "" : Number(next))}
      />
    </Dialog>
  );
}

/** The revisions of a service, how traffic is shared out among them, and a rollout that is under way. */
import { Button, Menu, NumberInput, Select } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { act, type Refused } from "@/api/client";
import { AbortRolloutDocument, BringRevisionDocument, ShareTrafficDocument } from "@/gen/graphql";
import { localised } from "@/lib/i18n";
import { Act, Choice, useBar } from "@/ui/act";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { Ago, css, Notice, Panel } from "@/ui/page";
import { colourOf } from "@/ui/plot";
import { State } from "@/ui/state";
import { complain } from "@/ui/toast";
import { answers, fresh, type Revision, type Rollout, type Serves, shares, type Whole } from "./service";
import own from "./services.module.css";
import { asks, useConfirmation } from "./signature";

/** A bar of the shares, each with its revision and percent. */
export function Shares({ traffic }: { traffic: unknown }) {
  const { t } = useTranslation();
  const parts = shares(traffic);
  if (!parts.length) return <span className={css.dim}>–</span>;
  const said = parts
    .map(([number, weight]) => t("revision {{n}}: {{percent}} %", { n: number, percent: weight }))
    .join(", ");
  return (
    <span
      role="img"
      aria-label={said}
      title={said}
      className={`${css.inline} ${css.middle} ${css.gap6} ${css.nowrap}`}
    >
      <span className={own.split}>
        {parts.map(([number, weight], index) => (
          <i key={number} style={{ width: `${weight}%`, background: colourOf(index) }} />
        ))}
      </span>
      <span aria-hidden>
        {parts
          .map(([number, weight]) => (weight === 100 ? `r${number}` : `r${number} ${weight} %`))
          .join(" · ")}
      </span>
    </span>
  );
}

export function Revisions({ service }: { service: Whole }) {
  const { t } = useTranslation();
  const [sharing, setSharing] = useState(false);
  const weights = Object.fromEntries(shares(service.traffic));
  const can = service.viewerCanChange;
  const bar = useBar();
  const [bringing, setBringing] = useState<{ number: number; refused: Refused } | null>(null);
  const bring = async (revision: Revision) => {
    try {
      await act(BringRevisionDocument, {
        id: service.id,
        number: revision.number,
        strategy: { kind: "roll" },
        force: false,
      });
      fresh();
    } catch (error) {
      if (asks(error)) setBringing({ number: revision.number, refused: error });
      else complain(error);
    }
  };
  return (
    <Panel
      title={t("Revisions")}
      aside={
        <Act
          size="compact-sm"
          why={bar(can) || (service.revisions.length < 2 && t("There is one revision only."))}
          onClick={() => setSharing(true)}
        >
          {t("Share the traffic out…")}
        </Act>
      }
    >
      <div className={css.scroll}>
        <table className={css.table}>
          <thead>
            <tr>
              <th>{t("Revision")}</th>
              <th className={css.num}>{t("Traffic")}</th>
              <th>{t("State")}</th>
              <th>{t("Serves")}</th>
              <th className={`${css.num} ${css.hideSmall}`}>{t("Replicas")}</th>
              <th className={css.hideSmall}>{t("By")}</th>
              <th className={css.hideSmall}>{t("Made")}</th>
              <th>
                <span className={css.sr}>{t("Actions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {service.revisions.map((revision) => {
              const serves = revision.model as Serves | null;
              return (
                <tr key={revision.id}>
                  <td className={css.fw600}>{revision.number}</td>
                  <td className={css.num}>
                    {weights[revision.number] ? (
                      <b>{weights[revision.number]} %</b>
                    ) : service.mirror === revision.number ? (
                      t("copies")
                    ) : (
                      <span className={css.dim}>–</span>
                    )}
                  </td>
                  <td>
                    <State state={revision.state} reason={revision.reason} />
                  </td>
                  <td>
                    {serves ? (
                      <Link
                        to="/models/$model"
                        params={{ model: serves.modelId }}
                        search={{ version: serves.id }}
                        className={`${css.fw600} ${css.underlined}`}
                      >
                        {serves.name} v{serves.number}
                      </Link>
                    ) : (
                      revision.kind
                    )}
                  </td>
                  <td className={`${css.num} ${css.hideSmall}`}>
                    {revision.ready}/{revision.replicas}
                  </td>
                  <td className={css.hideSmall}>{revision.author.name}</td>
                  <td className={css.hideSmall}>
                    <Ago at={revision.createdAt} />
                  </td>
                  <td className={css.right}>
                    {weights[revision.number] !== 100 && (
                      <Menu position="bottom-end">
                        <Menu.Target>
                          <Button size="compact-sm" aria-label={t("Revision {{n}}", { n: revision.number })}>
                            …
                          </Button>
                        </Menu.Target>
                        <Menu.Dropdown>
                          <Choice why={bar(can)} onClick={() => void bring(revision)}>
                            {answers(revision.state)
                              ? t("Give it all the traffic")
                              : t("Start it and give it all the traffic")}
                          </Choice>
                        </Menu.Dropdown>
                      </Menu>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {sharing && <Share service={service} close={() => setSharing(false)} />}
      {bringing && <Bring service={service} {...bringing} close={() => setBringing(null)} />}
    </Panel>
  );
}

/** Give a revision all the traffic although the signature of its model differs. */
function Bring({
  service,
  number,
  refused,
  close,
}: {
  service: Whole;
  number: number;
  refused: Refused;
  close: () => void;
}) {
  const { t } = useTranslation();
  const { busy, error, run } = useAttempt();
  const { force, box } = useConfirmation(refused);
  const bring = () =>
    run(async () => {
      await act(BringRevisionDocument, { id: service.id, number, strategy: { kind: "roll" }, force });
      fresh();
      close();
    });
  return (
    <Dialog
      title={t("Give revision {{n}} all the traffic", { n: number })}
      close={close}
      busy={busy}
      go={() => void bring()}
      label={t("Give it all the traffic")}
      error={error}
      why={!force && t("Say above that you know it.")}
    >
      {box}
    </Dialog>
  );
}

function Share({ service, close }: { service: Whole; close: () => void }) {
  const { t } = useTranslation();
  const [weights, setWeights] = useState<Record<string, number>>({
    ...(service.traffic as Record<string, number>),
  });
  const [mirror, setMirror] = useState<string | null>(
    service.mirror === null ? null : String(service.mirror),
  );
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const { busy, error, run } = useAttempt();
  const confirmation = useConfirmation(error);
  const share = () =>
    run(async () => {
      await act(ShareTrafficDocument, {
        id: service.id,
        traffic: weights,
        mirror: mirror === null ? null : Number(mirror),
        force: confirmation.force,
      });
      fresh();
      close();
    });
  const shown = service.revisions.slice(0, 12);
  return (
    <Dialog
      title={t("Share the traffic of {{name}} out", { name: service.name })}
      close={close}
      busy={busy}
      go={() => void share()}
      label={t("Share it out")}
      error={asks(error) ? null : error}
      why={total !== 100 && t("The shares must make 100 % together.")}
    >
      {shown.map((revision) => (
        <div key={revision.id} className={`${css.line} ${css.gap12} ${css.middle}`}>
          <span className={css.fill}>
            <b>{t("Revision {{n}}", { n: revision.number })}</b> <State state={revision.state} />
          </span>
          <NumberInput
            w={110}
            min={0}
            max={100}
            suffix=" %"
            allowDecimal={false}
            aria-label={t("Percent for revision {{n}}", { n: revision.number })}
            value={weights[revision.number] ?? 0}
            onChange={(next) => setWeights({ ...weights, [revision.number]: Number(next) || 0 })}
          />
        </div>
      ))}
      <span className={total === 100 ? css.dim : css.bad} role="status">
        {t("{{n}} % of 100 % are given.", { n: total })}
      </span>
      <Select
        label={t("Copies of requests go to")}
        description={t("Its answers are compared and thrown away")}
        placeholder={t("nobody")}
        clearable
        value={mirror}
        onChange={setMirror}
        data={shown
          .filter((revision) => !weights[revision.number])
          .map((revision) => ({
            value: String(revision.number),
            label: t("Revision {{n}}", { n: revision.number }),
          }))}
      />
      {confirmation.box}
    </Dialog>
  );
}

/** A revision on its way to the traffic, or why it came back. */
export function Way({ service }: { service: Whole }) {
  const { t } = useTranslation();
  const rollout = service.rollout as Rollout | null;
  if (!rollout || rollout.state === "ended" || (rollout.state === "done" && rollout.kind !== "canary"))
    return null;
  // A revision that cannot run is spoken of by itself.
  if (
    rollout.state === "back" &&
    service.revisions.find((each) => each.number === rollout.revision)?.state === "FAILED"
  )
    return null;
  const last = rollout.said.at(-1);
  const gates: Record<string, string> = {
    errors: t("Failed"),
    rejected: t("Rejected"),
    slow: t("Slow"),
    difference: t("Different"),
  };
  const percent = (share: number | null) =>
    share === null ? "–" : `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
  const abort = async () => {
    try {
      await act(AbortRolloutDocument, { id: service.id });
      fresh();
    } catch (error) {
      complain(error);
    }
  };
  const titles = {
    waiting: t("Revision {{n}} is on its way", { n: rollout.revision }),
    going: t("Revision {{n}} is on its way", { n: rollout.revision }),
    held: t("Revision {{n}} waits for traffic", { n: rollout.revision }),
    done: t("Revision {{n}} did well", { n: rollout.revision }),
    back: t("Revision {{n}} was turned back", { n: rollout.revision }),
  };
  return (
    <Panel
      title={titles[rollout.state]}
      aside={
        (rollout.state === "waiting" || rollout.state === "going") && (
          <Button size="compact-sm" disabled={!service.viewerCanChange} onClick={() => void abort()}>
            {t("Give the traffic back")}
          </Button>
        )
      }
    >
      <div className={`${css.stack} ${css.p14} ${css.gap12}`}>
        {last && (
          <Notice tone={rollout.state === "back" ? "bad" : "calm"}>
            {localised(last.words)} · <Ago at={last.at} />
          </Notice>
        )}
        {rollout.kind === "canary" && (
          <ol className={`${css.plainList} ${css.line} ${css.gap6}`} aria-label={t("Steps")}>
            {rollout.steps.map((step, index) => {
              const done = rollout.state === "done" || index < rollout.step;
              const now = rollout.state === "going" && index === rollout.step;
              return (
                <li key={step} aria-current={now ? "step" : undefined} className={own.stage} data-done={done}>
                  {step} %
                </li>
              );
            })}
          </ol>
        )}
        {rollout.looked.length > 0 && (
          <div className={css.scroll}>
            <table className={css.table}>
              <thead>
                <tr>
                  <th>{t("Gate")}</th>
                  <th className={css.num}>{t("Of its requests")}</th>
                  <th className={css.num}>{t("Share")}</th>
                  <th className={css.num}>{t("The others")}</th>
                  <th>{t("Verdict")}</th>
                </tr>
              </thead>
              <tbody>
                {rollout.looked.map((look) => (
                  <tr key={look.gate}>
                    <td>
                      {gates[look.gate]}
                      {look.milliseconds ? ` (> ${look.milliseconds} ms)` : ""}
                    </td>
                    <td className={css.num}>
                      {look.seen} / {look.of}
                    </td>
                    <td className={css.num}>{percent(look.share)}</td>
                    <td className={css.num}>{percent(look.others)}</td>
                    <td>
                      {look.verdict === "good" ? (
                        <State state="SUCCEEDED" as={t("no worse")} />
                      ) : look.verdict === "bad" ? (
                        <State state="FAILED" as={t("worse")} />
                      ) : (
                        <State state="PENDING" as={t("more must be seen")} />
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
    </Panel>
  );
}

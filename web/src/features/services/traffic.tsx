/** The revisions of a service, how traffic is shared out among them, and a rollout that is under way. */
import { Button, Menu, NumberInput, Select } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { act, type Refused } from "@/api/client";
import {
  AbortRolloutDocument,
  ActivateRevisionDocument,
  type RolloutGate,
  SetTrafficDocument,
} from "@/gen/graphql";
import { localised } from "@/lib/i18n";
import { Act, Choice, useBar } from "@/ui/act";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { Ago, css, Notice, Panel } from "@/ui/page";
import { colourOf } from "@/ui/plot";
import { State } from "@/ui/state";
import { complain } from "@/ui/toast";
import { answers, fresh, type Revision, shares, type Whole } from "./service";
import own from "./services.module.css";
import { asks, useConfirmation } from "./signature";

/** A bar of the shares, each with its revision and percent. */
export function Shares({ traffic }: { traffic: Whole["traffic"] }) {
  const { t } = useTranslation();
  const parts = shares(traffic);
  if (!parts.length) return <span className={css.dim}>–</span>;
  const said = parts
    .map(([number, weight]) => t("service.revisionShare", { n: number, percent: weight }))
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
      await act(ActivateRevisionDocument, {
        id: service.id,
        number: revision.number,
        strategy: { kind: "IMMEDIATE" },
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
      title={t("service.revisions")}
      aside={
        <Act
          size="compact-sm"
          why={bar(can) || (service.revisions.length < 2 && t("service.oneRevision"))}
          onClick={() => setSharing(true)}
        >
          {t("service.splitMenu")}
        </Act>
      }
    >
      <div className={css.scroll}>
        <table className={css.table}>
          <thead>
            <tr>
              <th>{t("service.revision")}</th>
              <th className={css.num}>{t("service.traffic")}</th>
              <th>{t("common.state")}</th>
              <th>{t("service.serves")}</th>
              <th className={`${css.num} ${css.hideSmall}`}>{t("service.replicas")}</th>
              <th className={css.hideSmall}>{t("common.author")}</th>
              <th className={css.hideSmall}>{t("common.created")}</th>
              <th>
                <span className={css.sr}>{t("common.actions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {service.revisions.map((revision) => {
              const serves = revision.model;
              return (
                <tr key={revision.id}>
                  <td className={css.fw600}>{revision.number}</td>
                  <td className={css.num}>
                    {weights[revision.number] ? (
                      <b>{weights[revision.number]} %</b>
                    ) : service.mirror === revision.number ? (
                      t("service.mirrored")
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
                      revision.spec.kind.toLowerCase()
                    )}
                  </td>
                  <td className={`${css.num} ${css.hideSmall}`}>
                    {revision.readyReplicas}/{revision.desiredReplicas}
                  </td>
                  <td className={css.hideSmall}>{revision.author.name}</td>
                  <td className={css.hideSmall}>
                    <Ago at={revision.createdAt} />
                  </td>
                  <td className={css.right}>
                    {weights[revision.number] !== 100 && (
                      <Menu position="bottom-end">
                        <Menu.Target>
                          <Button
                            size="compact-sm"
                            aria-label={t("service.revisionTitle", { n: revision.number })}
                          >
                            …
                          </Button>
                        </Menu.Target>
                        <Menu.Dropdown>
                          <Choice why={bar(can)} onClick={() => void bring(revision)}>
                            {answers(revision.state) ? t("service.activate") : t("service.startAndActivate")}
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
      await act(ActivateRevisionDocument, { id: service.id, number, strategy: { kind: "IMMEDIATE" }, force });
      fresh();
      close();
    });
  return (
    <Dialog
      title={t("service.activateRevision", { n: number })}
      close={close}
      busy={busy}
      go={() => void bring()}
      label={t("service.activate")}
      error={error}
      why={!force && t("service.confirmFirst")}
    >
      {box}
    </Dialog>
  );
}

function Share({ service, close }: { service: Whole; close: () => void }) {
  const { t } = useTranslation();
  const [weights, setWeights] = useState<Record<string, number>>(Object.fromEntries(shares(service.traffic)));
  const [mirror, setMirror] = useState<string | null>(
    service.mirror === null ? null : String(service.mirror),
  );
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const { busy, error, run } = useAttempt();
  const confirmation = useConfirmation(error);
  const share = () =>
    run(async () => {
      await act(SetTrafficDocument, {
        id: service.id,
        traffic: Object.entries(weights).map(([number, weight]) => ({ revision: Number(number), weight })),
        mirror: mirror === null ? null : Number(mirror),
        force: confirmation.force,
      });
      fresh();
      close();
    });
  const shown = service.revisions.slice(0, 12);
  return (
    <Dialog
      title={t("service.splitTitle", { name: service.name })}
      close={close}
      busy={busy}
      go={() => void share()}
      label={t("service.split")}
      error={asks(error) ? null : error}
      why={total !== 100 && t("service.weightsSum")}
    >
      {shown.map((revision) => (
        <div key={revision.id} className={`${css.line} ${css.gap12} ${css.middle}`}>
          <span className={css.fill}>
            <b>{t("service.revisionTitle", { n: revision.number })}</b> <State state={revision.state} />
          </span>
          <NumberInput
            w={110}
            min={0}
            max={100}
            suffix=" %"
            allowDecimal={false}
            aria-label={t("service.weightOf", { n: revision.number })}
            value={weights[revision.number] ?? 0}
            onChange={(next) => setWeights({ ...weights, [revision.number]: Number(next) || 0 })}
          />
        </div>
      ))}
      <span className={total === 100 ? css.dim : css.bad} role="status">
        {t("service.weightsTotal", { n: total })}
      </span>
      <Select
        label={t("service.mirrorTo")}
        description={t("service.mirrorHint")}
        placeholder={t("service.mirrorNone")}
        clearable
        value={mirror}
        onChange={setMirror}
        data={shown
          .filter((revision) => !weights[revision.number])
          .map((revision) => ({
            value: String(revision.number),
            label: t("service.revisionTitle", { n: revision.number }),
          }))}
      />
      {confirmation.box}
    </Dialog>
  );
}

/** A revision on its way to the traffic, or why it came back. */
export function Way({ service }: { service: Whole }) {
  const { t } = useTranslation();
  const { rollout } = service;
  if (!rollout || rollout.state === "ENDED" || (rollout.state === "COMPLETED" && rollout.kind !== "CANARY"))
    return null;
  // A revision that cannot run is spoken of by itself.
  if (
    rollout.state === "ROLLED_BACK" &&
    service.revisions.find((each) => each.number === rollout.revision)?.state === "FAILED"
  )
    return null;
  const last = rollout.events.at(-1);
  const gates: Record<RolloutGate, string> = {
    ERROR_RATE: t("common.failed"),
    REJECTION_RATE: t("service.rejected"),
    LATENCY: t("service.slow"),
    DIFFERENCE_RATE: t("service.different"),
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
    PENDING: t("service.rollout.progress", { n: rollout.revision }),
    PROGRESSING: t("service.rollout.progress", { n: rollout.revision }),
    PAUSED: t("service.rollout.waiting", { n: rollout.revision }),
    COMPLETED: t("service.rollout.succeeded", { n: rollout.revision }),
    ROLLED_BACK: t("service.rollout.rolledBack", { n: rollout.revision }),
  };
  return (
    <Panel
      title={titles[rollout.state]}
      aside={
        (rollout.state === "PENDING" || rollout.state === "PROGRESSING") && (
          <Button size="compact-sm" disabled={!service.viewerCanChange} onClick={() => void abort()}>
            {t("service.rollback")}
          </Button>
        )
      }
    >
      <div className={`${css.stack} ${css.p14} ${css.gap12}`}>
        {last && (
          <Notice tone={rollout.state === "ROLLED_BACK" ? "bad" : "calm"}>
            {localised(last.message)} · <Ago at={last.at} />
          </Notice>
        )}
        {rollout.kind === "CANARY" && (
          <ol className={`${css.plainList} ${css.line} ${css.gap6}`} aria-label={t("common.steps")}>
            {rollout.steps.map((step, index) => {
              const done = rollout.state === "COMPLETED" || index < rollout.step;
              const now = rollout.state === "PROGRESSING" && index === rollout.step;
              return (
                <li key={step} aria-current={now ? "step" : undefined} className={own.stage} data-done={done}>
                  {step} %
                </li>
              );
            })}
          </ol>
        )}
        {rollout.verdicts.length > 0 && (
          <div className={css.scroll}>
            <table className={css.table}>
              <thead>
                <tr>
                  <th>{t("service.gate")}</th>
                  <th className={css.num}>{t("service.gateShare")}</th>
                  <th className={css.num}>{t("common.share")}</th>
                  <th className={css.num}>{t("service.gateBaseline")}</th>
                  <th>{t("service.gateVerdict")}</th>
                </tr>
              </thead>
              <tbody>
                {rollout.verdicts.map((look) => (
                  <tr key={look.gate}>
                    <td>
                      {gates[look.gate]}
                      {look.thresholdSeconds ? ` (> ${1000 * look.thresholdSeconds} ms)` : ""}
                    </td>
                    <td className={css.num}>
                      {look.count} / {look.total}
                    </td>
                    <td className={css.num}>{percent(look.share)}</td>
                    <td className={css.num}>{percent(look.baseline)}</td>
                    <td>
                      {look.verdict === "PASSED" ? (
                        <State state="SUCCEEDED" as={t("service.verdict.pass")} />
                      ) : look.verdict === "FAILED" ? (
                        <State state="FAILED" as={t("service.verdict.fail")} />
                      ) : (
                        <State state="PENDING" as={t("service.verdict.pending")} />
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

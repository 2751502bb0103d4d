/** Whether something would find a place on its cluster now. */
import { useTranslation } from "react-i18next";
import { localised } from "@/lib/i18n";
import { css, Notice } from "./page";

export function Fit({
  fit,
}: {
  fit: { verdict: string; explanation: string; problems: string[]; warnings?: string[] };
}) {
  const { t } = useTranslation();
  const words: Record<string, string> = {
    now: t("preflight.startsNow"),
    waits: t("preflight.queues"),
    never: t("preflight.cannotRun"),
    unknown: t("preflight.clusterDown"),
  };
  return (
    <Notice tone={fit.verdict === "now" ? "calm" : fit.verdict === "never" ? "bad" : "waitful"}>
      <b>{words[fit.verdict]}</b>
      {fit.verdict === "waits" && <div>{localised(fit.explanation)}</div>}
      {fit.problems.map((problem) => (
        <div key={problem} className={css.dim}>
          – {localised(problem)}
        </div>
      ))}
      {fit.warnings?.map((warning) => (
        <div key={warning}>{localised(warning)}</div>
      ))}
    </Notice>
  );
}

/** Whether something would find a place on its cluster now. */
import { useTranslation } from "react-i18next";
import type { PreflightVerdict } from "@/gen/graphql";
import { localised } from "@/lib/i18n";
import { css, Notice } from "./page";

export function Fit({
  fit,
}: {
  fit: { verdict: PreflightVerdict; explanation: string; problems: string[]; warnings?: string[] };
}) {
  const { t } = useTranslation();
  const words: Record<PreflightVerdict, string> = {
    NOW: t("preflight.startsNow"),
    WAITS: t("preflight.queues"),
    NEVER: t("preflight.cannotRun"),
    UNKNOWN: t("preflight.clusterDown"),
  };
  return (
    <Notice tone={fit.verdict === "NOW" ? "calm" : fit.verdict === "NEVER" ? "bad" : "waitful"}>
      <b>{words[fit.verdict]}</b>
      {fit.verdict === "WAITS" && <div>{localised(fit.explanation)}</div>}
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

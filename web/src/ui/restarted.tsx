/** A line that says why a server that ended by itself was started again. */
import { useTranslation } from "react-i18next";
import { localised } from "@/lib/i18n";
import { Ago, Notice } from "./page";

export function Restarted({
  last,
  what,
}: {
  last: { at: string | null; reason: string; explanation: string } | null;
  what?: string;
}) {
  const { t } = useTranslation();
  if (!last) return null;
  return (
    <Notice tone="waitful">
      <b>{what ? t("workload.restartedWhat", { what }) : t("workload.restarted")}</b>{" "}
      {last.at && <Ago at={last.at} />}
      <div>
        {last.reason}: {localised(last.explanation)}
      </div>
    </Notice>
  );
}

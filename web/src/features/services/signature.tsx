/** Models whose signature differs from that of the model that has the traffic: what differs, and the confirmation. */
import { Checkbox } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Refused } from "@/api/client";
import { Notice } from "@/ui/page";
import ui from "@/ui/ui.module.css";

/** Whether the server asks to confirm a changed signature. */
export const asks = (error: unknown): error is Refused => error instanceof Refused && error.field === "force";

/** What differs and a box that confirms it, as long as the server asks; `force` is to be sent with the next attempt. */
export function useConfirmation(error: unknown) {
  const { t } = useTranslation();
  const [force, setForce] = useState(false);
  const box =
    asks(error) || force ? (
      <Notice tone="waitful">
        {t("service.signatureChanged")}
        {asks(error) && (
          <ul className={`${ui.flush} ${ui.bullets} ${ui.mt6} ${ui.mb6}`}>
            {error.faults.map((fault) => (
              <li key={fault.message}>{fault.message}</li>
            ))}
          </ul>
        )}
        <Checkbox
          label={t("service.signatureConfirm")}
          checked={force}
          onChange={(event) => setForce(event.currentTarget.checked)}
        />
      </Notice>
    ) : null;
  return { force, box };
}

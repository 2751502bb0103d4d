/** A question with a form: what is asked, what was refused, and the way out; `why` is what is still missing before one can go on. */
import { Button, Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { css, Failure } from "./page";

export function Dialog({
  title,
  close,
  busy,
  go,
  label,
  error,
  why,
  danger,
  children,
  size = 480,
}: {
  title: string;
  close: () => void;
  busy: boolean;
  go: () => void;
  label: string;
  error: unknown;
  why?: string | false | null;
  danger?: boolean;
  children: ReactNode;
  size?: number;
}) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={close} title={title} size={size}>
      <form
        className={`${css.stack} ${css.gap14}`}
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        {children}
        {Boolean(error) && <Failure error={error} />}
        <div className={`${css.line} ${css.gap8} ${css.toEnd} ${css.middle}`}>
          {why && (
            <span role="status" className={`${css.dim} ${css.mrAuto}`}>
              {why}
            </span>
          )}
          <Button onClick={close}>{t("dialog.cancel")}</Button>
          <Button
            type="submit"
            variant="filled"
            color={danger ? "red" : undefined}
            loading={busy}
            disabled={Boolean(why)}
          >
            {label}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** The shapes every page is made of: head, panel, and the states of what is not there (yet). */
import { Button, CopyButton } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconCopy, IconInfoCircle } from "@tabler/icons-react";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Lost, Refused, SignedOut } from "@/api/client";
import { ago, duration } from "@/lib/format";
import { useNow } from "./now";
import css from "./ui.module.css";

export { css };

/** The first lines of a page: name, state, actions; then facts. */
export function Head({
  title,
  state,
  actions,
  facts,
  children,
}: {
  title: ReactNode;
  state?: ReactNode;
  actions?: ReactNode;
  facts?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <header className={css.head}>
      <div className={css.headLine}>
        <h1>{title}</h1>
        {state}
        {actions && <div className={`${css.push} ${css.flow} ${css.gap8}`}>{actions}</div>}
      </div>
      {facts && <div className={css.facts}>{facts}</div>}
      {children}
    </header>
  );
}

export function Panel({
  title,
  aside,
  children,
  label,
}: {
  title?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  label?: string;
}) {
  return (
    <section className={css.panel} aria-label={label ?? (typeof title === "string" ? title : undefined)}>
      {title && (
        <div className={css.panelHead}>
          <h2>{title}</h2>
          <div className={`${css.push} ${css.line} ${css.gap8} ${css.middle}`}>{aside}</div>
        </div>
      )}
      {children}
    </section>
  );
}

/** The shape of what is to come; after a second it says what is waited for. */
export function Loading({ rows = 6, what }: { rows?: number; what?: string }) {
  const { t } = useTranslation();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 1000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={css.skeleton} aria-busy="true">
      {Array.from({ length: rows }, (_, index) => (
        <i key={index} style={{ width: `${[92, 74, 84, 62, 79, 70][index % 6]}%` }} />
      ))}
      <span aria-live="polite" className={`${css.dim} ${css.mih18}`}>
        {late ? (what ?? t("common.loading")) : ""}
      </span>
    </div>
  );
}

/** What is not there, what it would be, and one thing to do; `whole` when it is all there is on the page. */
export function Empty({
  title,
  children,
  action,
  whole,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  whole?: boolean;
}) {
  const Title = whole ? "h1" : "h2";
  return (
    <div className={css.empty}>
      <Title>{title}</Title>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}

/** What a refusal is called in the chosen language; the server's own sentence follows. */
export function useReason(): (error: unknown) => { title: string; text: string; hint: string | null } {
  const { t, i18n } = useTranslation();
  return (error) => {
    if (error instanceof Lost)
      return {
        title: t("error.offline"),
        text: t("error.offlineHint"),
        hint: null,
      };
    if (error instanceof SignedOut)
      return { title: t("error.signedOut"), text: t("error.signedOutHint"), hint: null };
    if (error instanceof Refused) {
      const titles: Record<string, string> = {
        INVALID: t("error.invalid"),
        NOT_FOUND: t("error.notFound"),
        FORBIDDEN: t("error.forbidden"),
        CONFLICT: t("error.conflict"),
        QUOTA_EXCEEDED: t("error.limit"),
        UNAVAILABLE: t("error.unavailable"),
        TOO_LARGE: t("error.tooLarge"),
        INTERNAL: t("error.internal"),
      };
      const title = titles[error.code] ?? t("error.refused");
      const own =
        error.code !== "INTERNAL" && (i18n.language === "en" || /[\u4e00-\u9fff]/.test(error.message));
      return {
        title: own ? error.message : title,
        text: own ? (error.hint ?? "") : error.message,
        hint: own ? null : error.hint,
      };
    }
    return {
      title: t("error.page"),
      text: error instanceof Error ? error.message : String(error),
      hint: t("common.reloadHint"),
    };
  };
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const { title, text, hint } = useReason()(error);
  return (
    <div className={css.notice} role="alert">
      <span className={css.icon}>
        <IconAlertTriangle size={16} aria-hidden />
      </span>
      <div className={`${css.fill} ${css.breaks}`}>
        <b>{title}</b>
        {text && <div>{text}</div>}
        {hint && <div className={css.dim}>{hint}</div>}
      </div>
      {retry && (
        <Button size="compact-sm" onClick={retry}>
          {t("common.tryAgain")}
        </Button>
      )}
    </div>
  );
}

/** Whether a page is not for whoever asked. */
export const barred = (error: unknown): boolean => error instanceof Refused && error.code === "FORBIDDEN";

/** In place of a page that is not for whoever asked: whom it is for, and whom to ask. */
export function Wall({ error }: { error: unknown }) {
  const { title, text, hint } = useReason()(error);
  return (
    <Empty whole title={title}>
      {[text, hint].filter(Boolean).join(" ")}
    </Empty>
  );
}

export function Notice({
  tone = "calm",
  children,
  action,
}: {
  tone?: "calm" | "waitful" | "bad";
  children: ReactNode;
  action?: ReactNode;
}) {
  const Icon = tone === "calm" ? IconInfoCircle : IconAlertTriangle;
  return (
    <div className={`${css.notice} ${tone === "bad" ? "" : css[tone]}`} role="status">
      <span className={css.icon}>
        <Icon size={16} aria-hidden />
      </span>
      <div className={`${css.fill} ${css.breaks}`}>{children}</div>
      {action}
    </div>
  );
}

/** A time as people say it, the exact one on hover. */
export function Ago({ at }: { at: string | null | undefined }) {
  const { i18n } = useTranslation();
  const now = useNow();
  if (!at) return <span>–</span>;
  const then = Date.parse(at);
  const [value, unit] = ago(then, Math.max(now, Date.now() - 1000));
  const exact = new Date(then).toLocaleString(i18n.language, { dateStyle: "medium", timeStyle: "medium" });
  return (
    <time dateTime={at} title={exact} className={css.nowrap}>
      {new Intl.RelativeTimeFormat(i18n.language, { numeric: "auto", style: "short" }).format(value, unit)}
    </time>
  );
}

/** How long something took, or has taken so far. */
export function Took({ from, to, moving }: { from?: string | null; to?: string | null; moving?: boolean }) {
  const now = useNow(Boolean(moving && from && !to));
  if (!from || (!to && !moving)) return <span>–</span>;
  return (
    <span>
      {duration(
        Math.max(((to ? Date.parse(to) : Math.max(now, Date.parse(from))) - Date.parse(from)) / 1000, 0),
      )}
    </span>
  );
}

export function Copy({ text, label }: { text: string; label?: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button
          size="compact-sm"
          onClick={copy}
          leftSection={copied ? <IconCheck size={13} /> : <IconCopy size={13} />}
        >
          {copied ? t("common.copied") : (label ?? t("common.copyText"))}
        </Button>
      )}
    </CopyButton>
  );
}

/** Around every page: the rail, the top line, sign-in when nobody is, and what is heard everywhere (news, keys, toasts). */
import { ActionIcon, Button } from "@mantine/core";
import { IconCode, IconMenu2 } from "@tabler/icons-react";
import { Link, Outlet, useLocation, useRouter } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { act, Lost, SignedOut } from "@/api/client";
import { patient, useWaited } from "@/api/patient";
import { useLive } from "@/api/socket";
import { useViewer } from "@/api/viewer";
import { StopViewingDocument } from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { useCrumbs } from "@/ui/crumbs";
import { Empty, Failure, Loading } from "@/ui/page";
import { Toasts } from "@/ui/toast";
import ui from "@/ui/ui.module.css";
import { recall } from "./after";
import { useKeys } from "./keys";
import { useNews } from "./news";
import { show, useOver } from "./open";
import { Rail } from "./rail";
import css from "./shell.module.css";

const palette = () => import("./palette");
const Palette = lazy(() => patient(palette));
const Bell = lazy(() => patient(() => import("./bell")).then((module) => ({ default: module.Bell })));
const Help = lazy(() => patient(() => import("./help")));
const CodeOfPage = lazy(() => patient(() => import("./code")));
const Places = lazy(() => patient(() => import("./drawer")));
const SignIn = lazy(() => patient(() => import("./signin")).then((module) => ({ default: module.SignIn })));

export function Missing() {
  const { t } = useTranslation();
  return (
    <Empty whole title={t("shell.notFound")} action={<Link to="/">{t("common.goHome")}</Link>}>
      {t("shell.notFoundHint")}
    </Empty>
  );
}

export function Shell() {
  const { t } = useTranslation();
  const viewer = useViewer();
  const [drawer, setDrawer] = useState(false);
  const path = useLocation({ select: (location) => location.pathname });
  useEffect(() => setDrawer(false), [path]);
  useEffect(() => {
    const soon = setTimeout(() => void palette().catch(() => {}), 1500);
    return () => clearTimeout(soon);
  }, []);
  const me = viewer.data?.viewer ?? null;
  useNews(Boolean(me));
  const { history } = useRouter();
  const known = Boolean(me);
  useEffect(() => {
    const there = known ? recall() : null;
    if (there) history.replace(there);
  }, [known, history]);
  useKeys();
  const over = useOver();
  if (viewer.isPending)
    return (
      <div className={css.sign}>
        {viewer.failureReason instanceof Lost ? (
          <Failure error={viewer.failureReason} />
        ) : (
          <Loading rows={4} />
        )}
      </div>
    );
  if (viewer.error && !(viewer.error instanceof SignedOut))
    return (
      <div className={css.sign}>
        <Failure error={viewer.error} retry={() => void viewer.refetch()} />
      </div>
    );
  if (!me)
    return (
      <Suspense fallback={null}>
        <SignIn />
      </Suspense>
    );
  return (
    <div className={css.app}>
      <a className={css.skip} href="#page">
        {t("nav.skipToContent")}
      </a>
      <Rail me={me} />
      <div className={css.main}>
        <Top menu={() => setDrawer(true)} />
        {viewer.data?.impersonator && <Eyes name={me.name} />}
        <Away />
        <main id="page" tabIndex={-1} className={css.page}>
          <Outlet />
        </main>
      </div>
      <Suspense fallback={null}>
        {drawer && <Places me={me} close={() => setDrawer(false)} />}
        {over === "palette" && <Palette />}
        {over === "keys" && <Help />}
        {over === "code" && <CodeOfPage />}
      </Suspense>
      <Toasts />
    </div>
  );
}

/** An administrator sees what somebody sees: whose eyes these are, and the way back. */
function Eyes({ name }: { name: string }) {
  const { t } = useTranslation();
  const { busy, error, run } = useAttempt();
  const stop = () =>
    run(async () => {
      await act(StopViewingDocument);
      location.assign("/people");
    });
  return (
    <div role="status" className={css.eyes}>
      <span>{t("shell.impersonating", { name })}</span>
      <Button size="compact-sm" loading={busy} onClick={() => void stop()}>
        {t("shell.stopImpersonating")}
      </Button>
      {Boolean(error) && <Failure error={error} />}
    </div>
  );
}

function Top({ menu }: { menu: () => void }) {
  const { t } = useTranslation();
  const crumbs = useCrumbs();
  const live = useLive();
  return (
    <div className={css.top}>
      <ActionIcon className={css.burger} aria-label={t("nav.menu")} onClick={menu}>
        <IconMenu2 size={18} />
      </ActionIcon>
      <nav className={css.crumbs} aria-label={t("nav.breadcrumbs")}>
        {crumbs.map(({ label, to }, index) => (
          <span key={`${index}-${label}`}>
            {to ? <Link to={to}>{label}</Link> : label}
            {index < crumbs.length - 1 && " / "}
          </span>
        ))}
      </nav>
      <span className={ui.grow} />
      <span className={css.live} role="status">
        {live === "idle" ? null : (
          <>
            <i className={live === "live" ? "" : css.away} />
            {live === "live" ? t("shell.live") : t("shell.reconnecting")}
          </>
        )}
      </span>
      <button
        type="button"
        className={`${css.icon} ${ui.hideSmall}`}
        aria-label={t("snippets.title")}
        title={t("snippets.title")}
        onClick={() => show("code")}
      >
        <IconCode size={18} />
      </button>
      <Suspense fallback={<span className={css.icon} />}>
        <Bell />
      </Suspense>
      <button type="button" className={css.key} onClick={() => show("palette")}>
        <span>{t("shortcuts.search")}</span>
        <kbd aria-hidden>⌘K</kbd>
      </button>
    </div>
  );
}

/** Said only when the connection has been away for a while, or somebody waits for it: short breaks are nobody's concern. */
function Away() {
  const { t } = useTranslation();
  const live = useLive();
  const waited = useWaited();
  const [long, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (live !== "reconnecting") return;
    const timer = setTimeout(() => setLong(true), 3000);
    return () => clearTimeout(timer);
  }, [live]);
  if (!long && !waited) return null;
  return (
    <div className={css.banner} role="status">
      {t("shell.offline")}
    </div>
  );
}

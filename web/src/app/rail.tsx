/** The rail at the left: the project, the places, who I am. Only places that exist are in it. */
import {
  IconBrain,
  IconChartBar,
  IconClock,
  IconCloudComputing,
  IconHome,
  IconKey,
  IconListCheck,
  IconNotebook,
  IconPackage,
  IconPlayerPlay,
  IconPuzzle,
  IconRoute,
  IconSettings,
  IconTargetArrow,
  IconTerminal2,
  IconUser,
  IconUsers,
} from "@tabler/icons-react";
import { Link, useLocation } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { gently, patient } from "@/api/patient";
import { type List, listOf, useScope } from "@/api/scope";
import css from "./shell.module.css";

const Me = lazy(() => patient(() => import("./menus")).then((module) => ({ default: module.Me })));
const Switcher = lazy(() =>
  patient(() => import("./switcher")).then((module) => ({ default: module.Switcher })),
);
const size = 15;

/** A list of the chosen project; it is the place of what is in it, too. */
function Place({ to, children }: { to: List; children: ReactNode }) {
  const project = useScope() ?? undefined;
  const here = useLocation({
    select: ({ pathname }) => listOf(pathname) === to && (to !== "/" || pathname === "/"),
  });
  return (
    <Link
      to={to}
      search={{ project }}
      className={css.link}
      activeProps={{}}
      {...{ "data-status": here ? "active" : undefined }}
      aria-current={here ? "page" : undefined}
    >
      {children}
    </Link>
  );
}

export function Rail({
  me,
  drawer,
}: {
  me: { name: string; admin: boolean; auditor: boolean };
  drawer?: boolean;
}) {
  const { t } = useTranslation();
  const scope = useScope();
  return (
    <nav className={`${css.rail} ${drawer ? css.drawer : ""}`} aria-label={t("Places")}>
      <Suspense
        fallback={
          <span className={css.project}>
            <span className={css.cube} />
            <span className={css.name}>{scope ?? t("All projects")}</span>
          </span>
        }
      >
        <Switcher />
      </Suspense>
      <Place to="/">
        <IconHome size={size} />
        {t("Home")}
      </Place>
      <div className={css.group}>{t("Develop")}</div>
      <Place to="/notebooks">
        <IconNotebook size={size} />
        {t("Notebooks")}
      </Place>
      <Place to="/images">
        <IconPackage size={size} />
        {t("Images")}
      </Place>
      <div className={css.group}>{t("Train")}</div>
      <Place to="/pipelines">
        <IconRoute size={size} />
        {t("Pipelines")}
      </Place>
      <Place to="/runs">
        <IconPlayerPlay size={size} />
        {t("Runs")}
      </Place>
      <Place to="/schedules">
        <IconClock size={size} />
        {t("Schedules")}
      </Place>
      <Place to="/searches">
        <IconTargetArrow size={size} />
        {t("Searches")}
      </Place>
      <Place to="/templates">
        <IconPuzzle size={size} />
        {t("Templates")}
      </Place>
      <div className={css.group}>{t("Serve")}</div>
      <Place to="/models">
        <IconBrain size={size} />
        {t("Models")}
      </Place>
      <Place to="/services">
        <IconCloudComputing size={size} />
        {t("Services")}
      </Place>
      <div className={css.group}>{t("Operate")}</div>
      <Link to="/clusters" className={css.link}>
        <IconChartBar size={size} />
        {t("Clusters")}
      </Link>
      <div className={css.group}>{t("Settings")}</div>
      <Link to="/projects" className={css.link} activeOptions={{ exact: true }}>
        <IconSettings size={size} />
        {t("Projects")}
      </Link>
      {(me.admin || me.auditor) && (
        <Link to="/people" className={css.link}>
          <IconUsers size={size} />
          {t("People")}
        </Link>
      )}
      {(me.admin || me.auditor) && (
        <Link to="/audit" className={css.link}>
          <IconListCheck size={size} />
          {t("Audit")}
        </Link>
      )}
      <Link to="/tokens" className={css.link}>
        <IconKey size={size} />
        {t("API tokens")}
      </Link>
      <a href="/graphql" onClick={gently} className={css.link}>
        <IconTerminal2 size={size} />
        {t("GraphQL explorer")}
      </a>
      <Suspense
        fallback={
          <div className={css.me}>
            <span className={css.link}>
              <IconUser size={size} />
              {me.name}
            </span>
          </div>
        }
      >
        <Me me={me} />
      </Suspense>
    </nav>
  );
}

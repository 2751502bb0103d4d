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
    <nav className={`${css.rail} ${drawer ? css.drawer : ""}`} aria-label={t("nav.label")}>
      <Suspense
        fallback={
          <span className={css.project}>
            <span className={css.cube} />
            <span className={css.name}>{scope ?? t("nav.allProjects")}</span>
          </span>
        }
      >
        <Switcher />
      </Suspense>
      <Place to="/">
        <IconHome size={size} />
        {t("nav.home")}
      </Place>
      <div className={css.group}>{t("nav.develop")}</div>
      <Place to="/notebooks">
        <IconNotebook size={size} />
        {t("nav.notebooks")}
      </Place>
      <Place to="/images">
        <IconPackage size={size} />
        {t("nav.images")}
      </Place>
      <div className={css.group}>{t("nav.train")}</div>
      <Place to="/pipelines">
        <IconRoute size={size} />
        {t("nav.pipelines")}
      </Place>
      <Place to="/runs">
        <IconPlayerPlay size={size} />
        {t("nav.runs")}
      </Place>
      <Place to="/schedules">
        <IconClock size={size} />
        {t("nav.schedules")}
      </Place>
      <Place to="/searches">
        <IconTargetArrow size={size} />
        {t("nav.searches")}
      </Place>
      <Place to="/templates">
        <IconPuzzle size={size} />
        {t("nav.templates")}
      </Place>
      <div className={css.group}>{t("nav.serve")}</div>
      <Place to="/models">
        <IconBrain size={size} />
        {t("nav.models")}
      </Place>
      <Place to="/services">
        <IconCloudComputing size={size} />
        {t("nav.services")}
      </Place>
      <div className={css.group}>{t("nav.operate")}</div>
      <Link to="/clusters" className={css.link}>
        <IconChartBar size={size} />
        {t("nav.clusters")}
      </Link>
      <div className={css.group}>{t("common.settings")}</div>
      <Link to="/projects" className={css.link} activeOptions={{ exact: true }}>
        <IconSettings size={size} />
        {t("nav.projects")}
      </Link>
      {(me.admin || me.auditor) && (
        <Link to="/people" className={css.link}>
          <IconUsers size={size} />
          {t("nav.users")}
        </Link>
      )}
      {(me.admin || me.auditor) && (
        <Link to="/audit" className={css.link}>
          <IconListCheck size={size} />
          {t("nav.audit")}
        </Link>
      )}
      {(me.admin || me.auditor) && (
        <Link to="/tasks" className={css.link}>
          <IconClock size={size} />
          {t("nav.tasks")}
        </Link>
      )}
      <Link to="/tokens" className={css.link}>
        <IconKey size={size} />
        {t("nav.tokens")}
      </Link>
      <a href="/graphql" onClick={gently} className={css.link}>
        <IconTerminal2 size={size} />
        {t("nav.explorer")}
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

/** The rail at the left: the project, the places, who I am. Only places that exist are in it. */
import { IconBrain, IconChartBar, IconClock, IconCloudComputing, IconHome, IconKey, IconListCheck, IconNotebook, IconPackage, IconPlayerPlay, IconPuzzle, IconRoute, IconSettings, IconTargetArrow, IconTerminal2, IconUser, IconUsers } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { gently, patient } from "./patient";
import { useProject } from "./project";
import css from "./shell.module.css";

const Me = lazy(() => patient(() => import("./menus")).then((module) => ({ default: module.Me })));
const Switcher = lazy(() => patient(() => import("./menus")).then((module) => ({ default: module.Switcher })));
const size = 15;

export function Rail({ me, drawer }: { me: { name: string; admin: boolean; auditor: boolean }; drawer?: boolean }) {
  const { t } = useTranslation();
  const project = useProject();
  return (
    <nav className={`${css.rail} ${drawer ? css.drawer : ""}`} aria-label={t("Places")}>
      <Suspense fallback={<span className={css.project}><span className={css.cube} />{project?.name ?? "Cube Studio"}</span>}><Switcher /></Suspense>
      <Link to="/" className={css.link} activeOptions={{ exact: true }}><IconHome size={size} />{t("Home")}</Link>
      <div className={css.group}>{t("Develop")}</div>
      <Link to="/notebooks" className={css.link}><IconNotebook size={size} />{t("Notebooks")}</Link>
      <Link to="/images" className={css.link}><IconPackage size={size} />{t("Images")}</Link>
      <div className={css.group}>{t("Train")}</div>
      {project && <Link to="/projects/$project/pipelines" params={{ project: project.name }} className={css.link}><IconRoute size={size} />{t("Pipelines")}</Link>}
      <Link to="/runs" className={css.link}><IconPlayerPlay size={size} />{t("Runs")}</Link>
      <Link to="/schedules" className={css.link}><IconClock size={size} />{t("Schedules")}</Link>
      <Link to="/searches" className={css.link}><IconTargetArrow size={size} />{t("Searches")}</Link>
      <Link to="/templates" className={css.link}><IconPuzzle size={size} />{t("Templates")}</Link>
      <div className={css.group}>{t("Serve")}</div>
      <Link to="/models" className={css.link}><IconBrain size={size} />{t("Models")}</Link>
      <Link to="/services" className={css.link}><IconCloudComputing size={size} />{t("Services")}</Link>
      <div className={css.group}>{t("Operate")}</div>
      <Link to="/clusters" className={css.link}><IconChartBar size={size} />{t("Clusters")}</Link>
      <div className={css.group}>{t("Settings")}</div>
      <Link to="/projects" className={css.link} activeOptions={{ exact: true }}><IconSettings size={size} />{t("Projects")}</Link>
      {(me.admin || me.auditor) && <Link to="/people" className={css.link}><IconUsers size={size} />{t("People")}</Link>}
      {(me.admin || me.auditor) && <Link to="/audit" className={css.link}><IconListCheck size={size} />{t("Audit")}</Link>}
      <Link to="/tokens" className={css.link}><IconKey size={size} />{t("API tokens")}</Link>
      <a href="/graphql" onClick={gently} className={css.link}><IconTerminal2 size={size} />{t("GraphQL explorer")}</a>
      <Suspense fallback={<div className={css.me}><span className={css.link}><IconUser size={size} />{me.name}</span></div>}><Me me={me} /></Suspense>
    </nav>
  );
}

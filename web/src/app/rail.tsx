/** The rail at the left: the project, the places, who I am. Only places that exist are in it. */
import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import {
  IconChartBar, IconChevronDown, IconHome, IconKey, IconLanguage, IconLogout, IconMoon, IconPlayerPlay, IconPuzzle, IconRoute, IconSettings, IconSun, IconTerminal2, IconUser,
} from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SignOutDocument } from "@/gen/graphql";
import { complain } from "@/ui/toast";
import { cache } from "./cache";
import { act } from "./client";
import { choose } from "./i18n";
import { remember, useProject, useProjects } from "./project";
import css from "./shell.module.css";

const size = 15;

export function Rail({ me, drawer }: { me: { name: string; admin: boolean }; drawer?: boolean }) {
  const { t, i18n } = useTranslation();
  const project = useProject();
  const { setColorScheme } = useMantineColorScheme();
  const out = async (everywhere: boolean) => {
    try {
      await act(SignOutDocument, { everywhere });
      cache.clear();
      location.assign("/");
    } catch (error) {
      complain(error);
    }
  };
  return (
    <nav className={`${css.rail} ${drawer ? css.drawer : ""}`} aria-label={t("Places")}>
      <Switcher />
      <Link to="/" className={css.link} activeOptions={{ exact: true }}><IconHome size={size} />{t("Home")}</Link>
      <div className={css.group}>{t("Train")}</div>
      {project && <Link to="/projects/$project/pipelines" params={{ project: project.name }} className={css.link}><IconRoute size={size} />{t("Pipelines")}</Link>}
      <Link to="/runs" className={css.link}><IconPlayerPlay size={size} />{t("Runs")}</Link>
      <Link to="/templates" className={css.link}><IconPuzzle size={size} />{t("Templates")}</Link>
      <div className={css.group}>{t("Operate")}</div>
      <Link to="/clusters" className={css.link}><IconChartBar size={size} />{t("Clusters")}</Link>
      <div className={css.group}>{t("Settings")}</div>
      <Link to="/projects" className={css.link} activeOptions={{ exact: true }}><IconSettings size={size} />{t("Projects")}</Link>
      <Link to="/tokens" className={css.link}><IconKey size={size} />{t("API tokens")}</Link>
      <a href="/graphql" className={css.link}><IconTerminal2 size={size} />{t("GraphQL explorer")}</a>
      <div className={css.me}>
        <Menu position="top-start" width={210}>
          <Menu.Target>
            <button type="button" className={css.link} style={{ border: 0, background: "none", cursor: "pointer", font: "inherit", flex: 1, minWidth: 0 }}>
              <IconUser size={size} /><span style={{ overflow: "hidden", textOverflow: "ellipsis" }}>{me.name}</span>
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconLogout size={size} />} onClick={() => void out(false)}>{t("Sign out")}</Menu.Item>
            <Menu.Item leftSection={<IconLogout size={size} />} onClick={() => void out(true)}>{t("Sign out everywhere")}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Menu position="top-end">
          <Menu.Target><ActionIcon aria-label={t("Language")}><IconLanguage size={16} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => void choose("en")} lang="en">English{i18n.language === "en" ? " ✓" : ""}</Menu.Item>
            <Menu.Item onClick={() => void choose("zh")} lang="zh">中文{i18n.language === "zh" ? " ✓" : ""}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Menu position="top-end">
          <Menu.Target><ActionIcon aria-label={t("Theme")}><IconSun size={16} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconSun size={size} />} onClick={() => setColorScheme("light")}>{t("Light")}</Menu.Item>
            <Menu.Item leftSection={<IconMoon size={size} />} onClick={() => setColorScheme("dark")}>{t("Dark")}</Menu.Item>
            <Menu.Item onClick={() => setColorScheme("auto")}>{t("As the system")}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
    </nav>
  );
}

function Switcher() {
  const { t } = useTranslation();
  const project = useProject();
  const projects = useProjects();
  const go = useNavigate();
  const mine = projects.data?.projects.nodes ?? [];
  return (
    <Menu width={220} position="bottom-start">
      <Menu.Target>
        <button type="button" className={css.project} aria-label={t("Project: {{name}}", { name: project?.name ?? "–" })}>
          <span className={css.cube} />
          <span style={{ flex: 1, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>{project?.name ?? "Cube Studio"}</span>
          <IconChevronDown size={14} />
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
        {mine.map((each) => (
          <Menu.Item key={each.id} onClick={() => { remember(each.name); void go({ to: "/projects/$project/pipelines", params: { project: each.name } }); }}>
            {each.name}
          </Menu.Item>
        ))}
        {mine.length > 0 && <Menu.Divider />}
        <Menu.Item onClick={() => void go({ to: "/projects" })}>{t("All projects")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

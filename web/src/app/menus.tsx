/** The menus of the rail: who I am, language, theme. */
import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import { IconLanguage, IconLogout, IconMoon, IconSun, IconUser } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act } from "@/api/client";
import { choose as scope } from "@/api/scope";
import { SignOutDocument } from "@/gen/graphql";
import { choose } from "@/lib/i18n";
import { complain } from "@/ui/toast";
import ui from "@/ui/ui.module.css";
import css from "./shell.module.css";

const size = 15;

export function Me({ me }: { me: { name: string } }) {
  const { t, i18n } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const out = async (everywhere: boolean) => {
    try {
      await act(SignOutDocument, { everywhere });
      cache.clear();
      scope(null);
      location.assign("/");
    } catch (error) {
      complain(error);
    }
  };
  return (
    <div className={css.me}>
      <Menu position="top-start" width={210}>
        <Menu.Target>
          <button type="button" className={`${css.link} ${ui.bare} ${ui.fill}`}>
            <IconUser size={size} />
            <span className={ui.cut}>{me.name}</span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconLogout size={size} />} onClick={() => void out(false)}>
            {t("menu.signOut")}
          </Menu.Item>
          <Menu.Item leftSection={<IconLogout size={size} />} onClick={() => void out(true)}>
            {t("menu.signOutEverywhere")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Menu position="top-end">
        <Menu.Target>
          <ActionIcon aria-label={t("menu.language")}>
            <IconLanguage size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void choose("en")} lang="en">
            English{i18n.language === "en" ? " ✓" : ""}
          </Menu.Item>
          <Menu.Item onClick={() => void choose("zh")} lang="zh">
            中文{i18n.language === "zh" ? " ✓" : ""}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Menu position="top-end">
        <Menu.Target>
          <ActionIcon aria-label={t("menu.theme")}>
            <IconSun size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconSun size={size} />} onClick={() => setColorScheme("light")}>
            {t("menu.light")}
          </Menu.Item>
          <Menu.Item leftSection={<IconMoon size={size} />} onClick={() => setColorScheme("dark")}>
            {t("menu.dark")}
          </Menu.Item>
          <Menu.Item onClick={() => setColorScheme("auto")}>{t("menu.system")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

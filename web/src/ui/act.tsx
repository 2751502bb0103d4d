/** Buttons and entries of menus that cannot be pressed now and say why. */
import { Button, type ButtonProps, Menu, type MenuItemProps } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { say } from "./toast";
import css from "./ui.module.css";

type Why = string | false | null | undefined;

/** A button that stays in reach of keyboard, mouse and readers: while there is a reason, a press says it. */
export function Act({
  why,
  onClick,
  ...rest
}: ButtonProps & { why: Why; onClick: () => void; children?: ReactNode; "aria-label"?: string }) {
  return (
    <Button
      {...rest}
      {...(why ? { "data-disabled": true, "aria-disabled": true, title: why } : {})}
      onClick={() => (why ? say(why) : onClick())}
    />
  );
}

/** An entry of a menu; the reason stands below it. */
export function Choice({ why, children, ...rest }: MenuItemProps & { why: Why; onClick: () => void }) {
  return (
    <Menu.Item {...rest} disabled={Boolean(why)}>
      {children}
      {why && <div className={`${css.dim} ${css.maw260} ${css.normal} ${css.fz11_5}`}>{why}</div>}
    </Menu.Item>
  );
}

/** Why somebody may not: nothing when they may. */
export function useBar(): (may: boolean) => Why {
  const { t } = useTranslation();
  return (may) => !may && t("common.roleTooLow");
}

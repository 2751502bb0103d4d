/** The theme with the words that Mantine's own parts need, in the chosen language. */
import { MantineProvider, mergeThemeOverrides } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { resolver, theme } from "./theme";

export function Themed({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const close = { defaultProps: { closeButtonProps: { "aria-label": t("common.close") } } };
  const words = {
    components: {
      Modal: { defaultProps: { ...theme.components?.Modal?.defaultProps, ...close.defaultProps } },
      Notification: close,
    },
  };
  return (
    <MantineProvider
      theme={mergeThemeOverrides(theme, words)}
      cssVariablesResolver={resolver}
      defaultColorScheme="auto"
    >
      {children}
    </MantineProvider>
  );
}

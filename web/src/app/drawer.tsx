/** The rail on a small screen. */
import { Drawer } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Rail } from "./rail";

export default function Places({
  me,
  close,
}: {
  me: { name: string; admin: boolean; auditor: boolean };
  close: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened
      onClose={close}
      size={260}
      padding={0}
      withCloseButton={false}
      aria-label={t("nav.menu")}
      styles={{ body: { height: "100%" } }}
    >
      <Rail me={me} drawer />
    </Drawer>
  );
}

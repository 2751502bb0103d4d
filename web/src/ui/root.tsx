/** Whether the containers of a piece of work are to run as root on Kubernetes. */
import { Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function RootField({
  value,
  set,
  disabled,
  error,
}: {
  value: boolean;
  set: (root: boolean) => void;
  disabled?: boolean;
  error?: string;
}) {
  const { t } = useTranslation();
  return (
    <Switch
      label={t("workload.runAsRoot")}
      description={t("workload.runAsRootHint")}
      checked={value}
      disabled={disabled}
      error={error}
      onChange={(event) => set(event.currentTarget.checked)}
    />
  );
}

/** What something of a project is given beside its own variables: the project's secrets by name, and volumes. */
import { Select, TagsInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { ProjectGivenDocument } from "@/gen/graphql";

function useSecrets(project: string) {
  const found = useQuery({
    queryKey: ["project-given", project],
    queryFn: () => ask(ProjectGivenDocument, { key: project }),
    enabled: Boolean(project),
  });
  return found.data?.project?.secrets.map((each) => each.name) ?? [];
}

interface Props {
  project: string;
  secrets: string[];
  volumes: string[];
  local: boolean;
  disabled?: boolean;
  set: (change: { project_secrets?: string[]; volumes?: string[] }) => void;
  error: (field: string) => string | undefined;
}

export function Given({ project, secrets, volumes, local, disabled, set, error }: Props) {
  const { t } = useTranslation();
  const known = useSecrets(project);
  return (
    <>
      <TagsInput
        label={t("volume.secrets")}
        description={known.length ? t("volume.secretsHint") : t("volume.noSecretsHint")}
        data={known}
        value={secrets}
        disabled={disabled}
        error={error("project_secrets") ?? error("secrets")}
        onChange={(next) => set({ project_secrets: next })}
      />
      <TagsInput
        label={t("volume.title")}
        description={local ? t("volume.localHint") : t("volume.clusterHint")}
        placeholder={volumes.length ? "" : "kubeflow-user-workspace(pvc):/mnt"}
        value={volumes}
        disabled={disabled}
        error={error("volumes")}
        onChange={(next) => set({ volumes: next })}
      />
    </>
  );
}

export function SecretField({
  project,
  label,
  value,
  set,
  error,
}: {
  project: string;
  label: string;
  value: string | null;
  set: (name: string | null) => void;
  error?: string;
}) {
  const { t } = useTranslation();
  const known = useSecrets(project);
  return (
    <Select
      label={label}
      description={t("volume.repositorySecretHint")}
      data={[...new Set([...known, ...(value ? [value] : [])])]}
      value={value}
      onChange={set}
      clearable
      error={error}
      nothingFoundMessage={t("volume.noSecrets")}
    />
  );
}

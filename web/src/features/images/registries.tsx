/** The registries of a project: where its images go. */
import { Button, PasswordInput, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask, Refused } from "@/api/client";
import {
  DeleteRegistryDocument,
  ImagePlacesDocument,
  RegistryCheckDocument,
  SaveRegistryDocument,
} from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { css, Failure, Panel } from "@/ui/page";
import { complain } from "@/ui/toast";

interface Registry {
  id: string;
  name: string;
  prefix: string;
  username: string;
  insecure: boolean;
}

const fresh = () => void cache.invalidateQueries({ queryKey: ["image-places"] });

export function Registries({ project }: { project: string }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["image-places", project],
    queryFn: () => ask(ImagePlacesDocument, { key: project }),
  });
  const found = query.data?.project;
  const [dialog, setDialog] = useState<Registry | "new" | null>(null);
  const [said, setSaid] = useState<Record<string, string>>({});
  if (query.error)
    return (
      <Panel title={t("registry.title")}>
        <div className={css.p14}>
          <Failure error={query.error} retry={() => void query.refetch()} />
        </div>
      </Panel>
    );
  if (!found) return null;
  const test = async (registry: Registry) => {
    setSaid((now) => ({ ...now, [registry.id]: t("registry.testing") }));
    try {
      const { registryCheck } = await ask(RegistryCheckDocument, { id: registry.id });
      setSaid((now) => ({ ...now, [registry.id]: registryCheck.problem ?? t("registry.accepted") }));
    } catch (error) {
      complain(error);
    }
  };
  const remove = async (registry: Registry) => {
    try {
      await act(DeleteRegistryDocument, { id: registry.id });
      fresh();
    } catch (error) {
      complain(error);
    }
  };
  return (
    <Panel
      title={t("registry.title")}
      aside={
        found.viewerCanMaintain ? (
          <Button size="compact-sm" onClick={() => setDialog("new")}>
            {t("registry.add")}
          </Button>
        ) : undefined
      }
    >
      {found.registries.map((registry) => (
        <div key={registry.id} className={`${css.row} ${css.wraps}`}>
          <div className={`${css.basis200} ${css.miw0}`}>
            <b>{registry.name}</b> <code className={css.mono}>{registry.prefix}</code>
            <div className={css.dim}>
              {registry.username || t("registry.anonymous")}
              {said[registry.id] && ` · ${said[registry.id]}`}
            </div>
          </div>
          {found.viewerCanMaintain && (
            <div className={`${css.line} ${css.gap8}`}>
              <Button size="compact-sm" onClick={() => void test(registry)}>
                {t("common.test")}
              </Button>
              <Button size="compact-sm" onClick={() => setDialog(registry)}>
                {t("common.edit")}
              </Button>
              <Button
                size="compact-sm"
                variant="subtle"
                onClick={() => void remove(registry)}
                aria-label={t("common.removeName", { name: registry.name })}
              >
                {t("common.remove")}
              </Button>
            </div>
          )}
        </div>
      ))}
      {found.registries.length === 0 && <div className={`${css.dim} ${css.p14}`}>{t("registry.none")}</div>}
      {dialog && (
        <Edit project={project} registry={dialog === "new" ? null : dialog} close={() => setDialog(null)} />
      )}
    </Panel>
  );
}

function Edit({
  project,
  registry,
  close,
}: {
  project: string;
  registry: Registry | null;
  close: () => void;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState(registry?.name ?? "");
  const [prefix, setPrefix] = useState(registry?.prefix ?? "");
  const [username, setUsername] = useState(registry?.username ?? "");
  const [password, setPassword] = useState("");
  const [insecure, setInsecure] = useState(registry?.insecure ?? false);
  const { busy, error, run } = useAttempt();
  const fault = (field: string) =>
    error instanceof Refused ? error.faults.find((each) => each.field === field)?.message : undefined;
  const save = () =>
    run(async () => {
      await act(SaveRegistryDocument, {
        project,
        name,
        prefix,
        username,
        password: password || (registry ? null : ""),
        insecure,
      });
      fresh();
      close();
    });
  return (
    <Dialog
      title={registry ? t("common.editName", { name: registry.name }) : t("registry.add")}
      close={close}
      busy={busy}
      go={() => void save()}
      label={t("common.save")}
      error={["name", "prefix", "username"].some(fault) ? null : error}
      why={!name ? t("common.nameRequired") : !prefix ? t("registry.prefixRequired") : null}
    >
      <TextInput
        required
        label={t("common.name")}
        placeholder="hub"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        disabled={registry !== null}
        error={fault("name")}
      />
      <TextInput
        required
        label={t("registry.prefix")}
        placeholder="registry.example.com:5000/team"
        value={prefix}
        onChange={(event) => setPrefix(event.currentTarget.value)}
        error={fault("prefix")}
      />
      <TextInput
        label={t("common.userName")}
        value={username}
        onChange={(event) => setUsername(event.currentTarget.value)}
        error={fault("username")}
        autoComplete="off"
      />
      <PasswordInput
        label={t("registry.password")}
        placeholder={registry ? t("common.secretKept") : ""}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        autoComplete="off"
      />
      <Switch
        label={t("registry.insecure")}
        checked={insecure}
        onChange={(event) => setInsecure(event.currentTarget.checked)}
      />
    </Dialog>
  );
}

/** The form of a channel. */
import { MultiSelect, PasswordInput, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { act, Refused } from "@/api/client";
import {
  type ChannelRowFragment,
  CreateNotificationChannelDocument,
  type NotificationChannelKind,
  type NotificationKind,
  UpdateNotificationChannelDocument,
} from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { CHANNELS, GROUPS, PERSONAL, SIGNED, useKinds } from "./kinds";

export function EditChannel({
  project,
  channel,
  mail,
  saved,
  close,
}: {
  project: string | null;
  channel: ChannelRowFragment | null;
  mail: boolean;
  saved: () => void;
  close: () => void;
}) {
  const { t } = useTranslation();
  const names = useKinds();
  const offered = GROUPS.flat().filter((kind) => !project || !PERSONAL.has(kind));
  const [name, setName] = useState(channel?.name ?? "");
  const [kind, setKind] = useState<NotificationChannelKind>(channel?.kind ?? "WEBHOOK");
  const [address, setAddress] = useState("");
  const [secret, setSecret] = useState("");
  const [kinds, setKinds] = useState<NotificationKind[]>(
    channel?.kinds ?? offered.filter((each) => each !== "RUN_SUCCEEDED"),
  );
  const { busy, error, run } = useAttempt();
  const fault = (field: string) =>
    error instanceof Refused ? error.faults.find((each) => each.field === field)?.message : undefined;
  const save = () =>
    run(async () => {
      const input = { name, kinds, secret: secret || null };
      if (channel)
        await act(UpdateNotificationChannelDocument, {
          input: { ...input, id: channel.id, address: address || null },
        });
      else await act(CreateNotificationChannelDocument, { input: { ...input, project, kind, address } });
      saved();
      close();
    });
  const email = kind === "EMAIL";
  return (
    <Dialog
      title={channel ? t("common.editName", { name: channel.name }) : t("channel.add")}
      close={close}
      busy={busy}
      go={() => void save()}
      label={t("common.save")}
      error={["name", "address", "secret", "kinds"].some(fault) ? null : error}
      why={!name ? t("common.nameRequired") : !channel && !address ? t("channel.addressRequired") : null}
    >
      <TextInput
        required
        label={t("common.name")}
        value={name}
        maxLength={60}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fault("name")}
      />
      <Select
        label={t("channel.kind")}
        disabled={channel !== null}
        allowDeselect={false}
        value={kind}
        onChange={(next) => setKind(next as NotificationChannelKind)}
        data={[
          ...Object.entries(CHANNELS).map(([value, label]) => ({ value, label })),
          { value: "EMAIL", label: t("channel.email"), disabled: !mail },
        ]}
        description={mail ? undefined : t("channel.noMail")}
        error={fault("kind")}
      />
      <TextInput
        required={!channel}
        label={email ? t("channel.emailAddress") : t("channel.url")}
        placeholder={channel ? channel.address : email ? "team@example.com" : "https://"}
        description={
          channel ? t("channel.addressKept") : email && !project ? t("channel.ownEmail") : undefined
        }
        value={address}
        autoComplete="off"
        onChange={(event) => setAddress(event.currentTarget.value)}
        error={fault("address")}
      />
      {SIGNED.has(kind) && (
        <PasswordInput
          label={t("channel.secret")}
          description={t("channel.secretHint")}
          placeholder={channel?.hasSecret ? t("common.secretKept") : ""}
          value={secret}
          autoComplete="off"
          onChange={(event) => setSecret(event.currentTarget.value)}
          error={fault("secret")}
        />
      )}
      <MultiSelect
        label={t("channel.events")}
        data={offered.map((value) => ({ value, label: names[value] }))}
        value={kinds}
        onChange={(next) => setKinds(next as NotificationKind[])}
        error={fault("kinds")}
      />
    </Dialog>
  );
}

/** Inviting people into a project by a link, or for whoever has an address of e-mail; and who has not come yet. */
import { Button, NumberInput, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, Refused } from "@/api/client";
import {
  InviteToProjectDocument,
  type ProjectQuery,
  type Role,
  WithdrawInvitationDocument,
} from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { Ago, Copy, css, Notice } from "@/ui/page";
import { complain, say } from "@/ui/toast";

type Found = NonNullable<ProjectQuery["project"]>;
const fresh = () => void cache.invalidateQueries({ queryKey: ["project"] });

export function Invitations({ project, roles }: { project: Found; roles: { value: Role; label: string }[] }) {
  const { t } = useTranslation();
  const [making, setMaking] = useState(false);
  const label = (role: Role) => roles.find((each) => each.value === role)?.label ?? role;
  const withdraw = async (id: string) => {
    try {
      await act(WithdrawInvitationDocument, { id });
      say(t("invitation.withdrawn"));
    } catch (error) {
      complain(error);
    }
    fresh();
  };
  return (
    <>
      {project.invitations.map((each) => (
        <div key={each.id} className={`${css.row} ${css.wraps}`}>
          <div className={`${css.basis200} ${css.miw0} ${css.breaks}`}>
            {each.email ?? t("invitation.anyone")}{" "}
            <span className={css.dim}>{t("invitation.asRole", { role: label(each.role) })}</span>
            <div className={css.dim}>
              {t("invitation.invitedExpires", { name: each.author.name })} <Ago at={each.expiresAt} />
            </div>
          </div>
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => void withdraw(each.id)}
            aria-label={t("invitation.withdrawFor", {
              name: each.email ?? t("invitation.anyone"),
            })}
          >
            {t("invitation.withdraw")}
          </Button>
        </div>
      ))}
      <div className={css.row}>
        <Button onClick={() => setMaking(true)}>{t("invitation.inviteByLink")}</Button>
      </div>
      {making && <Invite project={project} roles={roles} close={() => setMaking(false)} />}
    </>
  );
}

function Invite({
  project,
  roles,
  close,
}: {
  project: Found;
  roles: { value: Role; label: string }[];
  close: () => void;
}) {
  const { t } = useTranslation();
  const [role, setRole] = useState<Role>("MEMBER");
  const [email, setEmail] = useState("");
  const [days, setDays] = useState(14);
  const [url, setUrl] = useState<string | null>(null);
  const { busy, error, run } = useAttempt();
  const fault = (field: string) =>
    error instanceof Refused ? error.faults.find((each) => each.field === field)?.message : undefined;
  const make = () =>
    run(async () => {
      setUrl(
        (await act(InviteToProjectDocument, { project: project.id, role, email: email.trim() || null, days }))
          .url,
      );
      fresh();
    });
  if (url)
    return (
      <Dialog
        title={t("invitation.linkFor", { name: project.name })}
        close={close}
        busy={false}
        go={close}
        label={t("common.done")}
        error={null}
      >
        <Notice>
          {email.trim() ? t("invitation.shareEmail", { email: email.trim() }) : t("invitation.shareLink")}
        </Notice>
        <code className={`${css.code} ${css.wrap}`}>{url}</code>
        <Copy text={url} />
      </Dialog>
    );
  return (
    <Dialog
      title={t("invitation.inviteInto", { name: project.name })}
      close={close}
      busy={busy}
      go={() => void make()}
      label={t("invitation.createLink")}
      error={["email", "days"].some(fault) ? null : error}
    >
      <Select
        label={t("common.role")}
        data={roles}
        value={role}
        allowDeselect={false}
        onChange={(next) => next && setRole(next as Role)}
      />
      <TextInput
        label={t("common.email")}
        description={t("invitation.emailHint")}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={fault("email")}
      />
      <NumberInput
        label={t("invitation.expiresInDays")}
        min={1}
        max={90}
        allowDecimal={false}
        value={days}
        onChange={(next) => setDays(Number(next) || 0)}
        error={fault("days")}
      />
    </Dialog>
  );
}

/** What each kind of notification is called, and what one says. */
import { useTranslation } from "react-i18next";
import type { NotificationChannelKind, NotificationKind, NotificationRowFragment } from "@/gen/graphql";

/** The kinds in the order in which settings show them, under the object that they are about. */
export const GROUPS = [
  ["RUN_FAILED", "RUN_RECOVERED", "RUN_SUCCEEDED", "SCHEDULE_MISSED"],
  ["SEARCH_FINISHED"],
  ["NOTEBOOK_IDLE", "NOTEBOOK_STOPPED"],
  ["BUILD_FAILED"],
  ["SERVICE_FAILED", "SERVICE_ROLLED_BACK", "CANARY_COMPLETED"],
  ["PROJECT_JOINED"],
] as const satisfies readonly (readonly NotificationKind[])[];

/** The kinds that concern one user and are not sent to projects. */
export const PERSONAL = new Set<NotificationKind>(["NOTEBOOK_IDLE", "NOTEBOOK_STOPPED", "PROJECT_JOINED"]);

/** The names of the kinds of channels, but for e-mail, which are the same in every language. */
export const CHANNELS: Partial<Record<NotificationChannelKind, string>> = {
  WEBHOOK: "Webhook",
  SLACK: "Slack",
  TEAMS: "Microsoft Teams",
  DINGTALK: "DingTalk",
  FEISHU: "Feishu / Lark",
  WECOM: "WeCom",
};

/** The kinds of channels that take a secret. */
export const SIGNED = new Set<NotificationChannelKind>(["WEBHOOK", "DINGTALK", "FEISHU"]);

/** The state that a kind stands for, as tags show it. */
export const STATES: Record<NotificationKind, string> = {
  RUN_FAILED: "FAILED",
  RUN_SUCCEEDED: "SUCCEEDED",
  RUN_RECOVERED: "SUCCEEDED",
  SEARCH_FINISHED: "SUCCEEDED",
  NOTEBOOK_IDLE: "PENDING",
  NOTEBOOK_STOPPED: "STOPPED",
  SERVICE_FAILED: "FAILED",
  SERVICE_ROLLED_BACK: "DEGRADED",
  CANARY_COMPLETED: "SUCCEEDED",
  BUILD_FAILED: "FAILED",
  SCHEDULE_MISSED: "SKIPPED",
  PROJECT_JOINED: "UP",
};

/** The name of each kind. */
export function useKinds(): Record<NotificationKind, string> {
  const { t } = useTranslation();
  return {
    RUN_FAILED: t("notification.kind.runFailed"),
    RUN_SUCCEEDED: t("notification.kind.runSucceeded"),
    RUN_RECOVERED: t("notification.kind.runRecovered"),
    SEARCH_FINISHED: t("notification.kind.searchFinished"),
    NOTEBOOK_IDLE: t("notification.kind.notebookIdle"),
    NOTEBOOK_STOPPED: t("notification.kind.notebookStopped"),
    SERVICE_FAILED: t("notification.kind.serviceFailed"),
    SERVICE_ROLLED_BACK: t("notification.kind.serviceRolledBack"),
    CANARY_COMPLETED: t("notification.kind.canaryCompleted"),
    BUILD_FAILED: t("notification.kind.buildFailed"),
    SCHEDULE_MISSED: t("notification.kind.scheduleMissed"),
    PROJECT_JOINED: t("notification.kind.projectJoined"),
  };
}

/** What a notification says, in the chosen language. */
export function useMessage(): (row: Pick<NotificationRowFragment, "kind" | "subject">) => string {
  const { t } = useTranslation();
  return ({ kind, subject: { name, number } }) => {
    switch (kind) {
      case "RUN_FAILED":
        return t("notification.text.runFailed", { name, number });
      case "RUN_SUCCEEDED":
        return t("notification.text.runSucceeded", { name, number });
      case "RUN_RECOVERED":
        return t("notification.text.runRecovered", { name, number });
      case "SEARCH_FINISHED":
        return t("notification.text.searchFinished", { name });
      case "NOTEBOOK_IDLE":
        return t("notification.text.notebookIdle", { name });
      case "NOTEBOOK_STOPPED":
        return t("notification.text.notebookStopped", { name });
      case "SERVICE_FAILED":
        return t("notification.text.serviceFailed", { name, number });
      case "SERVICE_ROLLED_BACK":
        return t("notification.text.serviceRolledBack", { name, number });
      case "CANARY_COMPLETED":
        return t("notification.text.canaryCompleted", { name, number });
      case "BUILD_FAILED":
        return t("notification.text.buildFailed", { name, number });
      case "SCHEDULE_MISSED":
        return t("notification.text.scheduleMissed", { name });
      case "PROJECT_JOINED":
        return t("notification.text.projectJoined", { name });
    }
  };
}

/** The page of the object that a notification is about. */
export function pathOf({ kind, id, project }: NotificationRowFragment["subject"]): string {
  switch (kind) {
    case "SCHEDULE":
      return `/schedules?project=${encodeURIComponent(project)}`;
    case "PROJECT":
      return `/projects/${encodeURIComponent(project)}`;
    case "SEARCH":
      return `/searches/${id}`;
    default:
      return `/${kind.toLowerCase()}s/${id}`;
  }
}

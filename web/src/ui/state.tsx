/** A state, always as icon, word and colour, the same everywhere. */
import {
  IconAlertTriangle,
  IconBolt,
  IconCheck,
  IconCircleDashed,
  IconClock,
  IconLoader2,
  IconMinus,
  IconMoon,
  IconPlayerPause,
  IconPlayerSkipForward,
  IconPlayerStop,
  IconRefresh,
  IconScissors,
  IconX,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import css from "./ui.module.css";

const KINDS = {
  SUCCEEDED: ["ok", IconCheck, "Succeeded"],
  RUNNING: ["run", IconLoader2, "Running"],
  RETRYING: ["wait", IconRefresh, "Retrying"],
  FAILED: ["bad", IconX, "Failed"],
  PENDING: ["wait", IconClock, "Pending"],
  QUEUED: ["idle", IconPlayerPause, "Waiting"],
  CACHED: ["cached", IconBolt, "Cached"],
  SKIPPED: ["idle", IconPlayerSkipForward, "Skipped"],
  CANCELLING: ["wait", IconClock, "Cancelling"],
  CANCELLED: ["idle", IconMinus, "Cancelled"],
  UNKNOWN: ["idle", IconCircleDashed, "Unknown"],
  REQUESTED: ["wait", IconClock, "Requested"],
  BUILDING: ["run", IconLoader2, "Building"],
  STARTING: ["run", IconLoader2, "Starting"],
  UP: ["ok", IconCheck, "Running"],
  STOPPING: ["wait", IconClock, "Stopping"],
  STOPPED: ["idle", IconPlayerStop, "Stopped"],
  PAUSED: ["idle", IconPlayerPause, "Paused"],
  PRUNING: ["wait", IconClock, "Ending"],
  PRUNED: ["cached", IconScissors, "Pruned"],
  DEPLOYING: ["run", IconLoader2, "Deploying"],
  READY: ["ok", IconCheck, "Ready"],
  DEGRADED: ["wait", IconAlertTriangle, "Degraded"],
  ASLEEP: ["idle", IconMoon, "Asleep"],
} as const;

type StateName = keyof typeof KINDS;

/** The kind of a state, however it is written. */
export function kind(state: string): (typeof KINDS)[StateName] {
  return KINDS[state.toUpperCase() as StateName] ?? KINDS.UNKNOWN;
}

/** States in which something goes on that will end. */
const MOVING = new Set(["RUNNING", "BUILDING", "STARTING", "DEPLOYING"]);

export const tone = (state: string) => kind(state)[0];
export const final = (state: string) =>
  ["SUCCEEDED", "FAILED", "CANCELLED", "CACHED", "SKIPPED"].includes(state.toUpperCase());

/** The word of a state in the chosen language. */
export function useWord(): (state: string) => string {
  const { t } = useTranslation();
  const words: Record<string, string> = {
    SUCCEEDED: t("Succeeded"),
    RUNNING: t("Running"),
    RETRYING: t("Retrying"),
    FAILED: t("Failed"),
    PENDING: t("Pending"),
    QUEUED: t("Waiting"),
    CACHED: t("Cached"),
    SKIPPED: t("Skipped"),
    CANCELLING: t("Cancelling"),
    CANCELLED: t("Cancelled"),
    UNKNOWN: t("Unknown"),
    REQUESTED: t("Requested"),
    BUILDING: t("Building"),
    STARTING: t("Starting"),
    UP: t("Running"),
    STOPPING: t("Stopping"),
    STOPPED: t("Stopped"),
    PAUSED: t("Paused"),
    PRUNING: t("Ending"),
    PRUNED: t("Pruned"),
    DEPLOYING: t("Deploying"),
    READY: t("Ready"),
    DEGRADED: t("Degraded"),
    ASLEEP: t("Asleep"),
  };
  return (state) => words[state.toUpperCase()] ?? state;
}

export function StateIcon({ state, size = 14, label }: { state: string; size?: number; label?: string }) {
  const [colour, Icon] = kind(state);
  const word = useWord()(state);
  return (
    <span
      className={`${css.icon} ${css[colour]} ${MOVING.has(state.toUpperCase()) ? css.spin : ""}`}
      role="img"
      aria-label={label ?? word}
      title={word}
    >
      <Icon size={size} stroke={2.2} aria-hidden />
    </span>
  );
}

export function State({ state, reason, as }: { state: string; reason?: string | null; as?: string }) {
  const [colour, Icon] = kind(state);
  const known = useWord()(state);
  const word = as ?? known;
  return (
    <span className={`${css.tag} ${css[colour]} ${MOVING.has(state.toUpperCase()) ? css.spin : ""}`}>
      <Icon size={12} stroke={2.4} aria-hidden />
      {word}
      {reason && reason.toUpperCase() !== state.toUpperCase() ? ` · ${reason}` : ""}
    </span>
  );
}

/** The steps of a run in order, a segment each. */
export function Strip({ steps }: { steps: [string, string][] }) {
  const word = useWord();
  const said = steps.map(([name, state]) => `${name}: ${word(state)}`).join(", ");
  return (
    <span className={css.strip} role="img" aria-label={said} title={said}>
      {steps.map(([name, state]) => (
        <i key={name} className={css[`b-${tone(state)}`]} />
      ))}
    </span>
  );
}

/** How many steps are in each state, in proportion: for runs of too many steps to show each. */
export function Counts({ counts }: { counts: Record<string, number> }) {
  const word = useWord();
  const said = Object.entries(counts)
    .map(([state, count]) => `${count} ${word(state)}`)
    .join(", ");
  return (
    <span className={css.strip} role="img" aria-label={said} title={said}>
      {Object.entries(counts).map(([state, count]) => (
        <i key={state} className={css[`b-${tone(state)}`]} style={{ flex: count }} />
      ))}
    </span>
  );
}

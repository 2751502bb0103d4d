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
  SUCCEEDED: ["ok", IconCheck],
  RUNNING: ["run", IconLoader2],
  RETRYING: ["wait", IconRefresh],
  FAILED: ["bad", IconX],
  PENDING: ["wait", IconClock],
  QUEUED: ["idle", IconPlayerPause],
  CACHED: ["cached", IconBolt],
  SKIPPED: ["idle", IconPlayerSkipForward],
  CANCELLING: ["wait", IconClock],
  CANCELLED: ["idle", IconMinus],
  UNKNOWN: ["idle", IconCircleDashed],
  REQUESTED: ["wait", IconClock],
  BUILDING: ["run", IconLoader2],
  STARTING: ["run", IconLoader2],
  UP: ["ok", IconCheck],
  STOPPING: ["wait", IconClock],
  STOPPED: ["idle", IconPlayerStop],
  PAUSED: ["idle", IconPlayerPause],
  PRUNING: ["wait", IconClock],
  PRUNED: ["cached", IconScissors],
  DEPLOYING: ["run", IconLoader2],
  READY: ["ok", IconCheck],
  DEGRADED: ["wait", IconAlertTriangle],
  ASLEEP: ["idle", IconMoon],
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
    SUCCEEDED: t("state.succeeded"),
    RUNNING: t("state.running"),
    RETRYING: t("state.retrying"),
    FAILED: t("state.failed"),
    PENDING: t("state.pending"),
    QUEUED: t("state.queued"),
    CACHED: t("state.cached"),
    SKIPPED: t("state.skipped"),
    CANCELLING: t("state.cancelling"),
    CANCELLED: t("state.cancelled"),
    UNKNOWN: t("state.unknown"),
    REQUESTED: t("state.requested"),
    BUILDING: t("state.building"),
    STARTING: t("state.starting"),
    UP: t("state.running"),
    STOPPING: t("state.stopping"),
    STOPPED: t("state.stopped"),
    PAUSED: t("state.paused"),
    PRUNING: t("state.pruning"),
    PRUNED: t("state.pruned"),
    DEPLOYING: t("state.deploying"),
    READY: t("state.ready"),
    DEGRADED: t("state.degraded"),
    ASLEEP: t("state.asleep"),
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
export function Counts({ counts }: { counts: { state: string; count: number }[] }) {
  const word = useWord();
  const said = counts.map(({ state, count }) => `${count} ${word(state)}`).join(", ");
  return (
    <span className={css.strip} role="img" aria-label={said} title={said}>
      {counts.map(({ state, count }) => (
        <i key={state} className={css[`b-${tone(state)}`]} style={{ flex: count }} />
      ))}
    </span>
  );
}

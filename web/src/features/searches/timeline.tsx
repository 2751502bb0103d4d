/** When each trial ran, newest first: a bar from its beginning to its end, in the colour of its state. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { duration } from "@/lib/format";
import { useNow } from "@/ui/now";
import { css } from "@/ui/page";
import { tone, useWord } from "@/ui/state";
import type { Trial } from "./trials";

const MOST = 100;
const COLOURS: Record<string, string> = {
  ok: "var(--ok)",
  bad: "var(--bad)",
  run: "var(--run)",
  wait: "var(--wait)",
  cached: "var(--cached)",
  idle: "var(--idle)",
};

export function Timeline({ trials }: { trials: Trial[] }) {
  const { t } = useTranslation();
  const word = useWord();
  const now = useNow(trials.some((trial) => !trial.ended));
  const rows = trials.slice(-MOST).reverse();
  const first = Math.min(...rows.map((trial) => trial.began));
  const last = Math.max(...rows.map((trial) => trial.ended ?? now), first + 1);
  const share = (moment: number) => ((moment - first) / (last - first)) * 100;
  return (
    <div style={{ padding: 14 }}>
      <div style={{ display: "flex", justifyContent: "space-between", fontSize: 12 }} className={css.dim}>
        <span>0</span>
        <span>{duration((last - first) / 1000)}</span>
      </div>
      <div
        style={{ maxHeight: 320, overflowY: "auto" }}
        tabIndex={0}
        role="list"
        aria-label={t("Timeline of trials")}
      >
        {rows.map((trial) => {
          const end = trial.ended ?? now;
          const said = `#${trial.number} ${word(trial.state)}, ${duration((end - trial.began) / 1000)}`;
          const bar = (
            <i
              title={said}
              style={{
                position: "absolute",
                left: `${share(trial.began)}%`,
                width: `max(3px, ${share(end) - share(trial.began)}%)`,
                top: 5,
                bottom: 5,
                borderRadius: 3,
                background: COLOURS[tone(trial.state)] ?? "var(--idle)",
              }}
            />
          );
          return (
            <div
              key={trial.number}
              role="listitem"
              style={{
                display: "grid",
                gridTemplateColumns: "44px 1fr",
                gap: 8,
                alignItems: "center",
                height: 24,
                fontSize: 12,
              }}
            >
              {trial.run ? (
                <Link
                  to="/runs/$run"
                  params={{ run: trial.run }}
                  aria-label={said}
                  style={{ display: "block", lineHeight: "24px" }}
                >
                  #{trial.number}
                </Link>
              ) : (
                <span>#{trial.number}</span>
              )}
              <span
                style={{
                  position: "relative",
                  alignSelf: "stretch",
                  background: "var(--sunken)",
                  borderRadius: 3,
                }}
              >
                {bar}
              </span>
            </div>
          );
        })}
      </div>
      {trials.length > MOST && (
        <div className={css.dim} style={{ marginTop: 8 }}>
          {t("The newest {{n}} of {{count}}.", { n: MOST, count: trials.length })}
        </div>
      )}
    </div>
  );
}

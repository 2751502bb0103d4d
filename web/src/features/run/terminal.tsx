/** A terminal in a running pod: a shell with the step's environment, folder and user. */
import { Button } from "@mantine/core";
import { FitAddon } from "@xterm/addon-fit";
import { Terminal as Screen } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { css as ui } from "@/ui/page";
import css from "./run.module.css";

const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function Terminal({ pod }: { pod: string }) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const [life, setLife] = useState(0);
  const [ended, setEnded] = useState<string | null>(null);
  useEffect(() => {
    if (!place.current) return;
    setEnded(null);
    const screen = new Screen({
      fontFamily: token("--mono"),
      fontSize: 12.5,
      cursorBlink: true,
      screenReaderMode: true,
      theme: {
        background: token("--panel"),
        foreground: token("--ink"),
        cursor: token("--accent"),
        selectionBackground: token("--accent-soft"),
      },
    });
    const fit = new FitAddon();
    screen.loadAddon(fit);
    screen.open(place.current);
    fit.fit();
    // Tab belongs to the shell; Escape and then Tab leaves, as in a code field.
    let leaving = false;
    screen.attachCustomKeyEventHandler((event) => {
      if (event.type !== "keydown") return true;
      event.stopPropagation();
      if (event.key === "Tab" && leaving) return false;
      leaving = event.key === "Escape";
      return true;
    });
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/pods/${pod}/terminal`);
    socket.binaryType = "arraybuffer";
    const size = () => {
      fit.fit();
      if (socket.readyState === WebSocket.OPEN)
        socket.send(JSON.stringify({ rows: screen.rows, columns: screen.cols }));
    };
    socket.onopen = () => {
      size();
      screen.focus();
    };
    socket.onmessage = ({ data }) => screen.write(new Uint8Array(data as ArrayBuffer));
    socket.onclose = ({ reason }) => setEnded(reason || t("run.terminalLost"));
    const typed = screen.onData(
      (text) => socket.readyState === WebSocket.OPEN && socket.send(new TextEncoder().encode(text)),
    );
    const watch = new ResizeObserver(size);
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      typed.dispose();
      socket.onclose = null;
      socket.close();
      screen.dispose();
    };
  }, [pod, life, t]);
  return (
    <div className={css.terminal}>
      {ended && (
        <div className={`${ui.line} ${ui.gap10} ${ui.middle}`} role="status">
          <span className={ui.dim}>{ended}</span>
          <Button size="compact-sm" onClick={() => setLife((now) => now + 1)}>
            {t("run.terminalReopen")}
          </Button>
        </div>
      )}
      <div ref={place} className={css.screen} role="group" aria-label={t("common.terminal")} />
      <span className={`${ui.dim} ${ui.fz12}`}>{t("run.terminalHint")}</span>
    </div>
  );
}

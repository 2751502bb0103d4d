// In a notebook's own page: says that it will be stopped for being idle, and lets people keep it. In JupyterLab's it also tells the notebook's
// server what is unsaved here (cube_lab.py), and saves when it is asked to: nobody else has what was typed and not saved.
(() => {
  const base = document.currentScript.src.replace(/notice\.js.*$/, "");
  const zh = /^zh/i.test(navigator.language);
  const words = zh
    ? { soon: (t) => `该笔记本没有活动，将在 ${t} 停止。`, off: "该笔记本已停止。文件都已保留。", keep: "保留 2 小时", failed: "没有保存成功，请重试。" }
    : { soon: (t) => `Nothing goes on in this notebook; it will be stopped at ${t}.`, off: "This notebook was stopped. Its files are kept.", keep: "Keep for 2 h", failed: "That did not work; try again." };
  let bar;
  function show(text, button) {
    if (!bar) {
      bar = document.createElement("div");
      bar.setAttribute("role", "status");
      bar.style.cssText = "position:fixed;z-index:2147483647;left:50%;bottom:24px;transform:translateX(-50%);display:flex;gap:12px;align-items:center;max-width:calc(100vw - 32px);padding:10px 14px;border-radius:6px;font:14px/1.4 system-ui;color:#1c2024;background:#fff7c2;box-shadow:0 2px 12px rgba(0,0,0,.35)";
      document.body.append(bar);
    }
    bar.replaceChildren(Object.assign(document.createElement("span"), { textContent: text }));
    if (button) {
      const keep = Object.assign(document.createElement("button"), { textContent: words.keep });
      keep.style.cssText = "font:inherit;padding:3px 10px;cursor:pointer;white-space:nowrap";
      keep.onclick = async () => {
        const said = await fetch(base + "keep", { method: "POST" }).catch(() => undefined);
        if (said && said.ok) look();
        else show(words.failed, true);
      };
      bar.append(keep);
    }
  }
  async function look() {
    const said = await fetch(base + "notice").catch(() => undefined);
    if (!said || !said.ok) return;
    const told = await said.json();
    if (told.edits && !connected) (connected = true, connect(60));
    if (told.off) show(words.off, false);
    else if (told.due) show(words.soon(new Date(told.stopAt).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })), told.edits);
    else if (bar) (bar.remove(), (bar = undefined));
  }
  let connected = false;
  setInterval(look, 30000);
  look();

  const dirty = () => [...window.jupyterapp.shell.widgets("main")].map((each) => each.context).filter((each) => each?.model?.dirty && !each.model.collaborative);
  function speak(socket) {
    let before;
    let saved = 0;
    const tell = () => {
      const open = [...new Set(dirty().map((each) => each.path))];
      const told = JSON.stringify({ unsaved: open.slice(0, 20).map((each) => each.slice(-200)), saved });
      if (told !== before && socket.readyState === WebSocket.OPEN) socket.send((before = told));
    };
    const timer = setInterval(tell, 1000);
    socket.onopen = tell;
    socket.onmessage = async (message) => {
      const wanted = JSON.parse(message.data).save;
      await Promise.allSettled(dirty().map((each) => each.save()));
      saved = wanted;
      tell();
    };
    return timer;
  }
  function connect(tries) {
    // Another program than JupyterLab never has it, and before version 4 its list was no iterable one.
    if (!window.jupyterapp?.shell?.widgets("main")?.[Symbol.iterator]) return tries && setTimeout(connect, 1000, tries - 1);
    const socket = new WebSocket(base.replace(/^http/, "ws").replace(/\.cube\/$/, "cube/page"));
    const timer = speak(socket);
    let worked = false;
    socket.addEventListener("open", () => (worked = true));
    socket.onclose = () => {
      clearInterval(timer);
      if (worked || tries) setTimeout(connect, 5000, worked ? 60 : tries - 1);
    };
  }
})();

// Before the first paint: the theme that was chosen, else the system's.
(() => {
  const chosen = localStorage.getItem("mantine-color-scheme-value") || "auto";
  const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
  document.documentElement.lang =
    localStorage.getItem("cube-language") || (navigator.language.startsWith("zh") ? "zh" : "en");
})();

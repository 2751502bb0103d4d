/** What jsdom lacks and the components ask for, and the texts; nothing for tests of pure functions, which run without it. */
if (typeof window !== "undefined") {
  Object.defineProperty(window, "matchMedia", {
    value: (query: string) => ({
      matches: false,
      media: query,
      addEventListener: () => {},
      removeEventListener: () => {},
      addListener: () => {},
      removeListener: () => {},
      dispatchEvent: () => false,
      onchange: null,
    }),
  });
  window.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  window.scrollTo = () => {};
  Element.prototype.scrollIntoView ??= () => {};
  Object.defineProperty(document, "fonts", { value: new EventTarget() });
  const { start } = await import("@/lib/i18n");
  await start();
}

export {};

/** The console's start: language, theme, cache, routes. */
import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "./app/fonts.css";
import "./app/mantine.css";
import "./app/tokens.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { cache } from "./api/cache";
import { router } from "./app/router";
import { Themed } from "./app/themed";
import { start } from "./lib/i18n";

await start();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Themed>
      <QueryClientProvider client={cache}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </Themed>
  </StrictMode>,
);

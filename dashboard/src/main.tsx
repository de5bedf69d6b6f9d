import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { sessionQuery } from "./api/session.ts";
import { createLiveUpdates, LiveProvider } from "./live/live-updates.ts";
import { createQueryClient } from "./query-client.ts";
import { createDashboardRouter } from "./router.tsx";
import { endSession } from "./shell/ended-session.ts";
import "./styles/tokens.css";
import "./styles/base.css";

const client = createQueryClient({
  onUnauthorized() {
    const { pathname, href } = router.state.location;
    if (pathname === "/login") return;
    live.stop();
    const wasSignedIn = client.getQueryData(sessionQuery.queryKey) !== undefined;
    if (wasSignedIn) endSession();
    else void router.navigate({ to: "/login", search: { next: href } });
  },
});
/* Where the key was revoked somebody is asked to sign in; where nobody answers, or all is well, nothing happens. */
const askWhoWeAre = () => void client.fetchQuery({ ...sessionQuery, staleTime: 0 }).catch(() => undefined);
const live = createLiveUpdates(client, askWhoWeAre);
const router = createDashboardRouter({ client });

const place = document.getElementById("app");
if (place === null) throw new Error("index.html: expected an element with id app");
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <LiveProvider value={live}>
        <RouterProvider router={router} />
      </LiveProvider>
    </QueryClientProvider>
  </StrictMode>,
);

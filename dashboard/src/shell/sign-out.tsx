import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { LogOut } from "lucide-react";
import { sessionQuery, signOut } from "../api/session.ts";
import { IconButton } from "../components/icon-button.tsx";
import { showToast } from "../components/toast-store.ts";
import { useLiveUpdates } from "../live/live-updates.ts";

/** Only where somebody has signed in. */
export function SignOut() {
  const { data } = useQuery(sessionQuery);
  const live = useLiveUpdates();
  const client = useQueryClient();
  const navigate = useNavigate();
  if (data?.by !== "session") return null;
  const leave = async () => {
    /* What it would ask for meanwhile is refused, as if the session had ended in the middle of something. */
    live.stop();
    await signOut().catch((error: unknown) => {
      live.start();
      throw error;
    });
    await navigate({ to: "/login" });
    /* Or the next one who sits here would go back and see it. */
    client.clear();
  };
  const report = (error: unknown) =>
    showToast({ tone: "bad", text: error instanceof Error ? error.message : String(error) });
  return (
    <IconButton icon={LogOut} label={`Sign out ${data.owner}`} onClick={() => void leave().catch(report)} />
  );
}

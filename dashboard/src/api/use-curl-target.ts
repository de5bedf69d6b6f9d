import { useQuery } from "@tanstack/react-query";
import type { CurlTarget } from "../components/curl-command.ts";
import { sessionQuery } from "./session.ts";

/** This server; whoever had to say who they are here has to in a shell, too. */
export function useCurlTarget(): CurlTarget {
  const { data } = useQuery(sessionQuery);
  return { origin: window.location.origin, needsKey: data !== undefined && data.by !== "nothing" };
}

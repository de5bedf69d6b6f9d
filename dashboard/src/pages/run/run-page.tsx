import { useParams, useSearch } from "@tanstack/react-router";
import { RunContent } from "./run-content.tsx";

export function RunPage() {
  const { uuid } = useParams({ from: "/shell/runs/$uuid" });
  const search = useSearch({ from: "/shell/runs/$uuid" });
  return <RunContent runUUID={uuid} search={search} />;
}

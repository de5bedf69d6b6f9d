import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { RunView } from "../../../../src/contracts/run.ts";
import { modelsQuery, workflowsQuery } from "../../api/installation.ts";

/** What filters can be chosen from: what is installed, and what the loaded runs have. */
export function useKnownValues(runs: readonly RunView[]): Readonly<Record<string, readonly string[]>> {
  const { data: workflows } = useQuery(workflowsQuery);
  const { data: models } = useQuery(modelsQuery);
  return useMemo(
    () => ({
      workflow: sorted([
        ...(workflows?.workflows.map(({ name }) => name) ?? []),
        ...runs.map(({ workflow }) => workflow),
      ]),
      model: sorted(models?.models.map(({ id }) => id) ?? []),
      provider: sorted(models?.models.map(({ provider }) => provider) ?? []),
      tag: sorted(runs.flatMap(({ tags }) => tags)),
      error: sorted(runs.flatMap(({ error }) => (error === null ? [] : [error.code]))),
    }),
    [workflows, models, runs],
  );
}

const sorted = (texts: readonly string[]) => [...new Set(texts)].sort();

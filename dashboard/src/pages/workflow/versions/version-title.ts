import type { WorkflowVersion } from "../../../../../src/contracts/workflow-library.ts";

const SHORT_DIGITS = 8;

export const shortDigest = (digest: string): string => digest.slice(0, SHORT_DIGITS);

/** What a version is called where its date stands elsewhere. */
export function versionTitle({ origin, number }: Pick<WorkflowVersion, "origin" | "number">): string {
  if (origin === "saved") return `Version ${number}`;
  return origin === "shipped" ? "Ready-made" : "As it was run";
}

/** What a version is compared with where nothing else is asked for: the one before it. */
export function comparedWith(versions: readonly Pick<WorkflowVersion, "id">[], id: string): string | null {
  const at = versions.findIndex((one) => one.id === id);
  return (
    versions[at + 1]?.id ?? (versions.length > 1 ? (versions.find((one) => one.id !== id)?.id ?? null) : null)
  );
}

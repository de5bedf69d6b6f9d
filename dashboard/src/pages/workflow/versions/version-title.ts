import type { WorkflowVersion } from "../../../../../src/contracts/workflow-library.ts";

const SHORT_DIGITS = 8;

export const shortDigest = (digest: string): string => digest.slice(0, SHORT_DIGITS);

/** What a version is called where its date stands elsewhere. */
export function versionTitle({ origin, number }: Pick<WorkflowVersion, "origin" | "number">): string {
  if (origin === "saved") return `Version ${number}`;
  return origin === "shipped" ? "Ready-made" : "As it was run";
}

/**
 * The newest version that does the very same, whose runs are this one's as well: names, descriptions and comments are no part of what is
 * executed. Null for that newest one itself.
 * @param versions the newest first
 */
export function toldWith<Version extends Pick<WorkflowVersion, "id" | "digest">>(
  versions: readonly Version[],
  { id, digest }: Version,
): Version | null {
  const newest = versions.find((one) => one.digest === digest);
  return newest === undefined || newest.id === id ? null : newest;
}

/** What a version is compared with where nothing else is asked for: the one before it. */
export function comparedWith(versions: readonly Pick<WorkflowVersion, "id">[], id: string): string | null {
  const at = versions.findIndex((one) => one.id === id);
  return (
    versions[at + 1]?.id ?? (versions.length > 1 ? (versions.find((one) => one.id !== id)?.id ?? null) : null)
  );
}

import type { OwnerUUID } from "../../contracts/ids.ts";
import { Digest } from "../../contracts/ids.ts";
import type {
  WorkflowUsage,
  WorkflowVersion,
  WorkflowVersionDetail,
  WorkflowVersionList,
} from "../../contracts/workflow-library.ts";
import type { ParsedWorkflow } from "../../engine/language/parse-workflow.ts";
import { MaskloomError } from "../../errors.ts";
import { type Asker, finderOf, parseSaved } from "../../runs/saved-workflows.ts";
import { findShipped, readExpanded } from "../../runs/used-workflows.ts";
import { readShippedSource, shippedWorkflowNames } from "../../runs/workflow-files.ts";
import { listSavedVersions, type SavedVersion } from "../../store/saved-workflows.ts";
import { findRanDocument, readVersionUsage, type UsedVersion } from "../../store/workflow-usage.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { yamlOf } from "../workflow-yaml.ts";

/* What a name has stood for: saved versions, what comes with Maskloom, and what runs say they followed. */

export async function listVersions(
  { params: { name }, owner }: ApiRequest<{ name: string }>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const [saved, used, shipped] = await Promise.all([
    listSavedVersions(store.db, owner, name),
    readVersionUsage(store.db, owner, name),
    shippedVersion(name),
  ]);
  const usageOf = (digest: Digest) => usageFields(used.find((one) => one.digest === digest));
  const isSaved = saved.length > 0;
  const known = new Set<string>([...saved.map(({ digest }) => digest), ...(shipped ? [shipped.digest] : [])]);
  const ran = used
    .filter(({ digest }) => !known.has(digest))
    .sort((one, other) => other.firstUsedAt.getTime() - one.firstUsedAt.getTime());
  const versions: WorkflowVersion[] = [
    ...saved.map((one, at) => ({ ...savedVersion(one), isCurrent: at === 0, usage: usageOf(one.digest) })),
    ...(shipped === null ? [] : [{ ...shipped, isCurrent: !isSaved, usage: usageOf(shipped.digest) }]),
    ...ran.map((one) => ({ ...ranVersion(one), isCurrent: false, usage: usageFields(one) })),
  ];
  if (versions.length === 0) throw notThere(name);
  return { status: 200, body: { versions } satisfies WorkflowVersionList };
}

function savedVersion({ number, digest, createdAt }: SavedVersion) {
  return { id: String(number), number, digest, origin: "saved" as const, createdAt: createdAt.toISOString() };
}

function ranVersion({ digest, firstUsedAt }: Pick<UsedVersion, "digest" | "firstUsedAt">) {
  return {
    id: digest,
    number: null,
    digest,
    origin: "ran" as const,
    createdAt: firstUsedAt.toISOString(),
  };
}

async function shippedVersion(name: string) {
  if (!(await shippedWorkflowNames()).includes(name)) return null;
  const { digest } = await readExpanded((await findShipped(name)).parsed, findShipped);
  return { id: digest, number: null, digest, origin: "shipped" as const, createdAt: null };
}

function usageFields(used: UsedVersion | undefined): WorkflowUsage | null {
  if (used === undefined) return null;
  const { digest: _digest, firstUsedAt: _first, ...usage } = used;
  return usage;
}

export async function getVersion(
  { params: { name, version }, owner }: ApiRequest<{ name: string; version: string }>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const asker = { db: store.db, owner };
  const found = /^\d{1,9}$/.test(version)
    ? await readSaved(asker, name, Number(version))
    : ((await readShipped(asker, name, version)) ?? (await readRan(asker, name, Digest.parse(version))));
  if (found === null) throw notThere(name, version);
  return { status: 200, body: found satisfies WorkflowVersionDetail };
}

async function readSaved(asker: Asker, name: string, number: number): Promise<WorkflowVersionDetail | null> {
  const versions = await listSavedVersions(asker.db, asker.owner, name);
  const saved = versions.find((one) => one.number === number);
  if (saved === undefined) return null;
  const { digest, source } = saved;
  const ran = await findRanDocument(asker.db, asker.owner, name, digest);
  const expanded = ran === null ? await expand(asker, parseSaved(saved)) : yamlOf(ran.document);
  return { ...savedVersion(saved), source, expanded };
}

async function readShipped(
  asker: Asker,
  name: string,
  digest: string,
): Promise<WorkflowVersionDetail | null> {
  const shipped = await shippedVersion(name);
  if (shipped === null || shipped.digest !== digest) return null;
  const source = await readShippedSource(name);
  return { ...shipped, source, expanded: await expand(asker, (await findShipped(name)).parsed) };
}

async function readRan(
  { db, owner }: { readonly db: ApiServices["store"]["db"]; readonly owner: OwnerUUID },
  name: string,
  digest: Digest,
): Promise<WorkflowVersionDetail | null> {
  const ran = await findRanDocument(db, owner, name, digest);
  if (ran === null) return null;
  return { ...ranVersion({ digest, ...ran }), source: null, expanded: yamlOf(ran.document) };
}

/** Null where a workflow that it uses is no longer there, or no longer fits. */
async function expand(asker: Asker, parsed: ParsedWorkflow): Promise<string | null> {
  return readExpanded(parsed, finderOf(asker)).then(
    ({ authored }) => yamlOf(authored),
    (error: unknown) => {
      if (error instanceof MaskloomError) return null;
      throw error;
    },
  );
}

function notThere(name: string, version?: string): MaskloomError {
  return version === undefined
    ? new MaskloomError(
        "WORKFLOW_UNKNOWN",
        `workflow "${name}": nothing of this name was saved or run, and none comes with Maskloom`,
      )
    : new MaskloomError(
        "NOT_FOUND",
        `workflow "${name}": expected one of its versions, there is no ${version}`,
      );
}

import { providerGroups } from "../../config/provider-groups.ts";
import type { ProviderSettings } from "../../config/provider-settings.ts";
import type { InpainterCapabilities, InpainterManifest } from "../../contracts/manifest.ts";
import type { RemoteProvider } from "./provider-instance.ts";

/** Tasks in the hands of workers for each slot: one is worked on, one waits for whoever has its model. */
const TASKS_A_SLOT = 2;
/** One that was not there when it was asked for its models may be there again. */
const ASK_AGAIN_MS = 30_000;
const PATIENCE_MS = 4_000;

/** The groups of the configuration, each as one provider that has what any of its members has. */
export function openGroups(all: readonly RemoteProvider[]): readonly RemoteProvider[] {
  const groups = providerGroups(all.map(({ settings }) => settings));
  return groups.flatMap(({ id, members }) => {
    const own = members.flatMap((settings) => all.find((one) => one.id === settings.id) ?? []);
    const [first] = own;
    return first === undefined ? [] : [groupOf(id, first, own)];
  });
}

function groupOf(id: string, first: RemoteProvider, members: readonly RemoteProvider[]): RemoteProvider {
  const having = (model: string): InpainterManifest[] =>
    members.flatMap((member) => member.findInpainter(model) ?? []);
  const asOne = (found: readonly InpainterManifest[]): InpainterManifest | null => {
    const [one] = found;
    return one === undefined ? null : { ...one, provider: id, capabilities: commonTo(one, found) };
  };
  const askAgain = createAsking();
  const recipes = new Set(members.flatMap(({ recipe }) => recipe ?? []));
  return {
    id,
    kind: first.kind,
    members,
    membersWith(model) {
      const having = members.filter((member) => member.findInpainter(model) !== null);
      for (const member of members) if (!having.includes(member)) askAgain(member);
      return having;
    },
    settings: settingsOf(id, first.settings, members),
    takes: first.takes,
    recipe: [...recipes].sort().join("\n"),
    get manifests() {
      const names = new Set(members.flatMap(({ manifests }) => manifests.map((manifest) => manifest.id)));
      return [...names].flatMap((name) => asOne(having(name)) ?? []);
    },
    findInpainter: (model) => asOne(having(model)),
    checkParameters(model, parameters) {
      const said = members.flatMap((member) => {
        const manifest = member.findInpainter(model);
        return manifest === null ? [] : member.checkParameters(manifest.id, parameters);
      });
      return [...new Set(said)];
    },
    findDetector: (model) =>
      members.map((member) => member.findDetector?.(model) ?? null).find((found) => found !== null) ?? null,
    createInpainter(manifest) {
      const member = members.find((one) => one.findInpainter(manifest.id) !== null) ?? first;
      return { ...member.createInpainter(member.findInpainter(manifest.id) ?? manifest), manifest };
    },
    async refresh(signal) {
      const asked = await Promise.allSettled(members.map((member) => member.refresh?.(signal)));
      const failed = asked.find((one) => one.status === "rejected");
      if (failed !== undefined && asked.every(({ status }) => status === "rejected")) throw failed.reason;
    },
    async test(signal) {
      const all = await Promise.all(members.map((member) => member.test(signal)));
      return {
        milliseconds: Math.max(...all.map(({ milliseconds }) => milliseconds)),
        says: `${members.map((member) => member.id).join(", ")} answer`,
        models: [...new Set(all.flatMap(({ models }) => models))],
      };
    },
    /* Its members are closed by whoever opened them. */
    close: async () => undefined,
  };
}

/** Nobody waits for the answer, or hears that there is none. */
function createAsking(): (member: RemoteProvider) => void {
  const asked = new Map<string, number>();
  return (member) => {
    const now = performance.now();
    if (now - (asked.get(member.id) ?? Number.NEGATIVE_INFINITY) < ASK_AGAIN_MS) return;
    asked.set(member.id, now);
    member.refresh?.(AbortSignal.timeout(PATIENCE_MS)).catch(() => undefined);
  };
}

/** Of an address, a key or a price a group has none: those are its members'. */
function settingsOf(
  id: string,
  first: ProviderSettings,
  members: readonly RemoteProvider[],
): ProviderSettings {
  const slots = members.reduce((sum, { settings }) => sum + settings.concurrency, 0);
  const settings = {
    ...first,
    id,
    url: "",
    keyFrom: undefined,
    requestsPerSecond: undefined,
    spillMs: undefined,
    concurrency: slots * TASKS_A_SLOT,
    paid: members.some((member) => member.settings.paid),
    prices: new Map<string, number>(),
    maxCost: {},
  };
  return Object.defineProperty(settings, "key", { value: undefined, enumerable: false });
}

/** What each of them can do: whichever gets a crop can take it. */
function commonTo(first: InpainterManifest, all: readonly InpainterManifest[]): InpainterCapabilities {
  const { capabilities } = first;
  const hard = all.map((manifest) => manifest.capabilities.hard);
  return {
    ...capabilities,
    hard: {
      ...capabilities.hard,
      maxSide: Math.min(...hard.map(({ maxSide }) => maxSide)),
      multipleOf: hard.map(({ multipleOf }) => multipleOf).reduce(leastCommonMultiple),
    },
    soft: capabilities.soft.filter((name) => all.every((one) => one.capabilities.soft.includes(name))),
    paid: all.some((manifest) => manifest.capabilities.paid),
  };
}

function leastCommonMultiple(a: number, b: number): number {
  const divisor = (x: number, y: number): number => (y === 0 ? x : divisor(y, x % y));
  return (a / divisor(a, b)) * b;
}

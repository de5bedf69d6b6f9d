import { RemoteKind } from "../contracts/provider.ts";
import { MaskloomError } from "../errors.ts";

/** What of an instance's configuration decides whom it stands beside. */
interface Grouped {
  readonly id: string;
  readonly kind: RemoteKind;
  readonly group: string | undefined;
  readonly spillMs: number | undefined;
  readonly paid: boolean;
}

/** Several instances of one kind that a workflow names as one: each of its calls goes to one of them. */
interface ProviderGroup<Instance> {
  /** What a workflow's `provider` names it by: the group that its members are configured with, or their kind. */
  readonly id: string;
  readonly members: readonly Instance[];
}

/**
 * The groups that are configured, and each kind that has several instances, unless an instance is called like the kind.
 * A kind stands for those that cost money as its first instance does, and for those that say when they take part: whoever
 * names a kind is not led into spending by an instance that stands beside it.
 */
export function providerGroups<Instance extends Grouped>(
  all: readonly Instance[],
): readonly ProviderGroup<Instance>[] {
  const named = [...new Set(all.flatMap(({ group }) => group ?? []))].map((id) => ({
    id,
    members: all.filter(({ group }) => group === id),
  }));
  const ids = new Set<string>(all.map(({ id }) => id));
  const kinds = [...new Set(all.map(({ kind }) => kind))].filter((kind) => !ids.has(kind));
  const alike = kinds.map((kind) => {
    const ofKind = all.filter((one) => one.kind === kind);
    const members = ofKind.filter(({ paid, spillMs }) => paid === ofKind[0]?.paid || spillMs !== undefined);
    return { id: kind, members };
  });
  return [...named, ...alike.filter(({ members }) => members.length > 1)];
}

/** Those that a task of the provider with this id may be executed by: itself, or the members of the group. */
export function instancesOf<Instance extends Grouped>(
  all: readonly Instance[],
  id: string,
): readonly Instance[] {
  const own = all.find((one) => one.id === id);
  if (own !== undefined) return [own];
  return providerGroups(all).find((group) => group.id === id)?.members ?? [];
}

/** @throws INPUT_INVALID for a group that nobody could name, or whose members cannot stand for each other */
export function checkGroups(all: readonly Grouped[]): void {
  const taken: readonly string[] = [...all.map(({ id }) => id), ...RemoteKind.options, "local", "auto"];
  for (const { id, group, spillMs } of all) {
    if (spillMs !== undefined && group === undefined)
      refuse(id, "when: expected a group as well, whose other instances make tasks wait");
  }
  for (const { id, members } of providerGroups(all).filter(({ id }) =>
    all.some(({ group }) => group === id),
  )) {
    const [first] = members;
    const stranger = members.find(({ kind }) => kind !== first?.kind);
    if (taken.includes(id))
      refuse(first?.id, `group: expected a name that no provider and no kind has, got ${id}`);
    if (stranger !== undefined)
      refuse(
        stranger.id,
        `group ${id}: expected the kind of ${first?.id}, ${first?.kind}, got ${stranger.kind}`,
      );
    if (members.every(({ spillMs }) => spillMs !== undefined))
      refuse(first?.id, `group ${id}: expected an instance without when, got none: nobody would begin`);
  }
}

function refuse(id: string | undefined, why: string): never {
  throw new MaskloomError("INPUT_INVALID", `configuration: provider ${id}: ${why}`);
}

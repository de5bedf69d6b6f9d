/** Which runs something is done to: those that are ticked, or all that match the list's filter, in sight or not. */
export type Selection =
  | { readonly kind: "named"; readonly uuids: ReadonlySet<string> }
  | { readonly kind: "all" };

export const NOTHING: Selection = { kind: "named", uuids: new Set() };
export const EVERYTHING: Selection = { kind: "all" };

export function isChosen(selection: Selection, uuid: string): boolean {
  return selection.kind === "all" || selection.uuids.has(uuid);
}

export function isEmpty(selection: Selection): boolean {
  return selection.kind === "named" && selection.uuids.size === 0;
}

/**
 * Ticks a run or takes its tick away, and with Shift all between it and the one before.
 * @param listed what the list has loaded, in its order: of "all that match" those stay that can be seen
 * @param anchor the one that was ticked before; null without Shift
 */
export function toggle(
  selection: Selection,
  uuid: string,
  listed: readonly string[],
  anchor: string | null,
): Selection {
  const uuids = new Set(selection.kind === "all" ? listed : selection.uuids);
  const isOn = !isChosen(selection, uuid);
  for (const one of between(listed, anchor ?? uuid, uuid)) {
    if (isOn) uuids.add(one);
    else uuids.delete(one);
  }
  return { kind: "named", uuids };
}

/** All that the list has loaded, or none where they are ticked already. */
export function toggleListed(selection: Selection, listed: readonly string[]): Selection {
  const areAll = listed.length > 0 && listed.every((uuid) => isChosen(selection, uuid));
  return areAll ? NOTHING : { kind: "named", uuids: new Set(listed) };
}

function between(listed: readonly string[], one: string, other: string): readonly string[] {
  const [from, to] = [listed.indexOf(one), listed.indexOf(other)];
  return from < 0 || to < 0 ? [other] : listed.slice(Math.min(from, to), Math.max(from, to) + 1);
}

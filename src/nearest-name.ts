import { distance } from "fastest-levenshtein";

/**
 * The name that was probably meant: the nearest by edit distance, ignoring case; null where none is near enough
 * (a third of its length, at least one edit) to be worth saying.
 */
export function nearestName(name: string, names: Iterable<string>): string | null {
  const wanted = name.toLowerCase();
  let nearest: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of names) {
    const most = Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3));
    /* Each of these takes an edit: a stranger's megabyte is compared with nothing. */
    if (Math.abs(name.length - candidate.length) > most) continue;
    const edits = distance(wanted, candidate.toLowerCase());
    if (edits >= least || edits > most) continue;
    nearest = candidate;
    least = edits;
  }
  return nearest;
}

/** ` Did you mean x?`, or nothing. */
export function suggestion(name: string, names: Iterable<string>): string {
  const nearest = nearestName(name, names);
  return nearest === null ? "" : ` Did you mean ${nearest}?`;
}

import type { PeerItem } from "../../../protocol/client/peer-frame.ts";

/** More of a stranger's words helps nobody. */
const MOST = 20;
const LONGEST = 400;

/** What a provider, such as another Maskloom, says that it did otherwise than asked. @param who begins each */
export function toldWarnings(item: PeerItem, who: string): readonly string[] {
  const { warnings } = item;
  if (!Array.isArray(warnings)) return [];
  const told = warnings.filter((warning) => typeof warning === "string").slice(0, MOST);
  return told.map((warning) => `${who}: ${warning.slice(0, LONGEST)}`);
}

import { KeyId } from "../../contracts/caller.ts";
import { MaskloomError } from "../../errors.ts";
import { keyIdOf } from "../../store/key-secret.ts";
import { countKeys, listKeys, revokeKey } from "../../store/keys.ts";
import { printLine, sayWarning } from "../terminal.ts";
import { withStore } from "./with-store.ts";

/** Ends the use of keys, by id or by the whole key. All are looked up before any is revoked. */
export async function revokeApiKeys(names: readonly string[]): Promise<void> {
  const ids = [...new Set(names.map(parseKeyName))];
  await withStore(async ({ db, wakeUps }) => {
    const known = new Map((await listKeys(db, { revoked: true })).map((key) => [key.id, key]));
    const missing = ids.filter((id) => !known.has(id));
    if (missing.length > 0) {
      throw new MaskloomError(
        "NOT_FOUND",
        `key ${missing.join(", ")}: expected one that \`maskloom keys list\` shows; there is none`,
      );
    }
    for (const id of ids) {
      await revokeKey(db, id, "cli");
      printLine(`${id}: ${known.get(id)?.revokedAt === null ? "revoked" : "was revoked before"}`);
    }
    wakeUps.notify("keys", "installation");
    if ((await countKeys(db)).usable === 0) {
      sayWarning("no key is left in use: a server that asks for one answers nobody");
    }
  });
}

function parseKeyName(name: string): KeyId {
  const id = KeyId.safeParse(keyIdOf(name) ?? name);
  if (id.success) return id.data;
  /* The text is not repeated: it may be a key with a slip in it. */
  throw new MaskloomError(
    "INPUT_INVALID",
    "key: expected an id such as mlk_0123456789ab, as `maskloom keys list` shows it, or a whole key",
  );
}

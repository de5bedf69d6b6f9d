import type { OwnerUUID } from "../contracts/ids.ts";
import type { Outbox } from "./outbox.ts";
import { Session } from "./session.ts";

export interface SessionSettings {
  /** How long a session waits for its client to come back. */
  readonly keptMs: number;
  /** What is kept for one client, and for all clients that are away. */
  readonly mostCharacters: number;
  readonly mostCharactersAway: number;
}

export const SESSION_SETTINGS: SessionSettings = {
  keptMs: 120_000,
  mostCharacters: 256 * 1024 * 1024,
  mostCharactersAway: 512 * 1024 * 1024,
};

/** Clients that are away and waited for; beyond that the ones that have been away longest are given up. */
const MOST_AWAY = 10_000;

export interface Sessions {
  /**
   * The first session of these UUIDs that is known and the owner's; otherwise a new one. An unknown UUID is no error:
   * clients send what they once had.
   */
  open(owner: OwnerUUID, ...uuids: readonly (string | undefined)[]): Session;
  /** The connection has ended, or has left for another session. */
  leave(session: Session, outbox: Outbox): void;
  /** Gives up all of them. */
  close(): void;
}

export function createSessions(settings: SessionSettings): Sessions {
  const all = new Map<string, Session>();
  /** In the order in which they were left. */
  const away = new Map<Session, NodeJS.Timeout>();

  const expire = (session: Session): void => {
    clearTimeout(away.get(session));
    away.delete(session);
    all.delete(session.uuid);
    session.expire();
  };
  const expireBeyondLimits = (): void => {
    let characters = 0;
    for (const session of away.keys()) characters += session.characters;
    for (const session of [...away.keys()]) {
      if (away.size <= MOST_AWAY && characters <= settings.mostCharactersAway) return;
      characters -= session.characters;
      expire(session);
    }
  };
  return {
    open(owner, ...uuids) {
      const sessions = uuids.map((uuid) => all.get(uuid?.toLowerCase() ?? ""));
      const known = sessions.find((session) => session?.owner === owner);
      if (known !== undefined) {
        clearTimeout(away.get(known));
        away.delete(known);
        return known;
      }
      const session = new Session(owner, settings.mostCharacters, expireBeyondLimits);
      all.set(session.uuid, session);
      return session;
    },
    leave(session, outbox) {
      if (!session.detach(outbox) || !all.has(session.uuid)) return;
      away.set(session, setTimeout(() => expire(session), settings.keptMs).unref());
      expireBeyondLimits();
    },
    close() {
      for (const session of [...all.values()]) expire(session);
    },
  };
}

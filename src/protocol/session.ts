import { randomUUID } from "node:crypto";
import type { OwnerUUID } from "../contracts/ids.ts";
import { Answering } from "./answering.ts";
import { CLOSE, type Outbox } from "./outbox.ts";

interface Letter {
  readonly number: number;
  readonly text: string;
  /** What tells the result in it from all others; undefined where there is none. */
  readonly result: string | undefined;
}

/** Tasks of one session that are under way at a time. */
const MOST_TASKS = 1_000;

/**
 * What outlives a connection: the tasks begun over it, and the answers that are not known to have arrived. A client that
 * comes back with the session's UUID gets these once more, so that an answer may come twice, but none gets lost.
 */
export class Session {
  readonly uuid: string = randomUUID();
  readonly owner: OwnerUUID;
  readonly answering = new Answering();
  readonly #mostCharacters: number;
  readonly #onKept: () => void;
  readonly #running = new Set<AbortController>();
  #letters: Letter[] = [];
  #characters = 0;
  #lastNumber = 0;
  #outbox: Outbox | null = null;
  #lastSent = 0;
  /** What had been posted when its connection resumed the session. */
  #lastResumed = 0;
  #isProbing = false;

  /** @param onKept hears of answers that wait for a client that is away */
  constructor(owner: OwnerUUID, mostCharacters: number, onKept: () => void) {
    this.owner = owner;
    this.#mostCharacters = mostCharacters;
    this.#onKept = onKept;
  }

  /** Characters that are kept for the client. */
  get characters(): number {
    return this.#characters;
  }

  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** From now on answers go there, beginning with those that have not arrived. Whoever had the session loses it. */
  attach(outbox: Outbox): void {
    if (outbox === this.#outbox) return;
    this.#outbox?.stop(CLOSE.takenOver, "another connection has resumed this session");
    this.#outbox = outbox;
    this.#isProbing = false;
    this.#lastSent = 0;
    this.#lastResumed = this.#lastNumber;
    for (const letter of this.#letters) this.#send(letter);
  }

  /** @returns whether the session had been with this connection, and is with none now */
  detach(outbox: Outbox): boolean {
    if (this.#outbox !== outbox) return false;
    this.#outbox = null;
    return true;
  }

  /** @param result what tells the result in it from all others: one that a resumed client is just being sent is not posted */
  post(text: string, result?: string): void {
    const isComing = ({ number, result: other }: Letter) => other === result && number <= this.#lastResumed;
    if (result !== undefined && this.#outbox !== null && this.#letters.some(isComing)) return;
    this.#lastNumber += 1;
    const letter = { number: this.#lastNumber, text, result };
    this.#letters.push(letter);
    this.#characters += text.length;
    /* The oldest go first; what a task has made is to be had from getResponse all the same. */
    while (this.#characters > this.#mostCharacters && this.#letters.length > 1) this.#dropOldest();
    if (this.#outbox === null) this.#onKept();
    else this.#send(letter);
  }

  /** The client has answered the probe with this number, so it has received what was sent before. */
  acknowledge(outbox: Outbox, text: string): void {
    const number = Number(text);
    if (outbox !== this.#outbox || !Number.isInteger(number) || number < 1 || number > this.#lastSent) return;
    while ((this.#letters[0]?.number ?? Number.POSITIVE_INFINITY) <= number) this.#dropOldest();
    this.#isProbing = false;
    if (this.#lastSent > number) this.#probe(outbox);
  }

  /** @returns the signal of a task and what says that it has ended; null while too many are under way */
  begin(): { readonly signal: AbortSignal; readonly end: () => void } | null {
    if (this.#running.size >= MOST_TASKS) return null;
    const controller = new AbortController();
    this.#running.add(controller);
    return { signal: controller.signal, end: () => this.#running.delete(controller) };
  }

  /** Nobody will come back: what is kept is dropped, and nobody waits for the tasks any more. They go on by themselves. */
  expire(): void {
    this.#outbox = null;
    while (this.#letters.length > 0) this.#dropOldest();
    for (const controller of this.#running) controller.abort();
  }

  #send({ number, text }: Letter): void {
    const outbox = this.#outbox;
    outbox?.post(text, () => {
      this.#lastSent = Math.max(this.#lastSent, number);
      if (!this.#isProbing && outbox === this.#outbox) this.#probe(outbox);
    });
  }

  #probe(outbox: Outbox): void {
    this.#isProbing = true;
    outbox.probe(String(this.#lastSent));
  }

  #dropOldest(): void {
    this.#characters -= this.#letters.shift()?.text.length ?? 0;
  }
}

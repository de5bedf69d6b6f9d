/** One end of a WebSocket as the protocol sees it. */
export interface Link {
  /** `sent` is called when the operating system has taken the text; never, if the connection is lost before. */
  send(text: string, sent: () => void): void;
  /** A ping of the WebSocket itself: its pong carries the same text, and tells that all that was sent before has arrived. */
  probe(text: string): void;
  /** The reason is shorter than 124 bytes. */
  close(code: number, reason: string): void;
}

/** RFC 6455, section 7.4.1, and the registry that it begins. */
export const CLOSE = {
  goingAway: 1001,
  unsupportedData: 1003,
  invalidData: 1007,
  policy: 1008,
  tryAgainLater: 1013,
  unauthorized: 3000,
  /** Ours: another connection has taken this one's session over. */
  takenOver: 4001,
} as const;

interface Letter {
  readonly text: string;
  readonly onSent: (() => void) | undefined;
}

/**
 * What is on its way to a connection, in order, one at a time: a client that does not read costs what waits here and no
 * more.
 */
export class Outbox {
  readonly #link: Link;
  readonly #mostCharacters: number;
  #letters: Letter[] = [];
  #characters = 0;
  #isSending = false;
  #closing: { readonly code: number; readonly reason: string } | null = null;

  constructor(link: Link, mostCharacters: number) {
    this.#link = link;
    this.#mostCharacters = mostCharacters;
  }

  post(text: string, onSent?: () => void): void {
    if (this.#closing !== null) return;
    /* One text of any length may wait: what is bounded is how many of them do. */
    if (this.#letters.length > 0 && this.#characters + text.length > this.#mostCharacters) {
      this.stop(CLOSE.policy, "too many answers wait to be read");
      return;
    }
    this.#letters.push({ text, onSent });
    this.#characters += text.length;
    this.#sendNext();
  }

  probe(text: string): void {
    if (this.#closing === null) this.#link.probe(text);
  }

  /** Closes the connection after what waits here; nothing more is accepted. */
  close(code: number, reason: string): void {
    this.#closing ??= { code, reason };
    this.#sendNext();
  }

  /** Forgets what waits, and closes the connection at once. */
  stop(code: number, reason: string): void {
    this.#closing = { code, reason };
    this.#letters = [];
    this.#characters = 0;
    this.#link.close(code, reason);
  }

  #sendNext(): void {
    if (this.#isSending) return;
    const letter = this.#letters.shift();
    if (letter === undefined) {
      if (this.#closing !== null) this.#link.close(this.#closing.code, this.#closing.reason);
      return;
    }
    this.#isSending = true;
    this.#link.send(letter.text, () => {
      this.#isSending = false;
      this.#characters = Math.max(0, this.#characters - letter.text.length);
      letter.onSent?.();
      this.#sendNext();
    });
  }
}

import { useEffect, useState } from "react";

/** What a draft was made from. */
export interface Base {
  readonly source: string;
  /** Of the saved one; 0 = there is none under this name. */
  readonly version: number;
}

export interface Draft {
  readonly text: string;
  readonly base: Base;
  readonly isChanged: boolean;
  readonly set: (text: string) => void;
  /** From now on it is based on another version, whatever it says. */
  readonly rebase: (base: Base) => void;
}

/** The text in the editor. What others save meanwhile is shown where nothing was typed, and otherwise told of when it is saved. */
export function useDraft(given: Base): Draft {
  const [base, setBase] = useState(given);
  const [text, setText] = useState(given.source);
  useEffect(() => {
    if (given.version === base.version && given.source === base.source) return;
    if (text !== base.source) return;
    setBase(given);
    setText(given.source);
  }, [given, base, text]);
  return { text, base, isChanged: text !== base.source, set: setText, rebase: setBase };
}

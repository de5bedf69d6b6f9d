import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import styles from "./notice.module.css";
import tones from "./tone.module.css";
import type { Tone } from "./tone.ts";

interface NoticeProps {
  readonly tone?: Extract<Tone, "bad" | "warn">;
  /** Of what comes while somebody looks: it is read out at once. */
  readonly isAlert?: boolean;
  readonly children: ReactNode;
}

/** What went wrong, or may, in a box of its own. */
export function Notice({ tone = "bad", isAlert = false, children }: NoticeProps) {
  return (
    <div className={classNames(styles["notice"], tones[tone])} {...(isAlert ? { role: "alert" } : {})}>
      {children}
    </div>
  );
}

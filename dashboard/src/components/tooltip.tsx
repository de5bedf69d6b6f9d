import { Tooltip as Radix } from "radix-ui";
import type { ReactElement } from "react";
import styles from "./tooltip.module.css";

interface TooltipProps {
  readonly text: string;
  /** One element that can have the focus. */
  readonly children: ReactElement;
}

/** A name for what has only an icon. What a page needs to be understood does not belong here: a finger cannot hover. */
export function Tooltip({ text, children }: TooltipProps) {
  return (
    <Radix.Provider delayDuration={400}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal>
          <Radix.Content className={styles["tip"]} sideOffset={6} collisionPadding={8}>
            {text}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}

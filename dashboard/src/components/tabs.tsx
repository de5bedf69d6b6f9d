import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";
import styles from "./tabs.module.css";

interface TabsProps<Id extends string> {
  /** Of all of them, for whoever hears the page. */
  readonly label: string;
  readonly tabs: readonly { readonly id: Id; readonly title: string; readonly content: ReactNode }[];
  readonly chosen: Id;
  readonly onChoose: (id: Id) => void;
}

/** Which one is chosen belongs into the URL, so the page holds it. */
export function Tabs<Id extends string>({ label, tabs, chosen, onChoose }: TabsProps<Id>) {
  return (
    <Radix.Root value={chosen} onValueChange={(value) => onChoose(value as Id)}>
      <Radix.List className={styles["list"]} aria-label={label}>
        {tabs.map(({ id, title }) => (
          <Radix.Trigger key={id} value={id} className={styles["tab"]}>
            {title}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(({ id, content }) => (
        <Radix.Content key={id} value={id} className={styles["content"]}>
          {content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}

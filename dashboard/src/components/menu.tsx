import type { LucideIcon } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactElement } from "react";
import { classNames } from "./class-names.ts";
import styles from "./menu.module.css";

interface MenuItem {
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly isDanger?: boolean;
  readonly isDisabled?: boolean;
  /** Why it is disabled, or what it does. */
  readonly hint?: string | undefined;
  /** Whether this is what holds now; a menu of which some say so is one of choices. */
  readonly isChosen?: boolean;
  readonly onSelect: () => void;
}

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement;
  readonly items: readonly MenuItem[];
  readonly align?: "start" | "end";
}

/* Not modal: a modal one would put a style element into the page, which its policy forbids. */
export function Menu({ trigger, items, align = "end" }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={styles["menu"]} align={align} sideOffset={6} collisionPadding={8}>
          {items.map((item) => (
            <Item key={item.label} {...item} />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Item(props: MenuItem) {
  const { label, icon: Icon, isDanger = false, isDisabled = false, hint, isChosen, onSelect } = props;
  const className = classNames(styles["item"], isDanger && styles["danger"]);
  const content = (
    <>
      {Icon !== undefined && <Icon size={16} aria-hidden />}
      <span className={styles["label"]}>
        {label}
        {hint !== undefined && <small>{hint}</small>}
      </span>
    </>
  );
  if (isChosen === undefined) {
    return (
      <DropdownMenu.Item className={className} disabled={isDisabled} onSelect={onSelect}>
        {content}
      </DropdownMenu.Item>
    );
  }
  return (
    <DropdownMenu.CheckboxItem
      className={className}
      disabled={isDisabled}
      checked={isChosen}
      onSelect={onSelect}
    >
      {content}
      {isChosen && <span className={styles["chosen"]} aria-hidden />}
    </DropdownMenu.CheckboxItem>
  );
}

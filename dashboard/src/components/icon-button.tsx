import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import styles from "./icon-button.module.css";
import { Tooltip } from "./tooltip.tsx";

interface IconButtonProps extends Omit<ComponentProps<"button">, "className" | "aria-label" | "children"> {
  readonly icon: LucideIcon;
  /** Its name, read out and shown on hover. */
  readonly label: string;
}

export function IconButton({ icon: Icon, label, type = "button", ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label}>
      <button {...rest} type={type} className={styles["button"]} aria-label={label}>
        <Icon size={18} aria-hidden />
      </button>
    </Tooltip>
  );
}

import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import styles from "./icon-button.module.css";
import { Tooltip } from "./tooltip.tsx";

interface IconButtonProps extends Omit<ComponentProps<"button">, "className" | "aria-label" | "children"> {
  readonly icon: LucideIcon;
  /** Its name, read out and shown on hover. */
  readonly label: string;
  /** Inside of a dialog: Escape would close the tooltip of the focused button instead of the dialog. */
  readonly hasTooltip?: boolean;
}

export function IconButton(props: IconButtonProps) {
  const { icon: Icon, label, hasTooltip = true, type = "button", ...rest } = props;
  const button = (
    <button {...rest} type={type} className={styles["button"]} aria-label={label}>
      <Icon size={18} aria-hidden />
    </button>
  );
  return hasTooltip ? <Tooltip text={label}>{button}</Tooltip> : button;
}

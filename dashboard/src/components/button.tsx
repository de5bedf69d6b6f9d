import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import styles from "./button.module.css";
import { classNames } from "./class-names.ts";

interface ButtonProps extends Omit<ComponentProps<"button">, "className"> {
  readonly look?: "primary" | "plain" | "danger";
  readonly icon?: LucideIcon;
}

export function Button({ look = "plain", icon: Icon, children, type = "button", ...rest }: ButtonProps) {
  return (
    <button {...rest} type={type} className={classNames(styles["button"], styles[look])}>
      {Icon !== undefined && <Icon size={16} aria-hidden />}
      {children}
    </button>
  );
}

import type { ComponentProps } from "react";
import styles from "./control.module.css";

export function TextInput({ type = "text", ...rest }: Omit<ComponentProps<"input">, "className">) {
  return <input {...rest} type={type} className={styles["control"]} />;
}

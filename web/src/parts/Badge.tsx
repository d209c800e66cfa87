/** A word with a colour and an icon: never the colour alone. */
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import style from "./Badge.module.css";

export type Tone = "danger" | "warning" | "caution" | "good" | "info" | "quiet";

interface Props {
  tone: Tone;
  icon?: LucideIcon;
  children: ReactNode;
  title?: string;
}

export function Badge({ tone, icon: Icon, children, title }: Props) {
  return (
    <span className={style["badge"]} data-tone={tone} title={title}>
      {Icon && <Icon aria-hidden size={14} strokeWidth={2.25} />}
      <span>{children}</span>
    </span>
  );
}

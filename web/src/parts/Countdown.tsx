/** The time that is left to a deadline, and on demand why the deadline is what it is. */
import { Popover, Text, UnstyledButton } from "@mantine/core";
import { CircleHelp, Clock, Hourglass, TriangleAlert } from "lucide-react";
import { type ReactNode, type SyntheticEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Badge, type Tone } from "@/parts/Badge";
import { useFormat } from "@/parts/format";
import { useNow } from "@/parts/now";
import style from "./Countdown.module.css";

const SOON_MS = 60 * 60_000;
const TODAY_MS = 8 * SOON_MS;

interface Props {
  /** The deadline, as the API wrote it. */
  to: string;
  /** What ends then ("act by", "resolution"); read to screen readers and shown in the explanation. */
  label: string;
  /** The explanation, as the API tells it. Without it there is only the exact moment. */
  why?: ReactNode;
  /** The work is done or the clock stands: show the moment, count nothing. */
  still?: boolean;
}

function toneOf(leftMs: number): Tone {
  if (leftMs <= 0) return "danger";
  if (leftMs <= SOON_MS) return "warning";
  return leftMs <= TODAY_MS ? "caution" : "quiet";
}

export function Countdown({ to, label, why, still = false }: Props) {
  const { t } = useTranslation("states");
  const format = useFormat();
  const nowMs = useNow();
  const leftMs = Date.parse(to) - nowMs;
  const stretch = format.duration(Math.abs(leftMs));
  const told = still
    ? format.moment(to, undefined, "short")
    : leftMs > 0
      ? t("countdown.left", { stretch })
      : t("countdown.past", { stretch });
  const icon = leftMs <= 0 ? TriangleAlert : leftMs <= SOON_MS ? Hourglass : Clock;
  const shown = still ? (
    <Badge tone="quiet">{told}</Badge>
  ) : (
    <Badge tone={toneOf(leftMs)} icon={icon}>
      {told}
    </Badge>
  );
  return (
    <Explained
      label={label}
      told={`${label}: ${told}. ${t("countdown.why")}`}
      shown={shown}
      asks={why !== undefined}
    >
      <Text fw={600} size="sm">
        {label}
      </Text>
      <Text size="sm">{format.moment(to)}</Text>
      {why !== undefined && (
        <Text size="sm" c="dimmed" mt={4} component="div">
          {why}
        </Text>
      )}
    </Explained>
  );
}

interface ExplainedProps {
  label: string;
  /** For screen readers. */
  told: string;
  shown: ReactNode;
  /** Whether a question mark stands beside it. */
  asks: boolean;
  children: ReactNode;
}

/** What is shown and, when it is pressed, why. Lists have hundreds of these: what opens is made for those that were pressed. */
function Explained({ label, told, shown, asks, children }: ExplainedProps) {
  const [pressed, setPressed] = useState(false);
  const [opened, setOpened] = useState(false);
  // It is there before it opens, so that it knows to whom the focus returns.
  useEffect(() => setOpened(pressed), [pressed]);
  const press = () => (pressed ? setOpened(!opened) : setPressed(true));
  // Else pressing would close it first, and then open it again.
  const hold = (event: SyntheticEvent) => opened && event.stopPropagation();
  return (
    <span className={style["whole"]}>
      <UnstyledButton
        className={style["button"] ?? ""}
        aria-label={told}
        aria-haspopup="dialog"
        aria-expanded={opened}
        onMouseDown={hold}
        onTouchStart={hold}
        onClick={press}
      >
        {shown}
        {asks && <CircleHelp aria-hidden size={14} />}
      </UnstyledButton>
      {pressed && (
        <Popover
          opened={opened}
          onChange={setOpened}
          width={320}
          position="bottom-start"
          withArrow
          shadow="md"
          trapFocus
          returnFocus
          withRoles={false}
        >
          <Popover.Target>
            <span className={style["ground"]} />
          </Popover.Target>
          <Popover.Dropdown role="dialog" aria-label={label}>
            {children}
          </Popover.Dropdown>
        </Popover>
      )}
    </span>
  );
}

/** A moment as people say it: how long ago, and when exactly in the zone of the place. */
import { useFormat } from "@/parts/format";
import { useNow } from "@/parts/now";

interface Props {
  at: string;
  /** IANA zone of the place; without it the zone in which the API wrote the time. */
  zone?: string;
  /** `relative` shows the exact moment on hover and to screen readers; `both` shows both. */
  show?: "relative" | "absolute" | "both";
}

export function TimeText({ at, zone, show = "relative" }: Props) {
  const format = useFormat();
  const nowMs = useNow(10_000);
  const exact = format.moment(at, zone);
  const relative = format.relative(at, nowMs);
  const told = { relative, absolute: exact, both: `${exact} (${relative})` }[show];
  return (
    <time dateTime={at} title={exact}>
      {told}
    </time>
  );
}

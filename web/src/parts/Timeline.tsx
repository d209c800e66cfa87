/** What was where from when to when: a line per thing, a bar per stay, all on one measure of time. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { endLabels } from "@/parts/chart/axes";
import { useFormat } from "@/parts/format";
import style from "@/parts/Timeline.module.css";

export interface Bar {
  key: string;
  /** As the API wrote it; null: until now. */
  from: string;
  to: string | null;
  /** What stands on the bar. */
  name?: string;
  quiet?: boolean;
}

export interface Line {
  key: string;
  name: ReactNode;
  bars: Bar[];
}

interface Props {
  lines: Line[];
  /** From when to when it is drawn, in Unix seconds. */
  range: readonly [number, number];
  /** IANA zone of the place. */
  zone?: string;
  label: string;
}

/** Where a bar begins and how wide it is, in per cent of the range; undefined: it lies outside. */
export function placed(bar: Bar, [from, to]: readonly [number, number]): [number, number] | undefined {
  const start = Math.max(Date.parse(bar.from) / 1000, from);
  const end = Math.min(bar.to === null ? to : Date.parse(bar.to) / 1000, to);
  if (end < start) return undefined;
  const share = 100 / (to - from);
  return [(start - from) * share, (end - start) * share];
}

export function Timeline({ lines, range, zone, label }: Props) {
  const { t } = useTranslation("states");
  const format = useFormat();
  const told = ({ from, to }: Bar) =>
    to === null
      ? t("timeline.since", { from: format.moment(from, zone) })
      : t("timeline.span", { from: format.moment(from, zone), to: format.moment(to, zone) });
  const ends = endLabels([...range], format, zone);
  return (
    <ul className={style["rows"]} aria-label={label}>
      {lines.map((line) => (
        <li key={line.key}>
          <span className={style["name"]}>{line.name}</span>
          <div className={style["track"]}>
            {line.bars.map((bar) => {
              const at = placed(bar, range);
              if (!at) return null;
              const words = [bar.name, told(bar)].filter(Boolean).join(": ");
              return (
                <span
                  key={bar.key}
                  role="img"
                  aria-label={words}
                  title={words}
                  className={style["bar"]}
                  data-tone={bar.quiet ? "quiet" : undefined}
                  data-open={bar.to === null || undefined}
                  style={{ insetInlineStart: `${at[0]}%`, width: `${at[1]}%` }}
                >
                  {bar.name}
                </span>
              );
            })}
          </div>
        </li>
      ))}
      <li aria-hidden>
        <span />
        <span className={style["ends"]}>
          <span>{ends[0]}</span>
          <span>{ends[1]}</span>
        </span>
      </li>
    </ul>
  );
}

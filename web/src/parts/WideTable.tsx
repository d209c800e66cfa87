/** A table that may be wider than a phone: it scrolls, also by the keyboard. */
import { Table, type TableProps } from "@mantine/core";

interface Props extends TableProps {
  /** What it is, read by screen readers. */
  label: string;
  /** It scrolls where there is less room than this, in pixels. */
  least?: number;
}

const LEAST_PX = 480;

export function WideTable({ label, least = LEAST_PX, ...table }: Props) {
  return (
    <Table.ScrollContainer minWidth={least} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-label={label} {...table} />
    </Table.ScrollContainer>
  );
}

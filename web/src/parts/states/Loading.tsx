/** Something is on its way: grey rows where it will stand, and a word for who cannot see them. */
import { Skeleton, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

const ROW_PX = 40;

export function Loading({ rows = 6, height = ROW_PX }: { rows?: number; height?: number }) {
  const { t } = useTranslation("states");
  return (
    <Stack gap="xs" role="status" aria-label={t("loading")}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move
        <Skeleton key={row} height={height} radius="sm" />
      ))}
    </Stack>
  );
}

/** A chart with its legend and, on demand, its figures. `Readings` asks for the data, too; this draws what it is given. */
import { Button, Group, Stack, Text, useComputedColorScheme } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Table2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { coloursOf } from "@/parts/chart/colours";
import { Figures } from "@/parts/chart/Figures";
import Plot, { type PlotProps } from "@/parts/chart/Plot";
import style from "@/parts/chart/Plot.module.css";

export function Chart(props: PlotProps) {
  const { t } = useTranslation("states");
  const [figures, { toggle }] = useDisclosure(false);
  const { picture, label, zone } = props;
  const colours = coloursOf(useComputedColorScheme("light") === "dark").curves;
  return (
    <Stack gap="xs">
      <Plot {...props} />
      <Group justify="space-between">
        <Group gap="sm">
          {picture.curves.map((curve, n) => (
            <Text key={curve.key} size="xs" c="dimmed">
              <span
                aria-hidden
                className={style["dot"]}
                style={{ background: colours[n % colours.length] }}
              />
              {curve.unit ? `${curve.label} (${curve.unit})` : curve.label}
            </Text>
          ))}
          {!picture.curves[0]?.states && (
            <Text size="xs" c="dimmed">
              {t("chart.legend")}
            </Text>
          )}
          {picture.curves.some(({ suspect }) => suspect?.includes(true)) && (
            <Text size="xs" c="dimmed">
              <span aria-hidden className={style["hollow"]} />
              {t("chart.hollow")}
            </Text>
          )}
        </Group>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<Table2 aria-hidden size={14} />}
          onClick={toggle}
          aria-expanded={figures}
        >
          {figures ? t("chart.hide") : t("chart.figures")}
        </Button>
      </Group>
      {figures && <Figures picture={picture} label={label} {...(zone ? { zone } : {})} />}
    </Stack>
  );
}

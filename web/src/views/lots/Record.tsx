/** What a lot went through: against each limit over all its places, as a picture and in figures; on what that rests. */
import { Group, Stack, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AgainstView, WholeExposureView } from "@/api/schema";
import { Facts } from "@/parts/Facts";
import { useFormat } from "@/parts/format";
import { Section } from "@/parts/Section";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { WideTable } from "@/parts/WideTable";
import { Budget } from "@/views/lots/Budget";
import { useExposure } from "@/views/lots/exposure";
import { RecordBadge } from "@/views/places/states";

export function Record({ lot }: { lot: string; clock?: string }) {
  const { t } = useTranslation("lots");
  const { data, error, isPending, refetch } = useExposure(lot);
  return (
    <Section title={t("exposure")} hint={t("exposure_hint")}>
      {isPending && <Loading rows={3} />}
      {error && <ErrorNotice problem={error} again={() => void refetch()} />}
      {data && !data.whole && <Empty title={t("no_record")}>{t("no_record_why")}</Empty>}
      {data?.whole && <Whole whole={data.whole} />}
    </Section>
  );
}

/** The record itself; also printed in the report. */
export function Whole({ whole }: { whole: WholeExposureView }) {
  const { t } = useTranslation("lots");
  const format = useFormat();
  const { frosts, wetness } = whole;
  return (
    <Stack>
      <Facts
        facts={[
          [t("verdict"), <RecordBadge key="verdict" standing={whole.standing} />],
          [t("watched"), format.share(whole.watched)],
          [t("frosts"), format.number(frosts.cycles, 0)],
          [t("wet"), format.value(wetness.wet_h, "h")],
          [t("kinetic"), whole.mean_kinetic.map((one) => format.value(one.mean_kinetic_c, "°C")).join(", ")],
        ]}
      />
      {whole.limits.length > 0 && <Against limits={whole.limits} />}
      <Quantities whole={whole} />
    </Stack>
  );
}

function Against({ limits }: { limits: AgainstView[] }) {
  const { t } = useTranslation(["lots", "words"]);
  const format = useFormat();
  return (
    <WideTable least={560} label={t("against")} verticalSpacing="xs" captionSide="top">
      <Table.Caption>{t("against")}</Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t("limit")}</Table.Th>
          <Table.Th scope="col">{t("verdict")}</Table.Th>
          <Table.Th scope="col">{t("budget")}</Table.Th>
          <Table.Th scope="col" ta="end">
            {t("beyond")}
          </Table.Th>
          <Table.Th scope="col" ta="end">
            {t("coverage")}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {limits.map((one) => (
          <Table.Tr key={`${one.band} ${one.quantity} ${one.side} ${one.limit}`}>
            <Table.Th scope="row">
              <Group gap={6}>
                {t(`words:quantity.${one.quantity}`, one.quantity)}{" "}
                {t(one.side === "low" ? "at_least" : "at_most", {
                  value: format.value(one.limit, one.unit),
                })}
              </Group>
              <Text size="xs" c="dimmed" component="span">
                {one.band}
              </Text>
            </Table.Th>
            <Table.Td>
              <RecordBadge standing={one.standing} />
            </Table.Td>
            <Table.Td>
              <Budget against={one} />
            </Table.Td>
            <Table.Td ta="end">{format.duration(one.beyond_s * 1000)}</Table.Td>
            <Table.Td ta="end">{format.share(one.coverage)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

function Quantities({ whole }: { whole: WholeExposureView }) {
  const { t } = useTranslation(["lots", "words", "places"]);
  const format = useFormat();
  return (
    <WideTable least={480} label={t("figures")} verticalSpacing="xs" captionSide="top">
      <Table.Caption>{t("figures")}</Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t("places:quantity")}</Table.Th>
          {["min", "mean", "max", "coverage", "samples"].map((name) => (
            <Table.Th key={name} scope="col" ta="end">
              {t(`figure.${name}`)}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {whole.quantities.map((one) => (
          <Table.Tr key={one.quantity}>
            <Table.Th scope="row">{t(`words:quantity.${one.quantity}`, one.quantity)}</Table.Th>
            <Table.Td ta="end">{format.value(one.min, one.unit)}</Table.Td>
            <Table.Td ta="end">{format.value(one.mean, one.unit)}</Table.Td>
            <Table.Td ta="end">{format.value(one.max, one.unit)}</Table.Td>
            <Table.Td ta="end">{format.share(one.coverage)}</Table.Td>
            <Table.Td ta="end">{format.number(one.samples, 0)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

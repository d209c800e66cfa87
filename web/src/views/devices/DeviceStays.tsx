/** Where a device stood, the newest first. */
import { Anchor, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useList } from "@/api/lists";
import type { PlacementView } from "@/api/schema";
import { to } from "@/links";
import { Section } from "@/parts/Section";
import { Empty } from "@/parts/states/Empty";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";
import { WideTable } from "@/parts/WideTable";

/** A placement that begins so early has always been. */
const ALWAYS = "1980";

export function DeviceStays({ device }: { device: string }) {
  const { t } = useTranslation("devices");
  const list = useList("/api/v1/placements", { subject: device });
  const stays = list.items
    .filter(({ subject_kind }) => subject_kind === "device")
    .sort((a, b) => b.valid_from.localeCompare(a.valid_from));
  return (
    <Section title={t("stays.title")}>
      {list.loading && <Loading rows={2} />}
      {list.problem && <ErrorNotice problem={list.problem} again={list.again} />}
      {!list.loading && !list.problem && stays.length === 0 && (
        <Empty title={t("stays.none")}>{t("stays.none_why")}</Empty>
      )}
      {stays.length > 0 && (
        <WideTable label={t("stays.title")} least={420}>
          <Table.Thead>
            <Table.Tr>
              {(["place", "from", "to", "by"] as const).map((name) => (
                <Table.Th key={name} scope="col">
                  {t(`stays.${name}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {stays.map((stay) => (
              <Stay key={stay.id} stay={stay} />
            ))}
          </Table.Tbody>
        </WideTable>
      )}
    </Section>
  );
}

function Stay({ stay }: { stay: PlacementView }) {
  const { t } = useTranslation("devices");
  const address = stay.place_kind === "shipment" ? to.shipment(stay.place) : to.zone(stay.place);
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} to={address}>
          {stay.place}
        </Anchor>
      </Table.Td>
      <Table.Td>
        {stay.valid_from < ALWAYS ? t("stays.always") : <TimeText at={stay.valid_from} show="absolute" />}
      </Table.Td>
      <Table.Td>
        {stay.valid_to ? (
          <TimeText at={stay.valid_to} show="absolute" />
        ) : (
          <Text fw={600}>{t("stays.now")}</Text>
        )}
      </Table.Td>
      <Table.Td>{stay.set_by.replace(/^person:/, "")}</Table.Td>
    </Table.Tr>
  );
}

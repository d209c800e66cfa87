/** The photos of a ticket, and taking one: scaled down here, sent when there is a network. */
import { Anchor, Button, Checkbox, FileButton, Group, Stack, Text } from "@mantine/core";
import { Camera } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { scaledDown } from "@/offline/picture";
import { useDo } from "@/offline/useOutbox";
import { useFormat } from "@/parts/format";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { useSession } from "@/shell/session";
import style from "@/views/mine/Mine.module.css";
import { Section } from "@/views/ticket/Section";

export function Photos({ number, staff = false }: { number: string; staff?: boolean }) {
  const { t } = useTranslation("mine");
  const format = useFormat();
  const path = { number };
  const { data, error } = ask.useQuery("get", "/api/v1/tickets/{number}/photos", { params: { path } });
  const photos = data?.items ?? [];
  return (
    <Section title={t("photo.title")}>
      <Stack gap="sm">
        {photos.length === 0 && (data || error) && (
          <Text c="dimmed" size="sm">
            {data ? t("photo.none") : t("photo.later")}
          </Text>
        )}
        <ul className={style["photos"]} hidden={photos.length === 0}>
          {photos.map((one) => {
            const told = one.caption || t("photo.of", { at: format.moment(one.taken, undefined, "short") });
            return (
              <li key={one.id}>
                <Anchor href={one.content} target="_blank" rel="noreferrer">
                  <img src={one.thumbnail} alt={told} loading="lazy" />
                </Anchor>
                <Text size="xs" c="dimmed">
                  {told}
                </Text>
              </li>
            );
          })}
        </ul>
        <Take number={number} staff={staff} />
      </Stack>
    </Section>
  );
}

function Take({ number, staff }: { number: string; staff: boolean }) {
  const { t } = useTranslation("mine");
  const session = useSession();
  const act = useDo();
  const [open, setOpen] = useState(false);
  const [fault, setFault] = useState<unknown>(null);

  async function taken(file: File | null) {
    if (!file) return;
    setFault(null);
    try {
      const { bytes, type } = await scaledDown(file);
      await act({ kind: "photo", number, bytes, type, public: open });
    } catch (thrown) {
      setFault(thrown);
    }
  }

  if (!session.may("tickets.comment")) return null;
  return (
    <Group>
      <FileButton onChange={(file) => void taken(file)} accept="image/*" capture="environment">
        {(props) => (
          <Button {...props} size="md" variant="default" leftSection={<Camera aria-hidden size={18} />}>
            {t("photo.take")}
          </Button>
        )}
      </FileButton>
      {staff && session.may("tickets.move") && (
        <Checkbox
          label={t("photo.public")}
          checked={open}
          onChange={(event) => setOpen(event.currentTarget.checked)}
        />
      )}
      {fault !== null && <NoPhoto fault={fault} />}
    </Group>
  );
}

function NoPhoto({ fault }: { fault: unknown }) {
  const { t } = useTranslation("mine");
  return fault instanceof DOMException || fault instanceof TypeError ? (
    <Text c="red" role="alert" size="sm">
      {t("photo.unreadable")}
    </Text>
  ) : (
    <ErrorNotice problem={fault} />
  );
}

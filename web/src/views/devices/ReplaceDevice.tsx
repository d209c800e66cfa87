/** Another device takes the place of this one: by its key, or by the code on it. */
import { Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api } from "@/api/client";
import { queries } from "@/api/queries";
import type { DeviceConditionView } from "@/api/schema";
import { to } from "@/links";
import { ConfirmWithReason } from "@/parts/ConfirmWithReason";

interface Props {
  device: DeviceConditionView;
  opened: boolean;
  onClose: () => void;
}

export function ReplaceDevice({ device, opened, onClose }: Props) {
  const { t } = useTranslation("devices");
  const [by, setBy] = useState("");
  const go = useNavigate();
  async function replace(reason: string) {
    const params = { path: { key: device.device } };
    const { data } = await api.POST("/api/v1/devices/{key}/replace", {
      params,
      body: { by: by.trim(), reason },
    });
    void queries.invalidateQueries();
    if (data) void go(to.device(data.subject));
  }
  return (
    <ConfirmWithReason
      opened={opened}
      title={t("replace.title", { name: device.name || device.device })}
      act={t("replace.act")}
      reason="optional"
      onConfirm={replace}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text size="sm">{t("replace.what", { place: device.place ?? "" })}</Text>
        <TextInput
          label={t("replace.by")}
          description={t("replace.by_help")}
          value={by}
          onChange={(event) => setBy(event.currentTarget.value)}
          required
        />
      </Stack>
    </ConfirmWithReason>
  );
}

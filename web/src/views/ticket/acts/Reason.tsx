/** Why somebody does it: it stands in the history. */
import { Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface Props {
  reason: string;
  required: boolean;
  onReason: (reason: string) => void;
}

export function Reason({ reason, required, onReason }: Props) {
  const { t } = useTranslation("ticket");
  return (
    <Textarea
      label={t("field.reason")}
      description={t("field.reason_help")}
      required={required}
      value={reason}
      onChange={(event) => onReason(event.currentTarget.value)}
      autosize
      minRows={2}
      maxLength={2000}
    />
  );
}

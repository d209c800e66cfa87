/** Saying something on the ticket; it waits where there is no network. */
import { Button, Stack, Textarea } from "@mantine/core";
import { Send } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDo } from "@/offline/useOutbox";
import { ErrorNotice } from "@/parts/states/ErrorNotice";

export function Say({ number }: { number: string }) {
  const { t } = useTranslation("mine");
  const [text, type] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const act = useDo();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void act({ kind: "comment", number, text: text.trim(), public: false }).then(() => {
          type("");
          setProblem(null);
        }, setProblem);
      }}
    >
      <Stack gap="xs">
        <Textarea
          label={t("say")}
          value={text}
          onChange={(event) => type(event.currentTarget.value)}
          autosize
          minRows={2}
          maxLength={4000}
        />
        {problem !== null && <ErrorNotice problem={problem} />}
        <Button
          type="submit"
          size="md"
          variant="default"
          disabled={!text.trim()}
          leftSection={<Send aria-hidden size={16} />}
        >
          {t("send")}
        </Button>
      </Stack>
    </form>
  );
}

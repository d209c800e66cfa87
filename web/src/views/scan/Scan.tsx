/** Two codes place a thing: a device or a lot, and where it is put. Scans wait with their own time where there is no network. */
import { Button, Stack, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { PackageCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDo, useWaiting } from "@/offline/useOutbox";
import { PageHead } from "@/parts/PageHead";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import style from "@/views/mine/Mine.module.css";
import { WaitingList } from "@/views/mine/WaitingList";
import { CodeField } from "@/views/scan/CodeField";
import { Recent } from "@/views/scan/Recent";

export default function Scan() {
  const { t } = useTranslation("scan");
  const [thing, setThing] = useState("");
  const [place, setPlace] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const waiting = useWaiting("scans");
  const act = useDo();

  async function put() {
    try {
      setProblem(null);
      await act({ kind: "scan", first: thing.trim(), second: place.trim() });
      notifications.show({ message: t("done") });
      setThing("");
    } catch (thrown) {
      setProblem(thrown);
    }
  }

  return (
    <>
      <PageHead title={t("title")}>{t("what")}</PageHead>
      <Stack gap="xl" className={style["narrow"] ?? ""}>
        <form
          className={style["codes"]}
          onSubmit={(event) => {
            event.preventDefault();
            void put();
          }}
        >
          <CodeField label={t("thing")} help={t("thing_help")} code={thing} onCode={setThing} />
          <CodeField label={t("place")} help={t("place_help")} code={place} onCode={setPlace} />
          {problem !== null && <ErrorNotice problem={problem} />}
          <Button
            type="submit"
            size="lg"
            leftSection={<PackageCheck aria-hidden size={20} />}
            disabled={!thing.trim() || !place.trim()}
          >
            {t("put")}
          </Button>
        </form>
        {waiting.length > 0 && (
          <section>
            <Title order={2} size="h5" mb="xs">
              {t("waiting")}
            </Title>
            <WaitingList all={waiting} />
          </section>
        )}
        <Recent />
      </Stack>
    </>
  );
}

/** One refused message: what it said, why it was refused, and its repair, tried before it is submitted. */
import { Alert, Anchor, Stack } from "@mantine/core";
import { Lightbulb } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { ask } from "@/api/client";
import { to } from "@/links";
import { CopyText } from "@/parts/CopyText";
import { Facts } from "@/parts/Facts";
import { useFormat } from "@/parts/format";
import { PageHead } from "@/parts/PageHead";
import { Section } from "@/parts/Section";
import { Loading } from "@/parts/states/Loading";
import { TimeText } from "@/parts/TimeText";
import { Failed } from "@/shell/Failed";
import { useSession } from "@/shell/session";
import { Repair } from "@/views/dead-letters/Repair";

export default function DeadLetter() {
  const { id = "" } = useParams();
  const { t } = useTranslation("dead-letters");
  const format = useFormat();
  const { may } = useSession();
  const params = { path: { id: Number(id) } };
  const found = ask.useQuery("get", "/api/v1/dead-letters/{id}", { params });
  const letter = found.data;
  if (found.error && !letter) return <Failed problem={found.error} again={() => void found.refetch()} />;
  if (!letter)
    return (
      <>
        <PageHead title={t("one", { id })} />
        <Loading />
      </>
    );
  return (
    <>
      <PageHead title={t("one", { id })}>{letter.message}</PageHead>
      <Stack>
        <Alert color="yellow" icon={<Lightbulb aria-hidden />} title={t("what_to_change")}>
          {letter.fix}
        </Alert>
        <Section title={t("facts")}>
          <Facts
            facts={[
              [t("fact.reason"), letter.message],
              [t("fact.detail"), letter.detail],
              [
                t("fact.gateway"),
                letter.gateway && (
                  <Anchor component={Link} to={to.gateway(letter.gateway)}>
                    {letter.gateway}
                  </Anchor>
                ),
              ],
              [t("fact.topic"), letter.topic],
              [t("fact.received"), <TimeText key="at" at={letter.received} show="both" />],
              [t("fact.size"), format.value(letter.size_bytes, "B", 0)],
            ]}
          />
        </Section>
        {may("dead_letters.submit") ? (
          <Repair key={letter.id} letter={letter} />
        ) : (
          <Section title={t("content")}>
            <CopyText label={t("content")} text={letter.payload_text ?? letter.payload_base64} />
          </Section>
        )}
      </Stack>
    </>
  );
}

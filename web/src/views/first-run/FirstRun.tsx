/** The first steps of an installation, one after the other: what is done is told by what there is, and every step can be left. */
import { Accordion, Button, Group, Text } from "@mantine/core";
import { CircleCheck, CircleDashed } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { to } from "@/links";
import { PageHead } from "@/parts/PageHead";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { useSession } from "@/shell/session";
import { DevicesStep } from "@/views/first-run/DevicesStep";
import { GatewayStep } from "@/views/first-run/GatewayStep";
import { PeopleStep } from "@/views/first-run/PeopleStep";
import { PlacesStep } from "@/views/first-run/PlacesStep";
import { ProfilesStep } from "@/views/first-run/ProfilesStep";
import { doneOf, STEPS, type StepName, type There, useThere } from "@/views/first-run/progress";

export default function FirstRun() {
  const { t } = useTranslation("first-run");
  const there = useThere();
  return (
    <>
      <PageHead
        title={t("head")}
        actions={
          <Button component={Link} to={to.now()} variant="default">
            {t("to_now")}
          </Button>
        }
      >
        {t("what")}
      </PageHead>
      {there.problem !== null && <ErrorNotice problem={there.problem} again={there.again} />}
      {there.known ? <Steps there={there} /> : !there.problem && <Loading rows={5} height={56} />}
    </>
  );
}

/** The steps for who may take them; the first that is not done is open, unless the address says another. */
function Steps({ there }: { there: There }) {
  const { t } = useTranslation("first-run");
  const session = useSession();
  const [params, setParams] = useSearchParams();
  const done = doneOf(there);
  const steps = STEPS.filter((one) => one !== "people" || session.may("users.manage"));
  const [first] = useState(() => steps.find((one) => !done[one]) ?? null);
  const open = params.get("step") ?? first;
  const show = (step: string | null) =>
    setParams(
      (before) => {
        before.set("step", step ?? "none");
        return before;
      },
      { replace: true },
    );
  const bodies: Record<StepName, ReactNode> = {
    gateway: <GatewayStep there={there} />,
    places: <PlacesStep there={there} />,
    profiles: <ProfilesStep there={there} />,
    devices: <DevicesStep there={there} />,
    people: <PeopleStep there={there} />,
  };
  return (
    <Accordion variant="separated" value={open} onChange={show} order={2}>
      {steps.map((step, i) => (
        <Accordion.Item key={step} value={step}>
          <Accordion.Control icon={<Mark done={done[step]} />}>
            <Group gap="xs">
              <b>{t("step", { n: i + 1, what: t(`title.${step}`) })}</b>
              <Text size="sm" c="dimmed">
                {done[step] ? t("done") : t(`why.${step}`)}
              </Text>
            </Group>
          </Accordion.Control>
          <Accordion.Panel>
            {open === step && bodies[step]}
            <Next step={steps[i + 1]} done={done[step]} show={show} />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

function Mark({ done }: { done: boolean }) {
  return done ? (
    <CircleCheck aria-hidden size={20} color="light-dark(#146c43, #7fdcab)" />
  ) : (
    <CircleDashed aria-hidden size={20} />
  );
}

interface NextProps {
  step: StepName | undefined;
  done: boolean;
  show: (step: string) => void;
}

/** The way on; a step that is not done may be left for later. */
function Next({ step, done, show }: NextProps) {
  const { t } = useTranslation("first-run");
  return (
    <Group justify="flex-end" mt="md">
      {step ? (
        <Button variant={done ? "filled" : "default"} onClick={() => show(step)}>
          {done ? t("next", { what: t(`title.${step}`) }) : t("later")}
        </Button>
      ) : (
        <Button component={Link} to={to.now()} variant={done ? "filled" : "default"}>
          {t("finish")}
        </Button>
      )}
    </Group>
  );
}

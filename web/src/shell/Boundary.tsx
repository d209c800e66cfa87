/** Catches what goes wrong while a view is drawn, so that the rest of the page stays and says what to do. */
import { Button, Code, Group } from "@mantine/core";
import { Bug, CircleArrowUp, CloudOff } from "lucide-react";
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Empty } from "@/parts/states/Empty";
import { isLost, useUpdated } from "@/shell/lost";

interface Fault {
  fault: Error | undefined;
}

export class Boundary extends Component<{ children: ReactNode }, Fault> {
  override state: Fault = { fault: undefined };

  static getDerivedStateFromError(fault: Error): Fault {
    return { fault };
  }

  override render() {
    const { fault } = this.state;
    return fault ? (
      <Broken fault={fault} again={() => this.setState({ fault: undefined })} />
    ) : (
      this.props.children
    );
  }
}

function Broken({ fault, again }: { fault: Error; again: () => void }) {
  const { t } = useTranslation("shell");
  // What did not come once is not asked for again by the browser: only a new page helps.
  if (isLost(fault)) return <Gone />;
  const actions = (
    <Group>
      <Button variant="default" onClick={again}>
        {t("broken.again")}
      </Button>
      <Button onClick={() => location.reload()}>{t("broken.reload")}</Button>
    </Group>
  );
  return (
    <Empty title={t("broken.title")} icon={Bug} action={actions}>
      {t("broken.detail")} <Code>{fault.message}</Code>
    </Empty>
  );
}

/** This part of the page could not be fetched. */
function Gone() {
  const { t } = useTranslation("shell");
  const why = useUpdated() ? "updated" : "away";
  const action = <Button onClick={() => location.reload()}>{t("broken.reload")}</Button>;
  return (
    <div data-gone={why}>
      <Empty
        title={t(`gone.${why}.title`)}
        icon={why === "updated" ? CircleArrowUp : CloudOff}
        action={action}
      >
        {t(`gone.${why}.detail`)}
      </Empty>
    </div>
  );
}

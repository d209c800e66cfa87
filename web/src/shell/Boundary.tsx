/** Catches what goes wrong while a view is drawn, so that the rest of the page stays and says what to do. */
import { Button, Code, Group } from "@mantine/core";
import { Bug } from "lucide-react";
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Empty } from "@/parts/states/Empty";

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

/** What went wrong, in the API's own sentence, and what to do: try again, or what has to be changed. */
import { Alert, Button, List, Stack, Text } from "@mantine/core";
import { RotateCw, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { asProblem, type OwnCode, passing } from "@/api/problem";

const OWN = new Set<string>(["no_connection", "no_sense", "in_app"] satisfies OwnCode[]);

export function ErrorNotice({ problem: thrown, again }: { problem: unknown; again?: () => void }) {
  const { t } = useTranslation("states");
  const problem = asProblem(thrown);
  const own = OWN.has(problem.code);
  return (
    <Alert
      color="red"
      icon={<TriangleAlert aria-hidden />}
      title={own ? t(`error.${problem.code}.title`) : problem.title}
      role="alert"
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          {own ? t(`error.${problem.code}.detail`, { status: problem.status }) : problem.detail}
        </Text>
        {problem.errors.length > 0 && (
          <List size="sm">
            {problem.errors.map((fault) => (
              <List.Item key={`${fault.location} ${fault.code}`}>{fault.message}</List.Item>
            ))}
          </List>
        )}
        {passing(problem) && <Text size="sm">{t("error.passing")}</Text>}
        {again && (
          <Button
            variant="default"
            size="xs"
            leftSection={<RotateCw aria-hidden size={14} />}
            onClick={again}
          >
            {t("error.again")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

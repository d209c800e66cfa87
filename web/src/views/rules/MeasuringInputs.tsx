/** What a profile asks of the measuring itself, open for changes. */
import {
  ActionIcon,
  Button,
  Group,
  Input,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  TextInput,
  Title,
} from "@mantine/core";
import { Plus, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ProfileVersionIn } from "@/api/schema";
import { Seconds, Stretch } from "@/parts/Seconds";

type Figures = Record<string, number>;
interface Props {
  version: Partial<ProfileVersionIn>;
  onChange: (some: Partial<ProfileVersionIn>) => void;
}

const STRETCHES = ["interval", "unwatched", "lag"] as const;
const HALF_DEGREE = 0.5;
const FOUR_HOURS_S = 14_400;

export function MeasuringInputs({ version, onChange }: Props) {
  const { t, i18n } = useTranslation(["rules", "words", "fields"]);
  const words = (i18n.getResource(i18n.language, "words", "quantity") ?? {}) as Record<string, string>;
  const quantities = Object.entries(words).map(([value, label]) => ({ value, label }));
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {t("asks.title")}
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
        {STRETCHES.map((name) => (
          <Stretch
            key={name}
            label={t(`asks.${name}`)}
            description={t(`asks_help.${name}`)}
            value={version[`${name}_s`] ?? null}
            onChange={(seconds) => onChange({ [`${name}_s`]: seconds || null })}
          />
        ))}
        <NumberInput
          label={t("asks.named_people")}
          description={t("asks_help.named_people")}
          min={1}
          max={50}
          allowDecimal={false}
          w={140}
          value={version.named_people ?? ""}
          onChange={(said) => onChange({ named_people: typeof said === "number" ? said : null })}
        />
        <Named
          label={t("asks.accuracy")}
          help={t("asks_help.accuracy")}
          figures={version.accuracy ?? {}}
          onChange={(accuracy) => onChange({ accuracy })}
          offered={quantities}
          begin={HALF_DEGREE}
          figure={(name, value, say) => (
            <NumberInput
              aria-label={`${t("asks.accuracy")}: ${words[name] ?? name}`}
              w={110}
              min={0}
              prefix="± "
              suffix={` ${t(`fields:unit.${name}`, "")}`}
              value={value}
              onChange={(said) => typeof said === "number" && say(said)}
            />
          )}
        />
        <Named
          label={t("asks.lags")}
          help={t("asks_help.lags")}
          figures={version.lags ?? {}}
          onChange={(lags) => onChange({ lags })}
          begin={FOUR_HOURS_S}
          figure={(name, value, say) => (
            <Seconds
              label={`${t("asks.lags")}: ${name}`}
              value={value}
              onChange={(said) => said !== null && say(said)}
            />
          )}
        />
      </SimpleGrid>
    </section>
  );
}

interface NamedProps {
  label: string;
  help: string;
  figures: Figures;
  onChange: (figures: Figures) => void;
  /** Without it any name may be typed. */
  offered?: { value: string; label: string }[];
  /** What a new one begins with. */
  begin: number;
  figure: (name: string, value: number, say: (value: number) => void) => ReactNode;
}

/** Figures by name, one to a line. */
function Named({ label, help, figures, onChange, offered, begin, figure }: NamedProps) {
  const { t } = useTranslation("rules");
  const [typed, type] = useState("");
  const called = (name: string) => offered?.find(({ value }) => value === name)?.label ?? name;
  const add = (name: string) => {
    if (name && !(name in figures)) onChange({ ...figures, [name]: begin });
    type("");
  };
  return (
    <Input.Wrapper label={label} description={help} labelElement="div">
      <Stack gap={6} mt={4}>
        {Object.entries(figures).map(([name, value]) => (
          <Group key={name} gap="xs" wrap="nowrap" justify="space-between">
            <span>{called(name)}</span>
            <Group gap={4} wrap="nowrap">
              {figure(name, value, (said) => onChange({ ...figures, [name]: said }))}
              <ActionIcon
                variant="subtle"
                color="red"
                aria-label={t("asks.remove", { what: `${label}: ${called(name)}` })}
                onClick={() =>
                  onChange(Object.fromEntries(Object.entries(figures).filter(([one]) => one !== name)))
                }
              >
                <Trash2 aria-hidden size={16} />
              </ActionIcon>
            </Group>
          </Group>
        ))}
        {offered ? (
          <Select
            aria-label={t("asks.add_to", { what: label })}
            placeholder={t("asks.add")}
            data={offered.filter(({ value }) => !(value in figures))}
            value={null}
            searchable
            onChange={(name) => name && add(name)}
          />
        ) : (
          <Group gap={4} wrap="nowrap">
            <TextInput
              aria-label={t("asks.add_to", { what: label })}
              placeholder={t("asks.form")}
              value={typed}
              flex={1}
              onChange={(event) => type(event.currentTarget.value)}
            />
            <Button
              variant="default"
              px="xs"
              aria-label={t("asks.add_to", { what: label })}
              onClick={() => add(typed.trim())}
              disabled={!typed.trim()}
            >
              <Plus aria-hidden size={16} />
            </Button>
          </Group>
        )}
      </Stack>
    </Input.Wrapper>
  );
}

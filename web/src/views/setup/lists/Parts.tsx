/** Parts of an object, each with fields of its own: legs of a journey, certificates of a person. */
import { ActionIcon, Button, Fieldset, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { FieldInput } from "@/views/setup/lists/FieldInput";
import type { Values } from "@/views/setup/lists/values";
import type { Field } from "@/views/setup/shapes";

interface Props {
  field: Field;
  label: string;
  values: Values[];
  onChange: (values: Values[]) => void;
  error: string | undefined;
  disabled: boolean;
}

export function Parts({ field, label, values, onChange, error, disabled }: Props) {
  const { t } = useTranslation("setup");
  const change = (at: number, name: string, value: unknown) =>
    onChange(values.map((one, i) => (i === at ? { ...one, [name]: value } : one)));
  return (
    <Fieldset legend={label} disabled={disabled}>
      <Stack>
        {values.map((one, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no name but their place
          <Group key={at} align="flex-start" wrap="nowrap">
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} flex={1}>
              {(field.fields ?? []).map((each) => (
                <FieldInput
                  key={each.name}
                  field={each}
                  value={one[each.name]}
                  onChange={(value) => change(at, each.name, value)}
                  disabled={disabled}
                />
              ))}
            </SimpleGrid>
            <ActionIcon
              variant="subtle"
              color="red"
              size="lg"
              mt={24}
              aria-label={t("part.remove", { label, n: at + 1 })}
              onClick={() => onChange(values.filter((_, i) => i !== at))}
            >
              <Trash2 aria-hidden size={18} />
            </ActionIcon>
          </Group>
        ))}
        {error && (
          <Text size="sm" c="red" role="alert">
            {error}
          </Text>
        )}
        {!disabled && (
          <Group>
            <Button
              size="xs"
              variant="default"
              leftSection={<Plus aria-hidden size={14} />}
              onClick={() => onChange([...values, {}])}
            >
              {t("part.add")}
            </Button>
          </Group>
        )}
      </Stack>
    </Fieldset>
  );
}

/** What is to be known of a profile: somebody's own words, or ours, by code, in the language of the page. */
import { useTranslation } from "react-i18next";

const OURS = "profile.note.";

export function useNoteOf(profile: { note: string } | null): string {
  const { t } = useTranslation("words");
  const note = profile?.note ?? "";
  return note.startsWith(OURS) ? t(`profile.note.${note.slice(OURS.length)}`, note) : note;
}

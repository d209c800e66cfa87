/** Links between the views of one area, below its head. */
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import style from "./SubNavigation.module.css";

export interface SubPlace {
  path: string;
  name: string;
}

export function SubNavigation({ places, label }: { places: SubPlace[]; label: string }) {
  const { t } = useTranslation("shell");
  return (
    <nav className={style["row"]} aria-label={`${t("navigation")}: ${label}`}>
      {places.map(({ path, name }) => (
        <NavLink key={path} to={path} end>
          {name}
        </NavLink>
      ))}
    </nav>
  );
}

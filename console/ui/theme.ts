import { useState } from 'preact/hooks';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const place = 'jobwire.theme';

/** Shows the page in the theme that was chosen before; `system` is what the device says. */
export function applyTheme(theme: Theme = storedTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** The theme, and how to choose another one. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(storedTheme);
  return [
    theme,
    (next) => {
      localStorage.setItem(place, next);
      applyTheme(next);
      setTheme(next);
    },
  ];
}

function storedTheme(): Theme {
  return themes.find((known) => known === localStorage.getItem(place)) ?? 'system';
}

import { type Theme, themes, useTheme } from './theme.ts';

const titles: Record<Theme, string> = { system: 'Auto', light: 'Light', dark: 'Dark' };

/** Chooses between light and dark. */
export function ThemeSwitch() {
  const [theme, setTheme] = useTheme();
  return (
    <fieldset class="switch">
      <legend class="hidden">Theme</legend>
      {themes.map((choice) => (
        <label key={choice}>
          <input type="radio" name="theme" checked={choice === theme} onChange={() => setTheme(choice)} />
          <span>{titles[choice]}</span>
        </label>
      ))}
    </fieldset>
  );
}

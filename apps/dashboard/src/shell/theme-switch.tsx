import { Choice } from '../parts/fields.tsx';
import { theme } from './preferences.ts';

export function ThemeSwitch() {
  return (
    <Choice
      label="Colours"
      value={theme.value}
      choices={[
        ['system', 'System'],
        ['light', 'Light'],
        ['dark', 'Dark'],
      ]}
      onChange={(chosen) => {
        theme.value = chosen;
      }}
    />
  );
}

/** Units as Apple's exports spell them, where the dictionary spells them otherwise. */
const spellings: Readonly<Record<string, string>> = {
  'ml/(kg·min)': 'mL/kg/min',
  'mL/min·kg': 'mL/kg/min',
  'ml/kg·min': 'mL/kg/min',
  'ml/min·kg': 'mL/kg/min',
  'mL/(kg·min)': 'mL/kg/min',
  hr: 'h',
  hours: 'h',
  sec: 's',
  lbs: 'lb',
  'breaths/minute': 'breaths/min',
  'beats/minute': 'bpm',
  'mg/dl': 'mg/dL',
  'mmol/l': 'mmol/L',
};

/** The name under which the dictionary may know this unit. HealthKit writes the molar mass into that of glucose. */
export function healthUnit(unit: unknown): string {
  if (typeof unit !== 'string') return '';
  const plain = unit.trim();
  if (/^mmol<[\d.]+>\/L$/.test(plain)) return 'mmol/L';
  return Object.hasOwn(spellings, plain) ? (spellings[plain] ?? plain) : plain;
}

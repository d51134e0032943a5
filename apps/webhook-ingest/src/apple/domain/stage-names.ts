export type Stage = 'deep' | 'light' | 'rem' | 'awake' | 'asleep' | 'inBed';

/**
 * Names of stages as HealthKit, apps and phones of some languages write them, by lower-case letters: `In Bed`, `inBed` and
 * `HKCategoryValueSleepAnalysisInBed` are one. "Core" is Apple's name for light sleep.
 */
const names: Readonly<Record<Stage, string>> = {
  inBed:
    'inbed bed enlacama imbett aulit alletto nacama inbeddengi isengen isängen vuoteessa ' +
    'włóżku wlozku 就寝中 ベッドの中 卧床 臥床 在床上 침대에있음 вкровати вліжку yatakta',
  asleep:
    'asleep sleep sleeping unspecified asleepunspecified unknownsleep 1 dormido durmiendo schlafend schlaf imschlaf endormi addormentato ' +
    'dormindo inslaap sover unissa sen 睡眠 睡眠中 入睡 수면 сон',
  awake:
    'awake wake awakening wakeup awakeinbed 2 despierto despierta wach éveillé eveille éveil sveglio acordado wakker vågen våken vaken hereillä ' +
    'przebudzenie obudzony 覚醒 清醒 깨어있음 비수면 бодрствование неспит uyanık',
  light:
    'core asleepcore light asleeplight lightsleep sleeplight 3 básico basico esencial principal kern kernschlaf leicht leichtschlaf essentiel ' +
    'léger leger principale leggero leve kernslaap licht kjerne kerne kärnsömn kärna ydinuni perusuni podstawowy コア 核心 核心睡眠 浅睡 淺眠 ' +
    '코어 базовый основной temel hafif',
  deep:
    'deep asleepdeep deepsleep sleepdeep 4 profundo tief tiefschlaf profond profondo diep dyp dyb djup djupsömn syvä syväuni głęboki ' +
    'gleboki 深い 深い睡眠 深睡 深度 深度睡眠 深層 깊은수면 깊은 глубокий derin',
  rem: 'rem asleeprem remsleep sleeprem 5 remschlaf remslaap paradoxal 렘수면 rem睡眠 レム 快速眼动 快速動眼 快速眼动睡眠 быстрый',
};

const stageOf = new Map(
  (Object.keys(names) as Stage[]).flatMap((stage) =>
    names[stage].split(' ').map((name) => [name, stage] as const),
  ),
);

/** The stage of this name or number of HealthKit's (0, its time in bed, is also what a missing value may be); undefined for a name that nobody taught us. */
export function stageNamed(value: unknown): Stage | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const name = String(value)
    .slice(0, 100)
    .normalize('NFC')
    .replace(/^HKCategoryValueSleepAnalysis/, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\d]/gu, '');
  return stageOf.get(name);
}

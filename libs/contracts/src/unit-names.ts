/**
 * Units as people, phones and apps write them: squeezed as `squeeze` does it, for each unit of the dictionary. One list for
 * all sources. Names that are two units are left out: `cal` is a calorie to a chemist, and a kilocalorie to everybody else.
 */
const names: Readonly<Record<string, string>> = {
  '/min':
    'bpm /min 1/min min-1 count/min counts/min beat/min beats/min {beats}/min beatsperminute breath/min breaths/min ' +
    '{breaths}/min brpm breathsperminute brth/min lpm puls/min schläge/min schlägeprominute slag/min уд/мин удвмин 次/分 拍/分 回/分 회/분',
  ms: 'ms msec msecs millisecond milliseconds millis мс 毫秒 ミリ秒',
  s: 's sec secs second seconds с сек 秒',
  min: 'min mins minute minutes minuten minutos minuti мин 分 分钟',
  h: 'h hr hrs hour hours std stunden heures horas ore ч час 小时 小時 時間',
  d: 'd day days',
  Cel: 'c °c cel degc degreec degreesc deg.c celsius degreecelsius degreescelsius ° centigrade',
  '[degF]': 'f °f degf [degf] degreef degreesf deg.f fahrenheit degreefahrenheit degreesfahrenheit',
  K: 'kelvin',
  '%': '% percent pct percentage',
  kcal: 'kcal kcals kilocalorie kilocalories kilokalorien kilocalorias ккал 千卡 大卡',
  kJ: 'kj kilojoule kilojoules кдж 千焦',
  m: 'm meter meters metre metres м 米',
  km: 'km kms kilometer kilometers kilometre kilometres км 公里',
  cm: 'cm centimeter centimeters centimetre centimetres',
  '[mi_i]': 'mi mile miles [mi_i] ми',
  '[ft_i]': 'ft foot feet [ft_i]',
  '[yd_i]': 'yd yds yard yards [yd_i]',
  kg: 'kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes кг 公斤 千克',
  g: 'g gram grams gramme grammes',
  '[lb_av]': 'lb lbs pound pounds [lb_av] lbm фунт',
  '[stone_av]': 'st stone stones [stone_av]',
  '[oz_av]': 'oz ounce ounces [oz_av]',
  'mm[Hg]': 'mmhg mm[hg] millimetersofmercury ммртст 毫米汞柱',
  kPa: 'kpa',
  'mg/dL': 'mg/dl mgdl mg/100ml',
  'mmol/L': 'mmol/l mmoll',
  'g/L': 'g/l',
  'mL/kg/min': 'ml/kg/min ml/min/kg ml/kg.min ml/min.kg ml/(kg.min) ml/(min.kg) ml.kg-1.min-1 ml.min-1.kg-1',
  '{steps}': 'steps step count counts schritte pasos pas шаги 步',
  '1': '1 {score} score points ratio fraction',
};

const unitOf = new Map(
  Object.entries(names).flatMap(([unit, all]) => all.split(' ').map((name) => [name, unit] as const)),
);

const longest = 64;
const mostKnown = 500;
const known = new Map<string, string | undefined>();

/** The unit, in UCUM, that this text means in any usual spelling; undefined when it is none that the dictionary knows. */
export function unitNamed(text: string): string | undefined {
  if (text.length > longest) return undefined;
  if (known.has(text)) return known.get(text);
  if (known.size >= mostKnown) known.clear();
  const found = squeezed(text);
  known.set(text, found);
  return found;
}

function squeezed(text: string): string | undefined {
  const plain = text
    // The ordinal sign and the ring above are typed for the degree sign, which NFKC makes letters and accents of.
    .replaceAll(/[\u00ba\u02da\u2218]/g, '\u00b0')
    .normalize('NFKC')
    .replaceAll(/[\u00b7\u22c5\u2219\u2022\u2027\u30fb\u00d7*⁎∗]/g, '.')
    .replaceAll(/[\u2044\u2215\u00f7]/g, '/')
    .replaceAll(/[\u2010-\u2015\u2212]/g, '-')
    .replaceAll(/\s+per\s+/gi, '/')
    .replaceAll(/[\s_]+/g, '')
    .replaceAll('^', '')
    .replace(/\.$/, '');
  // HealthKit writes the molar mass into the unit of glucose.
  const named = plain.replace(/^mmol<[\d.]+>\/L$/i, 'mmol/L');
  // Alone, a capital is another unit: M is no metre, G no gram. Of temperatures it is the usual spelling.
  if (/^[A-Z]$/.test(named) && !/^[CFK]$/.test(named)) return undefined;
  if (named === 'K') return 'K';
  if (named === 'Cal' || named === '[Cal]') return 'kcal';
  return unitOf.get(named.toLowerCase().replace(/\/minutes?\b/, '/min'));
}

/**
 * Day periods of 12-hour clocks by the phone's language, in lower case and without dots and spaces: those of the CLDR, and
 * longer ones that phones write too. No word is of both halves.
 */
const mornings =
  'a am vm ጥዋት ص صباحا dop πμ قظ قبلازظهر ap rn de fh fm pd to rvb pg gh yb sa öö goň goöň тң үө дп препладне претпл прпобед ' +
  'пробяд пробед проб priešpiet priekšp паўдня غم පෙව နံနက် पूर्वाह्न सुबह ກ່ອນທ່ຽງ ก่อนเที่ยง לפנהצ לפנה״צ לפנה"צ ' +
  '오전 午前 上午 上晝 早上 清晨 早晨 凌晨';
const afternoons =
  'p pm nm ከሰዓት م مساء odp μμ بظ بعدازظهر ip in du eh em md ivb ptg yh gd ch ös gosoň тк үх пп попл слоб popiet pēcp pop ' +
  'غو පව ညနေ अपराह्न शाम ຫຼັງທ່ຽງ หลังเที่ยง אחהצ אחה״צ אחה"צ 오후 午後 下午 下晝 中午 傍晚 晚上';

const halves = new Map<string, 'am' | 'pm'>([
  ...mornings.split(' ').map((word) => [word, 'am'] as const),
  ...afternoons.split(' ').map((word) => [word, 'pm'] as const),
]);

/** The half of the day that a word names; undefined for a word of no 12-hour clock. */
export function halfOfDay(word: string): 'am' | 'pm' | undefined {
  return halves.get(word.toLowerCase().replaceAll(/[\s.]/g, ''));
}

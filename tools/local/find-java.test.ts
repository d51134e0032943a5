import { describe, expect, it } from 'vitest';
import { parseJavaVersion } from './find-java.ts';

describe('parseJavaVersion', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment', 17],
    ['openjdk version "25" 2025-09-16', 25],
    ['java version "1.8.0_401"', 8],
    ['Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "21.0.2" 2024-01-16 LTS', 21],
  ])('reads %j', (text, version) => {
    expect(parseJavaVersion(text)).toBe(version);
  });

  it('knows nothing from other text', () => {
    expect(parseJavaVersion('The operation could not be completed.')).toBeUndefined();
  });
});

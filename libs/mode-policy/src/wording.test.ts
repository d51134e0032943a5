import { describe, expect, it } from 'vitest';
import { createPerson, minute, night, type EventOptions } from '../test/policy-story.ts';

const rest: EventOptions = { context: 'rest' };

describe('the words of a rule with two sides are those of the side that the value is on', () => {
  it.each([
    [34, /Get warm/],
    [35, /Get warm/],
    [39.1, /Drink, rest/],
    [39.2, /Drink, rest/],
    [40.4, /Drink, rest/],
    [40.5, /Drink, rest/],
    [40.6, /Drink, rest/],
  ])('a temperature of %s °C', (body_temperature, advice) => {
    const anna = createPerson().reports({ body_temperature });
    for (const message of anna.messages('temperature')) expect(message.advice).toMatch(advice);
    expect(anna.transitions.at(-1)?.advice).toMatch(advice);
  });

  it.each([
    [7, /8 or fewer is too slow/, /hard to wake/],
    [8, /8 or fewer is too slow/, /hard to wake/],
    [25, /25 or more is too fast/, /Sit upright/],
    [26, /25 or more is too fast/, /Sit upright/],
  ])('%s breaths a minute, live and of a night', (respiratory_rate, summary, advice) => {
    const words = {
      summary: expect.stringMatching(summary) as string,
      advice: expect.stringMatching(advice) as string,
    };
    const live = createPerson().repeats(2, minute, { respiratory_rate }, rest);
    expect(live.messages('respiration')).toMatchObject([words]);
    const asleep = createPerson().reports({ respiratory_rate }, night);
    expect(asleep.messages('respiration')).toMatchObject([words]);
  });
});

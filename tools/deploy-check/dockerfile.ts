/** One instruction, continuation lines joined: `{ name: 'FROM', value: 'node:24… AS build' }`. */
export type Instruction = { readonly name: string; readonly value: string };

export function parseDockerfile(text: string): Instruction[] {
  return text
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', value = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
      return { name, value: value.replaceAll(/\s+/g, ' ').trim() };
    });
}

/** The instructions of the last stage: what the image is. */
export function finalStage(instructions: readonly Instruction[]): readonly Instruction[] {
  return instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'));
}

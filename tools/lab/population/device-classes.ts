/** What a person wears, as the targets name it. */
export const deviceClasses = ['ring', 'strap', 'ring_and_strap', 'watch', 'watch_unknown'] as const;
export type DeviceClass = (typeof deviceClasses)[number];

export type DeviceKind = 'ring' | 'strap' | 'watch';

type Equipment = {
  readonly devices: readonly DeviceKind[];
  /** Share of a watch's readings whose motion is known. */
  readonly motionKnown: number;
};

export const equipment: Readonly<Record<DeviceClass, Equipment>> = {
  ring: { devices: ['ring'], motionKnown: 0 },
  strap: { devices: ['strap'], motionKnown: 0 },
  ring_and_strap: { devices: ['ring', 'strap'], motionKnown: 0 },
  watch: { devices: ['watch'], motionKnown: 0.8 },
  watch_unknown: { devices: ['watch'], motionKnown: 0 },
};

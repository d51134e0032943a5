import type { Component } from '@bridge/core';

/** Either store alone keeps the service ready; without both nothing can be accepted. */
export function components(kafka: Component, postgres: Component): Component[] {
  return [
    { ...kafka, needed: false },
    { ...postgres, needed: false },
    {
      name: 'acceptance',
      needed: true,
      async check() {
        const reached = await Promise.allSettled([kafka.check(), postgres.check()]);
        const works = reached.map((one) => one.status === 'fulfilled' && one.value !== 'unhealthy');
        if (works.every(Boolean)) return 'healthy';
        return works.some(Boolean) ? 'degraded' : 'unhealthy';
      },
    },
  ];
}

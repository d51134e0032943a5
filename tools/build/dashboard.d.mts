/** Builds the page into a folder, which is emptied first. */
export function buildDashboard(directory: string): Promise<void>;

/** Builds `apps/dashboard/dist` unless it is current, and returns its path. */
export function currentDashboard(): Promise<string>;

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** An element with text or children. Text is never markup, so nothing that was received can become any. */
export function element(tag, { className = '', data = {}, ...properties } = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  if (className) made.className = className;
  for (const [name, value] of Object.entries(data)) made.dataset[name] = value;
  made.append(...children.filter((child) => child !== undefined && child !== null));
  return made;
}

/** An id in a line of text: characters in it that turn the direction of writing turn nothing around it. */
export const isolated = (id) => element('bdi', {}, id);

/** A `<time>` element; its text is kept current by `refreshTimes`. */
export function time(iso, describe) {
  const made = element('time', { dateTime: iso, title: new Date(iso).toLocaleString() }, describe(iso));
  made.describe = describe;
  return made;
}

export function refreshTimes(root) {
  for (const found of root.querySelectorAll('time')) {
    if (found.describe) found.textContent = found.describe(found.dateTime);
  }
}

/** Calls `work` before the next paint, however often it is asked for. */
export function oncePerPaint(work) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      work();
    });
  };
}

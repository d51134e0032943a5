/** A browser's EventSource for tests, as far as the page uses it: an error answer closes it for good. */
export class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static readonly opened: FakeSource[] = [];
  readyState = 0;
  onopen?: () => void;
  onerror?: () => void;
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    FakeSource.opened.push(this);
  }

  open() {
    this.readyState = 1;
    this.onopen?.();
  }

  /** `closed`: the server answered with an error; else the browser connects again by itself. */
  fail(closed: boolean) {
    this.readyState = closed ? FakeSource.CLOSED : 0;
    this.onerror?.();
  }

  frame(kind: string, id: string, body: unknown = {}) {
    this.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(body), lastEventId: id }));
  }

  close() {
    this.readyState = FakeSource.CLOSED;
  }
}

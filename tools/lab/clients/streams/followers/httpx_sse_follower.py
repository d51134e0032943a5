"""Python httpx-sse: it reads one connection, coming back is the caller's."""
import os
import sys
import time

import httpx
from httpx_sse import connect_sse

url, count = os.environ["STREAM_URL"], int(os.environ["COUNT"])
headers = {"Authorization": f"Bearer {os.environ['API_KEY']}"}
last_id, wait = "", 1.0
while count > 0:
    try:
        with httpx.Client(timeout=httpx.Timeout(5, read=60)) as client:
            sent = {**headers, **({"Last-Event-ID": last_id} if last_id else {})}
            with connect_sse(client, "GET", url, headers=sent) as source:
                for event in source.iter_sse():
                    last_id = event.id or last_id
                    wait = (event.retry or wait * 1000) / 1000
                    if event.event == "snapshot":
                        print("following", file=sys.stderr, flush=True)
                    if event.event != "event":
                        continue
                    print(event.json()["event_id"], flush=True)
                    count -= 1
                    if count == 0:
                        sys.exit(0)
    except httpx.HTTPError:
        pass
    time.sleep(min(wait, 1))

"""Sends with kafka-python. ROWS: a JSON list of {format, shape, user, ms}."""
import datetime as dt
import json
import os

from kafka import KafkaProducer

# snippet: JSON
producer = KafkaProducer(
    bootstrap_servers=os.environ["KAFKA_BOOTSTRAP_SERVERS"],
    value_serializer=lambda value: json.dumps(value).encode(),
)


def event(user, timestamp):
    metrics = {"hrv": "45.5", "heart_rate": 72}
    return {"user_id": user, "event_type": "heart_rate", "timestamp": timestamp, "metrics": metrics}


# end
def shaped(shape, user, ms):
    at = dt.datetime.fromtimestamp(ms / 1000, dt.timezone.utc)
    if shape == "epoch seconds, a number as text":
        return event(user, ms / 1000)
    if shape == "no offset":
        return event(user, at.replace(tzinfo=None).isoformat())
    if shape == "encoded twice, +0000":
        return json.dumps(event(user, at.strftime("%Y-%m-%d %H:%M:%S%z")))
    raise ValueError(shape)


for row in json.loads(os.environ["ROWS"]):
    producer.send("biometric.events", shaped(row["shape"], row["user"], row["ms"])).get(timeout=30)
producer.close()

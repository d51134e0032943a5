"""Sends with confluent-kafka and its serializers. ROWS: a JSON list of {format, shape, user, ms}."""
import json
import os
import datetime as dt

from confluent_kafka import Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

TOPIC = "biometric.events"
context = SerializationContext(TOPIC, MessageField.VALUE)
registry = SchemaRegistryClient({"url": os.environ["SCHEMA_REGISTRY_URL"]})
producer = Producer({"bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"], "compression.type": "snappy"})


def event(user, measured):
    return {
        "user_id": user,
        "event_type": "heart_rate",
        "timestamp": measured,
        "metrics": {"hrv": 45.0, "heart_rate": 72.0},
    }


# snippet: Avro
AVRO = """{"type": "record", "name": "Pulse", "namespace": "partner.python", "fields": [
  {"name": "user_id", "type": "string"},
  {"name": "event_type", "type": "string"},
  {"name": "timestamp", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}]},
  {"name": "metrics", "type": {"type": "map", "values": "double"}}]}"""
to_avro = AvroSerializer(registry, AVRO)


def send_avro(user, measured):
    producer.produce(TOPIC, to_avro(event(user, measured), context))


# end
# snippet: JSON Schema
SCHEMA = """{"$schema": "http://json-schema.org/draft-07/schema#", "title": "Pulse of a partner", "type": "object",
  "properties": {"user_id": {"type": "string"}, "timestamp": {"type": "string"}}}"""
to_json = JSONSerializer(SCHEMA, registry)


def send_json_schema(user, measured):
    producer.produce(TOPIC, to_json(event(user, measured.isoformat()), context))


# end
# snippet: JSON
def send_json(user, measured):
    producer.produce(TOPIC, json.dumps(event(user, measured.isoformat())))


# end
def pulse_class():
    """The class that protoc makes of the file in the guide."""
    file = descriptor_pb2.FileDescriptorProto(name="partner_pulse.proto", package="partner.python", syntax="proto3")
    file.dependency.append("google/protobuf/timestamp.proto")
    pulse = file.message_type.add(name="Pulse")
    optional, repeated = 1, 3
    pulse.field.add(name="user_id", number=1, type=9, label=optional)
    pulse.field.add(name="event_type", number=2, type=9, label=optional)
    pulse.field.add(name="timestamp", number=3, type=11, label=optional, type_name=".google.protobuf.Timestamp")
    pulse.field.add(
        name="metrics", number=4, type=11, label=repeated, type_name=".partner.python.Pulse.MetricsEntry"
    )
    entry = pulse.nested_type.add(name="MetricsEntry")
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, type=9, label=optional)
    entry.field.add(name="value", number=2, type=1, label=optional)
    pool = descriptor_pool.Default()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("partner.python.Pulse"))


Pulse = pulse_class()
# snippet: Protobuf
to_protobuf = ProtobufSerializer(Pulse, registry, {"use.deprecated.format": False})


def send_protobuf(user, measured):
    pulse = Pulse(user_id=user, event_type="heart_rate", metrics={"hrv": 45, "heart_rate": 72})
    pulse.timestamp.FromDatetime(measured)
    producer.produce(TOPIC, to_protobuf(pulse, context))


# end
send = {"Avro": send_avro, "JSON Schema": send_json_schema, "JSON": send_json, "Protobuf": send_protobuf}
for row in json.loads(os.environ["ROWS"]):
    send[row["format"]](row["user"], dt.datetime.fromtimestamp(row["ms"] / 1000, dt.timezone.utc))
left = producer.flush(30)
assert left == 0, f"{left} messages were not delivered"

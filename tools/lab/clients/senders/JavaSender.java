// Sends with Java's own producer and Apicurio's serializers. ROWS: lines of format, shape, user and ms, tabs between.
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

public class JavaSender {
  static final String TOPIC = "biometric.events";

  // snippet: Avro
  static final Schema PULSE = new Schema.Parser().parse("""
      {"type": "record", "name": "Pulse", "namespace": "partner.java", "fields": [
        {"name": "user_id", "type": "string"},
        {"name": "event_type", "type": "string"},
        {"name": "timestamp", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "metrics", "type": {"type": "map", "values": "double"}}]}""");

  static Properties avroSettings(Properties settings) {
    settings.put("value.serializer", AvroKafkaSerializer.class.getName());
    settings.put("apicurio.registry.url", System.getenv("SCHEMA_REGISTRY_URL").replace("ccompat/v7", "registry/v2"));
    settings.put("apicurio.registry.auto-register", "true");
    // Confluent's frame of a zero byte and four bytes, with the id that the bridge looks up.
    settings.put("apicurio.registry.as-confluent", "true");
    settings.put("apicurio.registry.use-id", "contentId");
    settings.put("apicurio.registry.headers.enabled", "false");
    return settings;
  }
  // end

  public static void main(String[] arguments) throws Exception {
    for (String line : System.getenv("ROWS").split("\n")) {
      String[] row = line.split("\t");
      Properties settings = new Properties();
      settings.put("bootstrap.servers", System.getenv("KAFKA_BOOTSTRAP_SERVERS"));
      settings.put("key.serializer", StringSerializer.class.getName());
      settings.put("value.serializer", StringSerializer.class.getName());
      settings.put("compression.type", "lz4");
      Instant at = Instant.ofEpochMilli(Long.parseLong(row[3]));
      Object value;
      if (row[0].equals("Avro")) {
        avroSettings(settings);
        GenericData.Record pulse = new GenericData.Record(PULSE);
        pulse.put("user_id", row[2]);
        pulse.put("event_type", "heart_rate");
        pulse.put("timestamp", at.toEpochMilli());
        pulse.put("metrics", Map.of("hrv", 45.0, "heart_rate", 72.0));
        value = pulse;
      } else {
        // ZonedDateTime leaves out seconds that are 0 and names the zone in brackets.
        Object time = at.truncatedTo(ChronoUnit.MINUTES).atZone(ZoneId.of("Europe/Berlin"));
        value = "{\"user_id\":\"" + row[2] + "\",\"event_type\":\"heart_rate\",\"timestamp\":\"" + time
            + "\",\"metrics\":{\"hrv\":45,\"heart_rate\":72}}";
      }
      try (KafkaProducer<String, Object> producer = new KafkaProducer<>(settings)) {
        producer.send(new ProducerRecord<>(TOPIC, value)).get();
      }
    }
  }
}

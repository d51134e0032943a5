// Sends with franz-go and its registry client. ROWS: a JSON list of {format, shape, user, ms}.
package main

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"time"

	"github.com/hamba/avro/v2"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sr"
)

type row struct {
	Format, Shape, User string
	Ms                  int64
}

type event struct {
	UserID    string             `json:"user_id" avro:"user_id"`
	EventType string             `json:"event_type" avro:"event_type"`
	Timestamp time.Time          `json:"timestamp" avro:"timestamp"`
	Metrics   map[string]float64 `json:"metrics" avro:"metrics"`
}

const topic = "biometric.events"

// snippet: Avro
const schema = `{"type": "record", "name": "Pulse", "namespace": "partner.franz", "fields": [
  {"name": "user_id", "type": "string"},
  {"name": "event_type", "type": "string"},
  {"name": "timestamp", "type": {"type": "long", "logicalType": "timestamp-micros"}},
  {"name": "metrics", "type": {"type": "map", "values": "double"}}]}`

func encodeAvro(ctx context.Context, registry *sr.Client, pulse event) []byte {
	registered, err := registry.CreateSchema(ctx, topic+"-value", sr.Schema{Schema: schema, Type: sr.TypeAvro})
	check(err)
	payload, err := avro.Marshal(avro.MustParse(schema), pulse)
	check(err)
	var header sr.ConfluentHeader
	framed, err := header.AppendEncode(nil, registered.ID, nil)
	check(err)
	return append(framed, payload...)
}

// end

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	var rows []row
	check(json.Unmarshal([]byte(os.Getenv("ROWS")), &rows))
	ctx := context.Background()
	client, err := kgo.NewClient(
		kgo.SeedBrokers(strings.Split(os.Getenv("KAFKA_BOOTSTRAP_SERVERS"), ",")...),
		kgo.ProducerBatchCompression(kgo.ZstdCompression()),
	)
	check(err)
	defer client.Close()
	registry, err := sr.NewClient(sr.URLs(os.Getenv("SCHEMA_REGISTRY_URL")))
	check(err)
	for _, one := range rows {
		metrics := map[string]float64{"hrv": 45, "heart_rate": 72}
		pulse := event{one.User, "heart_rate", time.UnixMilli(one.Ms), metrics}
		value, err := json.Marshal(pulse)
		check(err)
		if one.Format == "Avro" {
			value = encodeAvro(ctx, registry, pulse)
		}
		check(client.ProduceSync(ctx, &kgo.Record{Topic: topic, Value: value}).FirstErr())
	}
}

// Go, github.com/r3labs/sse: it remembers the last id, and subscribes again when the connection breaks.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/r3labs/sse/v2"
)

func main() {
	left, _ := strconv.Atoi(os.Getenv("COUNT"))
	client := sse.NewClient(os.Getenv("STREAM_URL"))
	client.Headers["Authorization"] = "Bearer " + os.Getenv("API_KEY")
	for {
		_ = client.SubscribeRaw(func(message *sse.Event) {
			if string(message.Event) == "snapshot" {
				fmt.Fprintln(os.Stderr, "following")
			}
			if string(message.Event) != "event" {
				return
			}
			var event struct {
				EventID string `json:"event_id"`
			}
			if json.Unmarshal(message.Data, &event) != nil {
				os.Exit(1)
			}
			fmt.Println(event.EventID)
			left--
			if left == 0 {
				os.Exit(0)
			}
		})
		time.Sleep(300 * time.Millisecond)
	}
}

# Sends with kcat. ROWS: lines of format, shape, user and ms, tabs between.
user=$(printf '%s' "$ROWS" | cut -f3)
seconds=$(($(printf '%s' "$ROWS" | cut -f4) / 1000))
# snippet: JSON
# Without -D every line is a message; with it they are one, of which the bridge reads every line.
for at in $seconds $((seconds - 60)); do
  echo "{\"user_id\":\"$user\",\"event_type\":\"heart_rate\",\"timestamp\":$at,\"metrics\":{\"hrv\":45,\"heart_rate\":72}}"
done | kcat -P -b "$KAFKA_BOOTSTRAP_SERVERS" -t biometric.events -z gzip -D '%%'
# end

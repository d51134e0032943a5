# curl and awk: the id of the last whole frame goes into the next request.
state=$(mktemp)
trap 'rm -f "$state"' EXIT
got=0
while [ "$got" -lt "$COUNT" ]; do
  set -- -s -N --no-buffer -H "Authorization: Bearer $API_KEY"
  [ -s "$state" ] && set -- "$@" -H "Last-Event-ID: $(cut -d' ' -f1 "$state")"
  timeout 20 curl "$@" "$STREAM_URL" | awk -v got="$got" -v count="$COUNT" -v state="$state" '
    /^id: /    { id = substr($0, 5) }
    /^event: / { kind = substr($0, 8) }
    /^data: /  { data = substr($0, 7) }
    /^$/ {
      if (kind == "snapshot") { print "following" > "/dev/stderr" }
      if (kind == "event" && match(data, /"event_id":"[0-9a-f]*"/)) {
        print substr(data, RSTART + 12, RLENGTH - 13); fflush(); got++
      }
      if (id != "") { print id, got > state; close(state) }
      kind = ""; data = ""
      if (got >= count) exit
    }'
  [ -s "$state" ] && got=$(cut -d' ' -f2 "$state")
  sleep 0.3
done

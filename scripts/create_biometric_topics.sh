#!/bin/sh
# Creates the topics of the map in libs/contracts/src/topics.ts; see cli/topics.
# Uses KAFKA_BOOTSTRAP_SERVERS, by default localhost:9092.
set -eu
cd "$(dirname "$0")/.."
export KAFKA_BOOTSTRAP_SERVERS="${KAFKA_BOOTSTRAP_SERVERS:-localhost:9092}"
exec npm run --silent bridge -- topics "$@"

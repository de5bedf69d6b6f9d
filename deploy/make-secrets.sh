#!/bin/sh
# Makes the secrets of docker-compose.yml, each a file with a value of its own. What is there already stays as it is.
# Runware's key is nobody's to make: it is taken from RUNWARE_API_KEY where that is set, and is empty until then.
# The folder is this user's alone; within it the files can be read, because containers read them as users of their own.
set -eu

folder=${1:-"$(dirname "$0")/secrets"}
mkdir -p "$folder"
chmod 700 "$folder"

random() {
  head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'
}

for name in api-key database-password redis-password s3-password webhook-secret grafana-password; do
  [ -s "$folder/$name" ] || random >"$folder/$name"
done
[ -s "$folder/s3-user" ] || printf maskloom >"$folder/s3-user"
[ -s "$folder/s3-credentials" ] || printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' \
  "$(cat "$folder/s3-user")" "$(cat "$folder/s3-password")" >"$folder/s3-credentials"
if [ -n "${RUNWARE_API_KEY:-}" ]; then
  rm -f "$folder/runware-key"
  printf '%s' "$RUNWARE_API_KEY" >"$folder/runware-key"
fi
[ -e "$folder/runware-key" ] || : >"$folder/runware-key"
[ -e "$folder/maskloom.env" ] || echo '# Settings of docs/cli.md for servers and workers, such as FORGE_KEY=…' >"$folder/maskloom.env"
chmod 444 "$folder"/*
# Read by who starts the containers, and theirs to change.
chmod 600 "$folder/maskloom.env"
echo "secrets are in $folder; clients send the key in $folder/api-key as a Bearer token"

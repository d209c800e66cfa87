#!/bin/sh
# Starts Mosquitto with the credentials and rights that Keepwell writes (`acl` and `password`, in the folder
# KEEPWELL_GATEWAYS) and Keepwell's own, and has it read them again within a second when they change.
# Use: start.sh [CONFIG]. Before Keepwell has written anything, the rights are those of the file `acl` beside CONFIG.
set -eu
umask 077
config=${1:-/etc/keepwell/mosquitto/mosquitto.conf}
gateways=${KEEPWELL_GATEWAYS:-/gateways}

refuse() {
  echo "broker: $1" >&2
  exit 1
}

[ -n "${KEEPWELL_MQTT_USER:-}" ] || refuse "KEEPWELL_MQTT_USER is not set"
[ -n "${KEEPWELL_MQTT_PASSWORD:-}" ] || refuse "KEEPWELL_MQTT_PASSWORD is not set"
case $KEEPWELL_MQTT_PASSWORD in
  CHANGE-ME*) refuse "KEEPWELL_MQTT_PASSWORD still has the value of .env.example; choose your own" ;;
esac

passwords=$(sed -n 's/^password_file[[:space:]]*//p' "$config")
rights=$(sed -n 's/^acl_file[[:space:]]*//p' "$config")
[ -n "$passwords" ] || refuse "$config names no password_file, so anyone could connect"
[ -n "$rights" ] || refuse "$config names no acl_file, so anyone could speak for everyone"

# Hashed in its file: on a command line everybody on the machine could read it.
own=$passwords.own
printf '%s:%s\n' "$KEEPWELL_MQTT_USER" "$KEEPWELL_MQTT_PASSWORD" > "$own"
mosquitto_passwd -U "$own"
unset KEEPWELL_MQTT_PASSWORD

# Each file is replaced as a whole, and belongs to whom Mosquitto becomes after its start: it reads them on SIGHUP.
put() {
  if [ "$(id -u)" = 0 ] && id mosquitto > /dev/null 2>&1; then chown mosquitto: "$1.new"; fi
  mv "$1.new" "$1"
}

assemble() {
  if [ -r "$gateways/acl" ]; then from=$gateways/acl; else from=$(dirname "$config")/acl; fi
  cp "$from" "$rights.new" && put "$rights"
  { grep -v "^$KEEPWELL_MQTT_USER:" "$gateways/password" 2> /dev/null || :; cat "$own"; } > "$passwords.new"
  put "$passwords"
}

seen() {
  cksum "$gateways/acl" "$gateways/password" 2> /dev/null || :
}

known=$(seen)
assemble
mosquitto -c "$config" &
broker=$!
trap 'kill -TERM "$broker" 2> /dev/null || :' TERM INT
trap 'assemble; kill -HUP "$broker"' HUP

while kill -0 "$broker" 2> /dev/null; do
  sleep 1 &
  wait $! || :
  now=$(seen)
  if [ "$now" != "$known" ]; then
    known=$now
    assemble
    kill -HUP "$broker" 2> /dev/null || :
  fi
done
wait "$broker"

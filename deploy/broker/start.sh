#!/bin/sh
# Starts Mosquitto after putting Keepwell's own credential into its password file, beside those of the gateways.
# Use: start.sh [CONFIG]. The README says how a gateway is added.
set -eu
umask 077
config=${1:-/etc/keepwell/mosquitto/mosquitto.conf}

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
[ -n "$passwords" ] || refuse "$config names no password_file, so anyone could connect"

touch "$passwords"
mosquitto_passwd -b "$passwords" "$KEEPWELL_MQTT_USER" "$KEEPWELL_MQTT_PASSWORD"
# Mosquitto gives up root after start and must still be able to read the file on SIGHUP.
if [ "$(id -u)" = 0 ]; then chown mosquitto: "$passwords"; fi
exec mosquitto -c "$config"

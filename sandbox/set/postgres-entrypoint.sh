#!/bin/sh
# What the entrypoint of the official image does for a server that needs nothing else: a new cluster at the first start, with
# user, password and database as the environment says, and then the server as process 1.
set -eu

# The password may stand in a file instead.
POSTGRES_PASSWORD=${POSTGRES_PASSWORD:-$(cat "${POSTGRES_PASSWORD_FILE:-/dev/null}")}
user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}

[ "${1#-}" = "$1" ] || set -- postgres "$@"
[ "$1" = postgres ] || exec "$@"

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  [ -n "$POSTGRES_PASSWORD" ] || {
    echo 'The database is not initialized, and POSTGRES_PASSWORD is empty.' >&2
    exit 1
  }
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA"
  # The root may be read-only: the password goes through a pipe.
  printf '%s\n' "$POSTGRES_PASSWORD" |
    initdb --pgdata="$PGDATA" --username="$user" --pwfile=/dev/stdin --auth-local=trust --auth-host=scram-sha-256
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  # Reached by its socket alone until it is whole, so that no client takes it for ready.
  pg_ctl --pgdata="$PGDATA" --wait --options="-c listen_addresses=''" start
  [ "$database" = postgres ] || createdb --username="$user" --maintenance-db=postgres "$database"
  pg_ctl --pgdata="$PGDATA" --mode=fast --wait stop
fi
unset POSTGRES_PASSWORD
exec "$@" -c listen_addresses='*'

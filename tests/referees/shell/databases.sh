# heroku: HEROKU_POSTGRESQL_AMBER_URL=postgres://u:p@h/d DATABASE_CONNECTION_POOL_URL=postgres://pool/d
# target: REPLICA_DATABASE_URL=postgres://u:p@h/d POOLED_DATABASE_URL=postgres://pool/d
# heroku: HEROKU_POSTGRESQL_AMBER_URL=postgres://u:p@h/d DATABASE_CONNECTION_POOL_URL=postgres://pool/d DATABASE_URL=postgres://main/d
# target: REPLICA_DATABASE_URL=postgres://u:p@h/d POOLED_DATABASE_URL=postgres://pool/d DATABASE_URL=postgres://main/d
echo "reports from ${HEROKU_POSTGRESQL_AMBER_URL:-${DATABASE_URL:-nowhere}}"
export PGPOOL="$DATABASE_CONNECTION_POOL_URL"
sh -c 'echo "pool at $PGPOOL"'
if [ -z "$HEROKU_POSTGRESQL_AMBER_URL" ]; then
  echo "no replica"
fi
[ -n "${HEROKU_POSTGRESQL_AMBER_URL+set}" ] && echo "a replica"
[[ -v DATABASE_CONNECTION_POOL_URL ]] && echo "a pool"
if [[ ! -v HEROKU_POSTGRESQL_AMBER_URL && -z $NOTHING ]]; then echo "neither"; fi
exit 0

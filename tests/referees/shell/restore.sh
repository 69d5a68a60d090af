# heroku: DATABASE_URL=postgres://u:p@h/d
# target: DATABASE_URL=postgres://u:p@h/d
# Apart from the flags, which are there once and in front, the program is given what it was given.
pg_restore() {
  local owner=0 acl=0 rest=""
  for word in "$@"; do
    case "$word" in
      --no-owner) owner=$((owner + 1)) ;;
      --no-acl) acl=$((acl + 1)) ;;
      *) rest="$rest $word" ;;
    esac
  done
  [ "$owner" -gt 1 ] && echo "twice: --no-owner"
  [ "$acl" -gt 1 ] && echo "twice: --no-acl"
  echo "restores$rest"
}
pg_restore --clean -d "$DATABASE_URL" latest.dump
cat /dev/null | pg_restore \
  --no-acl \
  -d "$DATABASE_URL"

# heroku: HEROKU_SLUG_COMMIT=abc123 HEROKU_RELEASE_VERSION=v7 HEROKU_DYNO_ID=01-02
# heroku: HEROKU_SLUG_COMMIT=fff HEROKU_RELEASE_VERSION=v12 HEROKU_DYNO_ID=a_b
# target: GIT_SHA=abc123 APP_VERSION=v7 INSTANCE_ID=01-02
# target: GIT_SHA=fff APP_VERSION=v12 INSTANCE_ID=a_b
version=$HEROKU_SLUG_COMMIT
[ "$version" = abc123 ] && echo "the first"
case "$HEROKU_RELEASE_VERSION" in
  v?) echo "one digit" ;;
  v*) echo "more" ;;
  *) echo "none" ;;
esac
echo "id ${HEROKU_DYNO_ID:-local}"

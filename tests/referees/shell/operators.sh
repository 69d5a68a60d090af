# heroku: HEROKU_SLUG_COMMIT=abc123def456 HEROKU_RELEASE_VERSION=v42
# target: GIT_SHA=abc123def456 APP_VERSION=v42
release=${HEROKU_RELEASE_VERSION#v}
echo "release $release"

tag() {
  local short
  short="${HEROKU_SLUG_COMMIT:0:7}" # as git shows it
  export SHORT_TAG=${HEROKU_SLUG_COMMIT:0:4}
  echo "short $short $SHORT_TAG"
  sh -c 'echo "exported $SHORT_TAG"'
}
tag

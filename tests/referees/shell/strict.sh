# heroku: HEROKU_SLUG_COMMIT=abc123def456
# target: GIT_SHA=abc123def456
set -eu

(echo "required ${HEROKU_SLUG_COMMIT:?is missing}") 2>/dev/null || echo "not given"
echo "commit $HEROKU_SLUG_COMMIT"

# heroku: HEROKU_SLUG_COMMIT=abc123def456
# target: GIT_SHA=abc123def456
show() { echo "$#: $*"; }

show $HEROKU_SLUG_COMMIT
show "$HEROKU_SLUG_COMMIT" "release-${HEROKU_SLUG_COMMIT}.tar"
show "${HEROKU_SLUG_COMMIT:-none}" ${HEROKU_SLUG_COMMIT:-"no commit"}
copy=$HEROKU_SLUG_COMMIT
show "$copy"
COPY="${HEROKU_SLUG_COMMIT-none}" sh -c 'echo "child $COPY"'
show "$(printf '%s' "$HEROKU_SLUG_COMMIT" | wc -c | tr -d ' ')"
show `echo $HEROKU_SLUG_COMMIT`
for commit in $HEROKU_SLUG_COMMIT; do show "$commit"; done
echo 'literal $HEROKU_SLUG_COMMIT'
cat <<END
expanded ${HEROKU_SLUG_COMMIT}
escaped \$HEROKU_SLUG_COMMIT
END
cat <<'END'
quoted $HEROKU_SLUG_COMMIT
END

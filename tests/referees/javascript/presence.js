// heroku: HEROKU_SLUG_COMMIT=abc123
// heroku: OTHER=other
// target: GIT_SHA=abc123
// target: OTHER=other

const say = (...words) => console.log(JSON.stringify(words))

say('in', 'HEROKU_SLUG_COMMIT' in process.env, !("HEROKU_SLUG_COMMIT" in process.env))
say('own', process.env.hasOwnProperty('HEROKU_SLUG_COMMIT'), Object.hasOwn(process.env, 'HEROKU_SLUG_COMMIT'))
say('undefined', process.env.HEROKU_SLUG_COMMIT === undefined, process.env.HEROKU_SLUG_COMMIT != null)
say('and', 'HEROKU_SLUG_COMMIT' in process.env && process.env.OTHER, process.env.OTHER && 'HEROKU_SLUG_COMMIT' in process.env)
if ('HEROKU_SLUG_COMMIT' in process.env) say('yes')
else say('no')
